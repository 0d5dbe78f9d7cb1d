// Records every event of the plugin, on the bus and on the document, from before there is a plugin.
(() => {
  'use strict';
  const names = [
    'ready', 'requested', 'loading', 'opened', 'closed', 'progress', 'ended', 'declined', 'timeout', 'failed', 'minimized',
    'unminimized', 'guarded',
  ];
  window.heard = { bus: [], document: [] };
  const note = (where, name, data) => window.heard[where].push(name + ' ' + JSON.stringify(data));
  for (const name of names) {
    document.addEventListener('cx-speechstorm:' + name, (event) => note('document', name, event.detail));
  }
  window._genesys = { widgets: { extensions: { Recorder: ($, bus) => {
    const recorder = bus.registerPlugin('Recorder');
    for (const name of names) recorder.subscribe('CXSpeechStorm.' + name, ({ data }) => note('bus', name, data));
  } } } };
})();
