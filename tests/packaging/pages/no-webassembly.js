// Makes the browser one that has no WebAssembly. Widgets, which are WebAssembly themselves here, run already.
delete window.WebAssembly;
if (!('WebAssembly' in window)) document.documentElement.dataset.older = 'no WebAssembly';
