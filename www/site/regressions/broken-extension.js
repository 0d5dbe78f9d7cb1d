// A page whose bus breaks while the plugin's extension function runs: the function must not let that out.
window.broken = 0;
let bus;
Object.defineProperty(window, 'CXBus', {
  get: () => bus,
  set(value) {
    const register = value.registerPlugin;
    value.registerPlugin = (name) => {
      if (name !== 'CXSpeechStorm') return register(name);
      window.broken += 1;
      throw new Error('broken bus');
    };
    bus = value;
  },
});
