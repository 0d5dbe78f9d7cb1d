// The part of the plugin that is there at once: it hides MicroApp lines and keeps what happens until the core has come.
//
// It must never throw into the bus: an exception in a pre-processor ends the chat's polling for good, one in an extension
// stops all of Widgets. The core can be late, blocked or broken; what is hidden stays hidden.
//
// CX_BUILD is put in by the build from the Rust sources, so patterns and texts exist once:
// { plugin, client, hidden: {source, flags}, status: {source, flags}, failed }

const NAME = CX_BUILD.plugin;
const HIDDEN = new RegExp(CX_BUILD.hidden.source, CX_BUILD.hidden.flags);
const STATUS = new RegExp(CX_BUILD.status.source, CX_BUILD.status.flags);
const LAYOUT_EVENTS = ['opened', 'closed', 'minimized', 'unminimized'];

const REMEDIES = {
  wasm_blocked: "Add 'wasm-unsafe-eval' to script-src in the page's Content-Security-Policy.",
  wasm_unavailable: 'Serve the .wasm file of the same release beside the script.',
  core_crashed: 'Reload the page, and report this with the plugin’s version.',
};

/**
 * Installs the plugin on this page.
 * @param {(base: string) => Function | Promise<Function>} load gives the class `Core`, at once or later
 * @param {(base: string) => void} style puts the stylesheet into the page
 * Both are told the folder of this script.
 */
export function install(load, style) {
  const script = document.currentScript;
  const attributes = script ? script.dataset : {};
  const base = script ? new URL('.', script.src).href : document.baseURI;
  const queue = [];
  let plugin = null;
  let Core = null;
  let core = null;
  let failure = null;
  let hiding = false;

  const guard = (call) => {
    try {
      return call();
    } catch (error) {
      console.error(NAME + ': ' + (error && error.name));
    }
  };

  /** Gives the core what happened, or keeps it in order. */
  const hand = (method, argument) => {
    if (failure) {
      withoutCore(method, argument);
    } else if (core) {
      try {
        core[method](argument);
      } catch {
        fail('core_crashed');
      }
    } else {
      queue.push([method, argument]);
    }
  };

  /** Starts the core once both it and the bus are there. */
  const connect = () => {
    if (core || failure || !Core || !plugin) return;
    try {
      core = new Core(plugin);
    } catch {
      return fail('core_crashed');
    }
    core.defaults(pageDefaults());
    queue.splice(0).forEach(([method, argument]) => hand(method, argument));
  };

  const fail = (code) => {
    if (failure) return;
    failure = { code, message: 'The plugin cannot run on this page.', remedy: REMEDIES[code] };
    console.error(NAME + ': ' + code + '. ' + failure.remedy);
    guard(() => document.querySelectorAll('.cx-speechstorm').forEach((element) => element.remove()));
    if (plugin) guard(refuseCommands);
    queue.splice(0).forEach(([method, argument]) => guard(() => withoutCore(method, argument)));
  };

  const refuseCommands = () => {
    ['open', 'close', 'configure'].forEach((command) => {
      plugin.registerCommand(command, (invocation) => invocation.deferred.reject(failure));
    });
    plugin.ready();
    plugin.publish('failed', failure);
  };

  /** What is left to do when there will be no core: tell the agent why nothing opened. */
  const withoutCore = (method, lines) => {
    if (method !== 'lines' || !plugin) return;
    if (lines.some((line) => !line.restoring && line.sender !== CX_BUILD.client)) {
      const message = CX_BUILD.failed + failure.code;
      plugin.command('WebChatService.sendFilteredMessage', { message, regex: STATUS });
      plugin.publish('failed', failure);
    }
  };

  /** Options outside `_genesys.widgets.speechstorm`: the page globals of the script we replace, and data attributes. */
  const pageDefaults = () => {
    const options = {};
    const set = (name, value) => {
      if (typeof value === 'string' && value) options[name] = value;
    };
    set('baseURL', window.sSpeechStormServer);
    set('baseURL', attributes.baseUrl);
    set('domain', attributes.domain);
    set('placement', attributes.placement);
    return options;
  };

  const isHidden = (message) => !!message && typeof message.text === 'string' && HIDDEN.test(message.text);

  /** Hides from the window; the interceptor reads the server's own copy in `originalMessages`. */
  const preprocessor = (message) =>
    guard(() => {
      if (isHidden(message)) {
        message.type = 'Notice';
        message.text = '';
      }
      return message;
    });

  const hide = () => {
    if (hiding) return;
    hiding = true;
    plugin.command('WebChatService.registerPreProcessor', { preprocessor });
    filter();
  };

  // Only status lines: a prefilter on requests would hide them from us too. Dropped at each chat's end, so set anew.
  const filter = () => plugin.command('WebChatService.addPrefilter', { filters: STATUS });

  const received = (data) => {
    if (data.oldMessages) return;
    const restoring = !!data.restoring;
    const lines = (data.originalMessages || []).filter(isHidden).map((message) => ({
      index: message.index,
      sender: (message.from || {}).type,
      text: message.text,
      sent: message.utcTime,
      restoring,
    }));
    if (lines.length) hand('lines', lines);
  };

  const attach = (bus) =>
    guard(() => {
      if (plugin) return;
      plugin = bus.registerPlugin(NAME);
      if (!plugin) return console.warn(NAME + ' is on this page already; ' + (script && script.src) + ' stays idle.');
      const on = (event, call) => plugin.subscribe(event, (message) => guard(() => call(message.data || {})));
      on('WebChatService.ready', hide);
      on('WebChatService.started', filter);
      on('WebChatService.restored', filter);
      on('WebChatService.messageReceived', received);
      on('WebChatService.ended', () => hand('chatEnded'));
      LAYOUT_EVENTS.forEach((event) => on('WebChat.' + event, () => hand('layout')));
      on('App.ready', (config) => hand('ready', config.speechstorm));
      if (failure) refuseCommands();
      else connect();
    });

  guard(() => {
    const genesys = (window._genesys = window._genesys || {});
    const widgets = genesys.cxwidget || (genesys.widgets = genesys.widgets || {});
    const extensions = (widgets.extensions = widgets.extensions || {});
    extensions[NAME] = ($, bus) => attach(bus);
    // The vendor's instruction block names the chat server in a global of its own.
    const chatServer = window.sChatServerUrl || window.sChatServerURL;
    const webchat = widgets.webchat || {};
    if (chatServer && !webchat.dataURL && !webchat.transport) {
      widgets.webchat = Object.assign(webchat, { dataURL: chatServer });
    }
    if (attributes.css !== 'none') style(base);
  });

  // The extension came too late, or the page replaced the configuration it stood in: go to the bus directly.
  const late = () => {
    if (!plugin && window.CXBus) attach(window.CXBus);
  };
  late();
  document.addEventListener('DOMContentLoaded', late);
  window.addEventListener('load', late);

  const loaded = (loadedCore) => {
    Core = loadedCore;
    guard(connect);
  };
  const refused = (error) =>
    fail(!window.WebAssembly || error instanceof WebAssembly.CompileError ? 'wasm_blocked' : 'wasm_unavailable');
  try {
    const result = load(base);
    if (result instanceof Promise) result.then(loaded, refused);
    else loaded(result);
  } catch (error) {
    refused(error);
  }
}

/** Puts a stylesheet's text into the page without an element, so that `style-src 'self'` needs no exception. */
export function adopt(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
