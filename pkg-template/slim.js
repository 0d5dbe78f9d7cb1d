// The slim build: the wasm and the stylesheet lie beside the script.
import { Core, initSync } from 'cx-glue';
import { install } from './loader.js';

/** Compiles while it comes in, where the browser can and the server says what it is. */
const compile = (response) => {
  if (!response.ok) throw new Error('HTTP ' + response.status);
  const streams = WebAssembly.compileStreaming && response.headers.get('Content-Type') === 'application/wasm';
  return streams
    ? WebAssembly.compileStreaming(response)
    : response.arrayBuffer().then((bytes) => WebAssembly.compile(bytes));
};

const start = (module) => {
  initSync({ module });
  return Core;
};

install(
  (base) => fetch(new URL(CX_WASM_FILE, base)).then(compile).then(start),
  (base) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('cx-speechstorm.css', base).href;
    document.head.append(link);
    return () => link.remove();
  },
);
