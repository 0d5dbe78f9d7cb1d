// The slim build: the wasm and the stylesheet lie beside the script.
import { Core, initSync } from 'cx-glue';
import { addScript } from './add-script.js';
import { compile } from './compile.js';
import { Edge } from './edge/edge.js';
import { install } from './loader.js';
import { orWithoutWasm } from './without-wasm.js';

install(
  orWithoutWasm(
    (base) =>
      compile(new URL(CX_WASM_FILE, base)).then((module) => {
        initSync({ module });
        return Core;
      }),
    addScript,
  ),
  Edge,
  (base) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('cx-speechstorm.css', base).href;
    document.head.append(link);
    return () => link.remove();
  },
);
