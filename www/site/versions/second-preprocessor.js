// Another plugin's pre-processor, which returns a new message instead of changing the one it is given.
window.CXBus.subscribe('WebChatService.ready', () => {
  const preprocessor = (message) => ({ ...message, text: message.text && message.text.replace('(heart)', '\u2665') });
  window.CXBus.command('WebChatService.registerPreProcessor', { preprocessor });
});
