// What `cargo xtask bench` measures the plugin against: the same behaviour on the measured paths, written by hand as one plain
// script, with no core, no checks beyond those of the way, one language and one kind of window. Not a plugin to use.
(() => {
  'use strict';
  const NAME = 'CXSpeechStorm';
  const HIDDEN = /^[\s\u0085\ufeff]*microapp:/i;
  const STATUS = /^[\s\u0085\ufeff]*microapp:progress:/i;
  const REQUEST = /^\s*microapp:\/\/app\/([\w+-]{1,64})(?:\/([^\r\n]*))?/i;
  const SENDERS = ['Agent', 'Supervisor', 'External', 'Bot'];
  const EVENTS = ['ready', 'requested', 'loading', 'opened', 'closed', 'progress', 'ended', 'failed'];
  const LEDGER = 'by-hand.ledger';
  const STYLE = `
    .by-hand { position: fixed; right: 24px; bottom: 24px; width: 360px; height: 520px; z-index: 9000; display: flex;
      flex-direction: column; background: Canvas; color: CanvasText; border: 1px solid; border-radius: 8px; }
    .by-hand header { display: flex; padding: 12px; }
    .by-hand h2 { flex: 1; margin: 0; font: bold 16px sans-serif; }
    .by-hand iframe { flex: 1; border: 0; }`;

  const widgets = ((window._genesys ||= {}).widgets ||= {});
  let plugin;
  let options = { baseURL: window.sSpeechStormServer, domain: location.origin, probe: false };
  let open = null;
  let settle = {};
  const seen = new Set();
  const handled = new Set(JSON.parse(sessionStorage.getItem(LEDGER) || '[]'));

  const publish = (name, data = {}) => {
    plugin.publish(name, data);
    document.dispatchEvent(new CustomEvent('cx-speechstorm:' + name, { detail: data }));
  };

  const make = (tag, attributes, parent) => {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    parent?.append(element);
    return element;
  };

  const preprocessor = (message) => {
    if (HIDDEN.test(message.text)) Object.assign(message, { type: 'Notice', text: '' });
    return message;
  };

  const hide = () => {
    plugin.command('WebChatService.registerPreProcessor', { preprocessor });
    filter();
    plugin.command('WebChatService.getTranscript').done((transcript) => received({ ...transcript, restoring: true }));
  };

  const filter = () => plugin.command('WebChatService.addPrefilter', { filters: STATUS });

  const received = ({ messages = [], originalMessages = [], oldMessages, restoring }) => {
    if (oldMessages) return;
    originalMessages.forEach((original, position) => {
      const shown = messages[position] || {};
      const index = shown.index ?? original.index;
      const text = original.body || original.text;
      if (typeof text !== 'string' || !HIDDEN.test(text) || seen.has(index)) return;
      seen.add(index);
      const [, token, name] = REQUEST.exec(text) || [];
      const { type } = original.from || shown.from || {};
      if (!token || restoring || handled.has(index) || !SENDERS.includes(type)) return;
      handled.add(index);
      sessionStorage.setItem(LEDGER, JSON.stringify([...handled]));
      publish('requested', { name });
      plugin.command('WebChatService.getSessionData').done(({ sessionID, secureKey, userId }) =>
        launch(token, name, { chatMessage: text, chatInteractionID: sessionID, chatSecureKey: secureKey, chatUserID: userId }),
      );
    });
  };

  /** One tab owns the MicroApp of a chat: every tab of a site restores the same chat. */
  const launch = (token, name, fields) => {
    const chat = 'by-hand:' + fields.chatInteractionID;
    const options = { signal: AbortSignal.timeout(500) };
    const hold = () => new Promise((letGo) => show(token, name, fields, letGo));
    navigator.locks.request(chat, options, hold).catch(() => publish('failed', { code: 'elsewhere' }));
  };

  const show = (token, name, fields, letGo) => {
    const { origin } = new URL(options.baseURL);
    const query = Object.entries({ domain: options.domain, ...fields });
    const encoded = query.map(([name, value]) => name + '=' + encodeURIComponent(value)).join('&');
    const end = new AbortController();
    const panel = make('section', { class: 'by-hand', role: 'dialog', 'aria-labelledby': 'by-hand-heading', lang: 'en' }, null);
    const header = make('header', {}, panel);
    make('h2', { id: 'by-hand-heading', tabindex: '-1' }, header).textContent = name;
    const button = make('button', { type: 'button', 'aria-label': 'Close' }, header);
    make('p', { role: 'status' }, panel).textContent = 'Loading…';
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    panel.dataset.theme = dark ? 'dark' : 'light';
    plugin.command('App.getTheme').done((theme) => (panel.dataset.theme = String(theme).includes('dark') ? 'dark' : 'light'));
    const place = () => panel.classList.toggle('by-hand-mobile', innerWidth <= 600);
    document.body.append(panel);
    place();
    panel.querySelector('h2').focus();
    publish('loading', { name });
    const frame = make('iframe', {
      id: 'speechstorm_webivr_iframe',
      name: 'speechstorm_webivr_iframe',
      title: name,
      referrerpolicy: 'no-referrer',
      sandbox: 'allow-forms allow-scripts allow-same-origin',
      allow: `payment ${origin}; publickey-credentials-get ${origin}`,
      src: `${options.baseURL}/fish-messaging/go/${token}?${encoded}`,
    });
    open = { panel, frame, end, letGo, origin, timer: setTimeout(() => publish('failed', { code: 'load_timeout' }), 30000) };
    button.addEventListener('click', close, { signal: end.signal });
    panel.addEventListener('keydown', ({ key }) => key === 'Escape' && close(), { signal: end.signal });
    addEventListener('resize', place, { signal: end.signal });
    addEventListener('message', heard, { signal: end.signal });
    frame.addEventListener('load', loaded, { signal: end.signal });
    panel.append(frame);
  };

  const loaded = () => {
    clearTimeout(open.timer);
    open.panel.querySelector('p').textContent = '';
    publish('opened', {});
    settle.open?.resolve({});
    settle = {};
  };

  const heard = ({ source, origin, data }) => {
    if (!open || source !== open.frame.contentWindow || origin !== open.origin || typeof data !== 'string') return;
    if (data === 'microapp:progress:ended') publish('ended', {});
    else if (STATUS.test(data)) publish('progress', { milestone: data.slice(18) });
    else if (data === 'speechstorm:closed') close();
  };

  const close = () => {
    if (!open) return;
    const { panel, frame, end, letGo, origin, timer } = open;
    open = null;
    clearTimeout(timer);
    frame.contentWindow?.postMessage('speechstorm:hangup', origin);
    end.abort();
    panel.remove();
    letGo();
    plugin.command('WebChatService.sendFilteredMessage', { message: 'microapp:progress:closed', regex: STATUS });
    publish('closed', {});
  };

  const configure = (given) => {
    options = { ...options, ...given };
    return new URL(options.baseURL).protocol.startsWith('http');
  };

  (widgets.extensions ||= {})[NAME] = ($, bus) => {
    plugin = bus.registerPlugin(NAME);
    plugin.registerCommand('configure', ({ data, deferred }) => (configure(data) ? deferred.resolve({}) : deferred.reject('bad')));
    plugin.registerCommand('open', ({ data, deferred }) => {
      settle = { open: deferred };
      launch(data.appToken, '', data);
    });
    plugin.registerCommand('close', ({ deferred }) => {
      close();
      deferred.resolve({});
    });
    plugin.subscribe('WebChatService.ready', hide);
    ['started', 'restored'].forEach((event) => plugin.subscribe('WebChatService.' + event, filter));
    plugin.subscribe('WebChatService.messageReceived', ({ data }) => received(data));
    plugin.subscribe('WebChatService.ended', () => {
      seen.clear();
      close();
    });
    plugin.subscribe('App.ready', ({ data }) => {
      plugin.command('configure', (data?.speechstorm && data.speechstorm) || widgets.speechstorm || {});
      plugin.registerEvents(EVENTS);
      plugin.ready();
      plugin.republish('ready', {});
      document.dispatchEvent(new CustomEvent('cx-speechstorm:ready', { detail: {} }));
    });
  };

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})();
