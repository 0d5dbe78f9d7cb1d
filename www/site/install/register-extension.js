// The late way in: once Widgets have started, App takes further extensions, here by the address of a script.
window.CXBus.subscribe('App.ready', () => {
  window.CXBus.command('App.registerExtension', { name: 'CXSpeechStorm', extension: '/dist/cx-speechstorm.js' });
});
