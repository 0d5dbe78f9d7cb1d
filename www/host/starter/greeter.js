// A bus plugin: tells the customer who has joined the chat. Loaded before the chat host, which calls it once while it starts.
(() => {
  'use strict';
  const genesys = (window._genesys ??= {});
  const widgets = (genesys.widgets ??= {});
  const extensions = (widgets.extensions ??= {});
  // What it throws would stop all of Widgets.
  extensions.Greeter = (jQuery, bus) => {
    const plugin = bus.registerPlugin('Greeter');
    // The name is taken, or the bus is locked.
    if (!plugin) return;
    let greeted = 0;
    // A command is settled exactly once: its sender waits.
    plugin.registerCommand('count', ({ deferred }) => deferred.resolve({ greeted }));
    plugin.subscribe('WebChatService.agentConnected', ({ data }) => {
      // Over Genesys Cloud the message is the member itself, without `from`.
      const name = data.message.from?.name ?? data.message.displayName;
      const line = { type: 'text', text: `You are talking to ${name}.`, custom: true };
      plugin.command('WebChat.injectMessage', line).done(() => {
        greeted += 1;
        plugin.publish('greeted', { name });
      });
    });
    plugin.registerEvents(['greeted']);
    // Commands that others have sent so far run now; without it they wait for ever.
    plugin.ready();
  };
})();
