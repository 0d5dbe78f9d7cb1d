// Brings the script without WebAssembly onto the page, from the folder of this one and checked by its hash.
//
// CX_NOWASM_FILE and CX_NOWASM_INTEGRITY are put in by the build; a development build has no such file.

import { ownScript } from './page.js';

/** Rejects when the file is not there or of another build, or the page's policy lets nobody bring it. */
export const addScript = async (base) => {
  if (!CX_NOWASM_FILE) throw new Event('error');
  const src = new URL(CX_NOWASM_FILE, base).href;
  try {
    await append('script', { src });
  } catch (reason) {
    // An event: nothing has come. An error is of Trusted Types, which let nobody give a script its address.
    if (reason instanceof Event) throw reason;
    // A link may have one, and the import takes what the link has fetched: alone it would not look at the hash.
    await append('link', { rel: 'modulepreload', href: src });
    await import(src);
  }
};

/** Puts an element that fetches something into the page, and waits for it; rejects with the event where nothing has come. */
const append = (kind, where) =>
  new Promise((onload, onerror) => {
    const nonce = ownScript()?.nonce || '';
    const as = { nonce, crossOrigin: 'anonymous', integrity: CX_NOWASM_INTEGRITY, onload, onerror };
    document.head.append(Object.assign(document.createElement(kind), as, where));
  });
