// The WebAssembly inside a script: one character a byte, because base64 hides the repetitions from the compressor.
//
// CX_WASM_TEXT is put in by the build, after the minifier: that would make a template of it, which is longer and which the
// browser reads twice.

// Why not inside the function: the browser would read it when it skips the function, and again when that is called.
const text = CX_WASM_TEXT;

export default () => {
  // By way of base64 the browser does it all by itself; older ones cannot, and take their time.
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(btoa(text));
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
};
