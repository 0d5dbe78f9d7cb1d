// Where the bus finds the plugin's script when somebody commands it, or when it is preloaded.
window.CXBus.configure({ pluginMap: { CXSpeechStorm: '/dist/cx-speechstorm.js' } });
