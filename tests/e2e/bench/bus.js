// A bus that costs nothing: it has what the measured plugins use, and answers at once. What is measured on it is theirs alone.
(() => {
  'use strict';
  const calls = new Map();
  const commands = new Map();
  const services = {
    'WebChatService.registerPreProcessor': ({ preprocessor }) => (bench.preprocessor = preprocessor),
    'WebChatService.addPrefilter': () => ({}),
    'WebChatService.getTranscript': () => ({ messages: [], originalMessages: [] }),
    'WebChatService.getSessionData': () => ({ sessionID: bench.chat, secureKey: 'key', userId: 'user' }),
    'WebChatService.sendFilteredMessage': () => ({}),
    'App.getTheme': () => 'light',
  };

  const publish = (event, data) => calls.get(event)?.forEach((call) => call({ data }));

  const answer = (how, value) => {
    const reader = {
      done: (call) => (how === 'done' && call(value), reader),
      fail: (call) => (how === 'fail' && call(value), reader),
      always: (call) => (how && call(value), reader),
    };
    return reader;
  };

  const command = (name, data = {}) => {
    const registered = commands.get(name);
    if (!registered) return services[name] ? answer('done', services[name](data)) : answer();
    let settled = answer();
    const settle = (how) => (value) => (settled = answer(how, value));
    registered({ data, deferred: { resolve: settle('done'), reject: settle('fail') } });
    return settled;
  };

  const registerPlugin = (plugin) => {
    const whole = (name) => (name.includes('.') ? name : plugin + '.' + name);
    return {
      registerCommand: (name, call) => commands.set(whole(name), call),
      registerEvents() {},
      before() {},
      ready() {},
      registry: () => ({}),
      subscribe: (event, call) => calls.set(event, [...(calls.get(event) || []), call]),
      unsubscribe: (event) => calls.delete(event),
      publish: (event, data) => publish(whole(event), data),
      republish: (event, data) => publish(whole(event), data),
      command: (name, data) => command(whole(name), data),
    };
  };

  const person = { name: 'Kim', nickname: 'Kim', type: 'Agent' };

  /** Messages as the chat service hands them on: every fiftieth is a status, as in a chat with many payments. */
  const batch = (size) => {
    const texts = Array.from({ length: size }, (_, at) =>
      at % 50 === 49 ? 'microapp:progress:block:Step ' + at : 'Message ' + at + ': how can I help you with your card?',
    );
    const messages = texts.map((text, at) => ({ index: at + 1, text, type: 'Message', from: { ...person } }));
    const originalMessages = texts.map((text, at) => ({ index: at + 1, text, type: 'Message', from: { ...person }, utcTime: 1 }));
    return { messages, originalMessages };
  };

  const start = (speechstorm, chat) => {
    bench.chat = chat;
    const { extensions } = window._genesys.widgets;
    Object.values(extensions).forEach((extension) => extension(null, { registerPlugin }));
    publish('App.ready', { main: {}, webchat: {}, speechstorm });
    publish('WebChatService.ready', {});
  };

  let data;

  /** Makes a batch, and enough garbage for its messages to be old: otherwise the collector moves them while they are dispatched. */
  const prepare = (size) => {
    data = batch(size);
    for (let rounds = 0; rounds < 400; rounds++) bench.garbage = new Array(20_000).fill(rounds);
  };

  /** Milliseconds that the batch takes; what should be hidden must have been. */
  const dispatch = () => {
    const size = data.messages.length;
    const begin = performance.now();
    const messages = data.messages.map((message) => bench.preprocessor(message));
    publish('WebChatService.messageReceived', { ...data, messages });
    const end = performance.now();
    const hidden = messages.filter(({ text }) => text === '').length;
    if (hidden !== Math.floor(size / 50)) throw new Error(hidden + ' messages were hidden');
    return end - begin;
  };

  let index = 100_000;

  /** Milliseconds from a request to its frame being in the page, and the frame's address. */
  const request = () =>
    new Promise((resolve) => {
      const text = 'microapp://app/T3NB68E-/Payment\nAmount=USD77.80';
      const message = { index: ++index, text, type: 'Message', from: { ...person } };
      const data = { messages: [message], originalMessages: [{ ...message, from: { ...person }, utcTime: Date.now() }] };
      const watch = new MutationObserver(() => {
        const end = performance.now();
        const frame = document.querySelector('iframe');
        if (!frame) return;
        watch.disconnect();
        resolve([end - begin, frame.src]);
      });
      watch.observe(document, { childList: true, subtree: true });
      const begin = performance.now();
      bench.preprocessor(message);
      publish('WebChatService.messageReceived', data);
    });

  /** Several requests one after the other, each closed before the next. */
  const requests = async (number) => {
    const seen = [];
    while (seen.length < number) {
      seen.push(await request());
      command('CXSpeechStorm.close', { immediately: true });
      if (document.querySelector('iframe')) throw new Error('the frame is still there');
    }
    return seen;
  };

  window.bench = { command, dispatch, prepare, registerPlugin, requests, start };
})();
