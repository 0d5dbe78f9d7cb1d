// The drop-in: everything in one file, compiled synchronously.
import { Core, initSync } from 'cx-glue';
import css from 'cx-css';
import wasm from './wasm-bytes.js';
import { Edge } from './edge/edge.js';
import { install } from './loader.js';
import { adopt } from './page.js';
import { addScript, orWithoutWasm, probe } from './without-wasm.js';

const start = (module) => {
  initSync({ module });
  return Core;
};

/** Why no probe before it: whether WebAssembly is refused shows here, too. */
const compile = () => {
  const bytes = wasm();
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    // Older Chromium compiles only small modules synchronously on the main thread.
    if (!(error instanceof RangeError)) throw error;
    probe();
    return WebAssembly.compile(bytes);
  }
};

install(
  orWithoutWasm(
    (_, module) => (module instanceof Promise ? module.then(start) : start(module)),
    addScript,
    compile,
  ),
  Edge,
  () => adopt(css),
);
