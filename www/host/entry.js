// The open chat host as one classic script: compiled at once, so that the bus is there when this script has run.
import { initSync, start } from 'cx-glue';
import wasm from 'cx-wasm-bytes';

initSync({ module: new WebAssembly.Module(wasm()) });
start();
