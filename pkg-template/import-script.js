// The same where Trusted Types let nobody give a script its address. In the drop-in alone: for the slim script, which is to be
// small, such pages need leave for WebAssembly.

import { addScript, address, append } from './add-script.js';

/** Rejects as `addScript` does, but not because of Trusted Types. */
export const addOrImport = (base) =>
  addScript(base).catch(async (reason) => {
    // An event: nothing has come. What Trusted Types throw is an error.
    if (reason instanceof Event) throw reason;
    // A link may have an address, and the import takes what the link has fetched: alone it would not look at the hash.
    await append('link', { rel: 'modulepreload', href: address(base) });
    await import(address(base));
  });
