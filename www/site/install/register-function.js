// Once Widgets have started, App takes further extensions, here a function.
window.CXBus.subscribe('App.ready', () => {
  window.CXBus.command('App.registerExtension', { name: 'CXSpeechStorm', extension: window.keptExtension });
});
