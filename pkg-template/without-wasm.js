// What is left where the page's policy, or the browser, refuses WebAssembly: the same core as JavaScript.
//
// CX_BUILD_ID is put in by the build.

/** Throws where WebAssembly is refused: makes a module with nothing in it. */
const probe = () => new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));

/** Where the core as JavaScript finds whoever waits for it. */
export const TAKER = Symbol.for('cx-speechstorm/' + CX_BUILD_ID);

/**
 * Gives what `load` gives; where WebAssembly is refused, the core of the script without it, which `add` brings onto the page. Both
 * are told the folder of this script.
 */
export const orWithoutWasm = (load, add) => (base) => {
  try {
    probe();
  } catch (refusal) {
    return new Promise((resolve, reject) => {
      window[TAKER] = resolve;
      // After it has run, refusing changes nothing, unless it did not give its core.
      const refuse = () => reject(refusal);
      add(base).then(refuse, refuse);
    });
  }
  return load(base);
};
