// The drop-in: everything in one file, compiled synchronously.
import { Core, initSync } from 'cx-glue';
import css from 'cx-css';
import wasm from './wasm-bytes.js';
import { Edge } from './edge/edge.js';
import { install } from './loader.js';
import { adopt } from './page.js';
import { orWithoutWasm } from './without-wasm.js';

install(
  orWithoutWasm(() => {
    const start = (module) => {
      initSync({ module });
      return Core;
    };
    const bytes = wasm();
    try {
      return start(new WebAssembly.Module(bytes));
    } catch (error) {
      // Older Chromium compiles only small modules synchronously on the main thread.
      if (!(error instanceof RangeError)) throw error;
      return WebAssembly.compile(bytes).then(start);
    }
  }),
  Edge,
  () => adopt(css),
);
