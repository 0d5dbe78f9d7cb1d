// Another plugin's hook throws: the command it is about is never answered.
window.CXBus.registerPlugin('Broken').before('WebChatService.registerPreProcessor', () => {
  throw new Error('broken hook');
});
