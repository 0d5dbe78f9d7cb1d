// The core as JavaScript: by itself a drop-in; otherwise it gives its core to the script that has asked for it.
import { Core, initSync } from 'cx-glue';
import css from 'cx-css';
import instantiate from 'cx-core';
import { Edge } from './edge/edge.js';
import { install } from './loader.js';
import { adopt } from './page.js';
import { TAKER } from './without-wasm.js';

const load = () => {
  initSync({ module: new WebAssembly.Module(instantiate) });
  return Core;
};

const take = window[TAKER];
if (take) take(load());
else install(load, Edge, () => adopt(css));
