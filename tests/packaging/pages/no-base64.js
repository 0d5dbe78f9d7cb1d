// Makes the browser an older one that cannot read base64 into bytes by itself.
Object.defineProperty(Uint8Array, 'fromBase64', {
  get() {
    document.documentElement.dataset.older = 'no base64';
  },
});
