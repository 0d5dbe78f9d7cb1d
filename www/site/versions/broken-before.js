// Another plugin's hooks throw: the commands they are about are never answered. The address may name one more.
const broken = window.CXBus.registerPlugin('Broken');
for (const command of ['registerPreProcessor', new URLSearchParams(location.search).get('and')]) {
  broken.before('WebChatService.' + command, () => {
    throw new Error('broken hook');
  });
}
