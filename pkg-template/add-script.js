// Brings the script without WebAssembly onto the page, from the folder of this one and checked by its hash.
//
// CX_NOWASM_FILE and CX_NOWASM_INTEGRITY are put in by the build; a development build has no such file.

import { ownScript } from './page.js';

/** Rejects when the file is not there or of another build, or the page's policy does not let this script add another one. */
export const addScript = async (base) => {
  if (CX_NOWASM_FILE) return append('script', { src: address(base) });
  throw new Event('error');
};

/** Where it lies. */
export const address = (base) => new URL(CX_NOWASM_FILE, base).href;

/** Puts an element that fetches it into the page, and waits for it; rejects with the event where nothing has come. */
export const append = (kind, where) =>
  new Promise((onload, onerror) => {
    const nonce = ownScript()?.nonce || '';
    const as = { nonce, crossOrigin: 'anonymous', integrity: CX_NOWASM_INTEGRITY, onload, onerror };
    document.head.append(Object.assign(document.createElement(kind), as, where));
  });
