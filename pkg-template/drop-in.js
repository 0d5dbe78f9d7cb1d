// The drop-in: everything in one file.
import { Core, initSync } from 'cx-glue';
import css from 'cx-css';
import wasm from './wasm-bytes.js';
import { addScript } from './add-script.js';
import { Edge } from './edge/edge.js';
import { install } from './loader.js';
import { adopt } from './page.js';
import { orWithoutWasm } from './without-wasm.js';

/** Why not at once: the browser compiles beside the page, which goes on with Widgets meanwhile. */
const load = async () => {
  initSync({ module: await WebAssembly.compile(wasm()) });
  return Core;
};

install(orWithoutWasm(load, addScript), Edge, () => adopt(css));
