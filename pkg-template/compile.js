// The WebAssembly of this very build, from where it lies.
//
// CX_WASM_INTEGRITY is put in by the build.

/** The integrity refuses all that is not of this build: an older file, half a file, a page that says "not found". */
const compileOnce = async (url, cache) => {
  const response = await fetch(url, { cache, integrity: CX_WASM_INTEGRITY });
  return WebAssembly.compile(await response.arrayBuffer());
};

/** Asks once more past all caches: one of them may hold something older. */
export const compile = (url) => compileOnce(url, 'default').catch(() => compileOnce(url, 'reload'));
