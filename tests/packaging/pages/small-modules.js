// Makes the browser an older Chromium, which compiles only small modules synchronously on the main thread. Why a proxy: what is
// compiled otherwise is still an instance of it.
WebAssembly.Module = new Proxy(WebAssembly.Module, {
  construct(Module, [bytes]) {
    if (bytes.byteLength <= 4096) return new Module(bytes);
    document.documentElement.dataset.older = 'small modules';
    throw new RangeError('WebAssembly.Module is disallowed on the main thread, if the buffer size is larger than 4KB.');
  },
});
