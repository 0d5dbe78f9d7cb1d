// The filter of the script that the plugin replaces: it stays in a cookie until the chat ends.
window.CXBus.subscribe('WebChatService.started', () => {
  window.CXBus.command('WebChatService.addPrefilter', { filters: /^microapp:/ });
});
