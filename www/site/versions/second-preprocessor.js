// Another plugin's pre-processor, which returns a new, frozen message instead of changing the one it is given.
window.CXBus.subscribe('WebChatService.ready', () => {
  const preprocessor = (message) =>
    Object.freeze({ ...message, text: message.text && message.text.replace('(heart)', '\u2665') });
  window.CXBus.command('WebChatService.registerPreProcessor', { preprocessor });
});
