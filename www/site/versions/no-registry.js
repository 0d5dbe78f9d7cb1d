// Takes `registry` from every plugin object that the bus gives from now on.
const { registerPlugin } = window.CXBus;
window.CXBus.registerPlugin = (name) => {
  const plugin = registerPlugin(name);
  if (plugin) delete plugin.registry;
  return plugin;
};
