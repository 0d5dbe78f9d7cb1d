// The slim build: the wasm and the stylesheet lie beside the script.
import init, { Core } from 'cx-glue';
import { install } from './loader.js';

install(
  (base) => init({ module_or_path: new URL(CX_WASM_FILE, base) }).then(() => Core),
  (base) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('cx-speechstorm.css', base).href;
    document.head.append(link);
    return () => link.remove();
  },
);
