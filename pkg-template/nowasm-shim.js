// Stands for WebAssembly in the script without it, as far as the glue asks: its modules are functions that take imports and
// give exports. The build puts it in the place of the global.

class Module {
  constructor(instantiate) {
    this.instantiate = instantiate;
  }
}

class Instance {
  constructor(module, imports) {
    this.exports = module.instantiate(imports);
  }
}

const shim = { Module, Instance, CompileError: class extends Error {} };

export { shim as WebAssembly };
