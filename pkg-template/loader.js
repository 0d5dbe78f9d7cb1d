// The part of the plugin that is there at once: it hides MicroApp lines and keeps what happens until the core has come.
//
// It must never throw into the bus: an exception in a pre-processor ends the chat's polling for good, one in an extension
// stops all of Widgets. The core can be late, blocked or broken; what is hidden stays hidden.
//
// CX_BUILD is put in by the build from the Rust sources, so patterns and texts exist once:
// { plugin, version, client, commands, scheme, hidden: {source, flags}, status: {source, flags}, request, failed }

import { log } from './edge/attempt.js';
import { HIDDEN, isHidden } from './hidden.js';
import { bilingual, compareVersions, ensure, OLD_PREFIX, own, ownScript, widgets } from './page.js';

const NAME = CX_BUILD.plugin;
const VERSION = CX_BUILD.version;
const STATUS = new RegExp(CX_BUILD.status.source, CX_BUILD.status.flags);
const COMMANDS = CX_BUILD.commands;
const LOOKED_AT = ['WebChatService.sendMessage', 'WebChatService.sendTyping', 'Toaster.open', 'Toaster.close'];
const LAYOUT_EVENTS = ['opened', 'closed', 'minimized', 'unminimized'];

/** Where the copy of this script that is in charge of the page can be found by other copies. */
const IN_CHARGE = Symbol.for('cx-speechstorm');

const MESSAGES = {
  filter_in_the_way: 'A prefilter hides MicroApp requests from plugins, so none can open.',
  cannot_hide: 'These Widgets have no pre-processors to hide MicroApp requests.',
};

const REMEDIES = {
  wasm_blocked: "Add 'wasm-unsafe-eval' to script-src, or serve the nowasm file of this version beside the script, with CORS.",
  wasm_unavailable: 'Serve the .wasm file of this version beside the script.',
  destroyed: 'Reload the page.',
  core_crashed: 'Reload the page, and report this with the version.',
  filter_in_the_way: 'Remove the script that adds it; a cookie keeps it until the chat ends.',
  cannot_hide: 'Set speechstorm.intercept to auto.',
};

/**
 * Installs the plugin on this page.
 * @param {(base: string) => Function | Promise<Function>} load gives the core's class, at once or later
 * @param {Function} Edge the class that stands between the core and the page
 * @param {(base: string) => (() => void) & { needed?: () => void }} style puts the stylesheet into the page, at once or when it is
 *   needed, and gives the way to take it out
 * @param {{ src: string, dataset: object }} [script] the element of this script, or what stands for one
 * The functions are told the folder of the script.
 */
export function install(load, Edge, style, script = ownScript()) {
  const attributes = script?.dataset;
  const base = script?.src ? new URL('.', script.src).href : document.baseURI;
  const queue = [];
  const seen = new Set();
  let plugin = null;
  let config = null;
  let made = null;
  let core = null;
  let failure = null;
  let idle = false;
  let intercept = null;
  let prefix = null;
  let unsure = false;
  let unstyle = () => {};

  const guard = (call) => {
    try {
      return call();
    } catch (error) {
      log('error', error?.name);
    }
  };

  /** What throws here has broken down. */
  const risk = (call) => {
    try {
      call();
    } catch {
      fail('core_crashed');
    }
  };

  /** Gives the core what happened, or keeps it in order. */
  const hand = (method, argument) => {
    if (failure) {
      withoutCore(method, argument);
    } else if (core) {
      risk(() => core[method](argument));
      // Over this very thing; the edge catches what its core throws.
      if (failure) withoutCore(method, argument);
    } else {
      queue.push([method, argument]);
    }
  };

  /** Starts the core once both it and the bus are there. */
  const connect = () => {
    if (core || failure || !made || !plugin) return;
    risk(() => {
      core = made;
      core.attach(plugin);
      core.defaults(pageDefaults());
      queue.splice(0).forEach((kept) => hand(...kept));
    });
  };

  const fail = (code) => {
    if (failure || idle) return;
    failure = { code, message: 'The plugin cannot run on this page.', remedy: REMEDIES[code] };
    log('error', code + '.', failure.remedy);
    guard(() => document.querySelectorAll('.cx-speechstorm').forEach((element) => element.remove()));
    if (plugin) guard(refuseCommands);
    queue.splice(0).forEach((kept) => guard(() => withoutCore(...kept)));
  };

  const announce = (data) => {
    plugin.publish('failed', data);
    document.dispatchEvent(new CustomEvent('cx-speechstorm:failed', { detail: data }));
  };

  const refuseCommands = () => {
    COMMANDS.forEach((command) => {
      plugin.registerCommand(command, (invocation) => invocation.deferred.reject(failure));
    });
    plugin.ready();
    if (!idle) announce(failure);
  };

  /** What is left to do when there will be no core: tell the agent why nothing opened. */
  const withoutCore = (method, lines) => {
    if (method === 'lines' && plugin && lines.some((line) => !line.restoring && line.sender !== CX_BUILD.client)) {
      const message = CX_BUILD.failed + failure.code;
      plugin.command('WebChatService.sendFilteredMessage', { message, regex: STATUS });
      announce(failure);
    }
  };

  /** Options outside `_genesys.widgets.speechstorm`: the page globals of the script we replace, and data attributes. */
  const pageDefaults = () => {
    const options = {};
    const set = (name, value) => {
      if (typeof value === 'string' && value) options[name] = value;
    };
    set('baseURL', own(window, 'sSpeechStormServer'));
    set('baseURL', own(attributes, 'baseUrl'));
    ['domain', 'placement'].forEach((name) => set(name, own(attributes, name)));
    return options;
  };

  /**
   * Lets the core see a command before others get it. A `before` that throws would swallow the command (bus facts, 1.3), so
   * a core that crashes here must not be noticed.
   */
  const look = (command) =>
    plugin.before(command, (data) => {
      let given = data;
      if (core && !failure) risk(() => (given = core.before(command, data)));
      return given;
    });

  /** The bus has no way to take a plugin back: what is left says so to whoever commands it. */
  const destroy = ({ deferred }) => {
    guard(() => core?.destroy());
    core = null;
    idle = true;
    failure = { code: 'destroyed', message: 'The plugin was destroyed.', remedy: REMEDIES.destroyed };
    guard(unstyle);
    guard(refuseCommands);
    deferred.resolve();
  };

  /** Hides from the window; the interceptor reads the server's own copy in `originalMessages`. */
  const preprocessor = (message) => {
    // Why no closure for `guard`: this runs for every message of a chat, and most have nothing to hide.
    try {
      if (isHidden(message?.text)) {
        // With `webchat.transport` what is returned counts, and others may have frozen it; otherwise what was changed in
        // place.
        const hidden = Object.isFrozen(message) ? { ...message } : message;
        return Object.assign(hidden, { type: 'Notice', text: '' });
      }
    } catch (error) {
      log('error', error?.name);
    }
    return message;
  };

  /** Begins to hide, as soon as the chat service can be told to. */
  const hide = () => {
    if (intercept) return;
    intercept = own(own(config || widgets(), 'speechstorm'), 'intercept') || own(attributes, 'intercept') || 'auto';
    if (!['auto', 'preprocessor', 'prefilter'].includes(intercept)) {
      log('warn', 'intercept is auto, preprocessor or prefilter.');
      intercept = 'auto';
    }
    if (intercept !== 'prefilter') preprocess();
    filter();
    catchUp();
  };

  // An unknown command is never answered, nor is one that a broken `before` stops (bus facts 0.7 and 1.3): the registry
  // tells at once, otherwise that the filter's answer, which comes in order, is there first.
  const preprocess = () => {
    unsure = true;
    const service = guard(() => JSON.stringify(plugin.registry?.()?.[prefix + 'WebChatService']));
    const known = !service || service.includes('"registerPreProcessor"');
    const answer = known && guard(() => plugin.command('WebChatService.registerPreProcessor', { preprocessor }));
    if (!answer) return fallBack();
    answer.done(() => (unsure = false));
    answer.fail(fallBack);
  };

  const fallBack = () =>
    guard(() => {
      if (!unsure) return;
      unsure = false;
      if (intercept === 'preprocessor') return warn('cannot_hide');
      // Versions that old leave prefiltered messages in `originalMessages`. Should this one not, then nothing opens,
      // which is better than a request before the customer's eyes.
      log('warn', 'no pre-processor; a prefilter hides requests.');
      intercept = 'prefilter';
      filter();
    });

  // Only status lines: in 9.0.018 a prefilter on requests would hide them from us too (bus facts 0.1). Dropped at each
  // chat's end, so set anew.
  const filter = () => {
    const filters = intercept === 'prefilter' ? HIDDEN : STATUS;
    plugin.command('WebChatService.addPrefilter', { filters }).done((all) =>
      guard(() => {
        setTimeout(fallBack);
        if (intercept === 'prefilter') return;
        if (Object.values(all || {}).some((other) => CX_BUILD.request.match(other))) warn('filter_in_the_way');
      }),
    );
  };

  const warned = {};
  const warn = (code) => {
    if (warned[code]) return;
    warned[code] = true;
    log('error', code + '.', MESSAGES[code], REMEDIES[code]);
    announce({ code, message: MESSAGES[code], remedy: REMEDIES[code] });
  };

  /** What came before this script: lines that are on the screen go, and a request that is still fresh is opened. */
  const catchUp = () =>
    plugin.command('WebChatService.getTranscript').done((transcript) =>
      guard(() => {
        received({ ...transcript, restoring: true })?.forEach(erase);
      }),
    );

  /** Takes a line off the screen, and its copy for screen readers. */
  const erase = ({ index, text }) => {
    document.getElementById('cx-chat-index-' + index)?.remove();
    const [first] = text.trim().split(/[\r\n]/);
    document
      .querySelectorAll('.cx-screen-reader-transcript > *')
      .forEach((copy) => copy.textContent.includes(first) && copy.remove());
  };

  /** The last resort, where nothing hides (yet): what has been drawn is taken off at once. */
  const drawn = ({ index, message }) => {
    if (!isHidden(message?.text)) return;
    const line = { index, text: message.text };
    erase(line);
    // The copy may come after the event.
    setTimeout(() => guard(() => erase(line)));
  };

  const received = (data) => {
    if (own(data, 'oldMessages')) return;
    const restoring = !!own(data, 'restoring');
    const originals = data.originalMessages || [];
    const messages = data.messages || [];
    const lines = [];
    originals.forEach((original, position) => {
      const text = original.body || original.text;
      if (!isHidden(text)) return;
      // In 9.0.005 the arrays are not parallel: the originals hold what was filtered, too.
      const shown = (messages.length === originals.length && messages[position]) || {};
      const index = (shown.index ?? original.index) >>> 0;
      if (seen.has(index)) return;
      if (index) seen.add(index);
      const from = original.from || {};
      const twin = shown.from || {};
      const sent = original.utcTime ?? shown.timestamp;
      lines.push({ index, sender: from.type || twin.type, nickname: from.nickname || twin.name, text, sent, restoring });
    });
    // A chat full of statuses costs no more than one without: the core makes nothing of them.
    const requests = lines.filter(({ text }) => !STATUS.test(text));
    if (requests.length) hand('lines', requests);
    return lines;
  };

  const attach = (bus) =>
    guard(() => {
      if (plugin || idle) return;
      const registered = bus.registerPlugin(NAME);
      if (!registered) {
        idle = true;
        return log('warn', 'is on this page already, or the bus is locked;', VERSION, 'stays idle.');
      }
      plugin = bilingual(registered, () => prefix || '');
      const on = (event, call) =>
        ['', OLD_PREFIX].forEach((spelling) =>
          registered.subscribe(spelling + event, (message) =>
            guard(() => {
              // Whoever speaks new names understands them.
              if (prefix !== '') prefix = spelling;
              call((message && message.data) || {});
            }),
          ),
        );
      on('WebChatService.ready', hide);
      ['started', 'restored'].forEach((event) =>
        on('WebChatService.' + event, () => {
          hide();
          filter();
        }),
      );
      on('WebChatService.messageReceived', received);
      on('WebChatService.ended', () => {
        seen.clear();
        hand('chatEnded');
      });
      on('WebChatService.disconnected', () => hand('connected', false));
      on('WebChatService.reconnected', () => hand('connected', true));
      LOOKED_AT.forEach((command) => guard(() => look(command)));
      plugin.registerCommand('destroy', destroy);
      on('WebChat.messageAdded', drawn);
      LAYOUT_EVENTS.forEach((event) => on('WebChat.' + event, () => hand('layout')));
      on('App.ready', (data) => {
        if (config) return;
        config = ['main', 'webchat', 'speechstorm'].some((part) => own(data, part)) ? data : widgets();
        hand('ready', own(config, 'speechstorm'));
      });
      if (failure) refuseCommands();
      connect();
    });

  const takeCharge = () => {
    const other = window[IN_CHARGE];
    const stays = other && (other.started() || compareVersions(other.version, VERSION) >= 0);
    if (other) {
      const [runs, rests] = stays ? [other.version, VERSION] : [VERSION, other.version];
      log('warn', 'is on this page twice: version', runs, 'runs, version', rests, 'stays idle.');
    }
    if (stays) return false;
    other?.retire();
    const retire = () => {
      idle = true;
      unstyle();
    };
    window[IN_CHARGE] = { version: VERSION, started: () => !!plugin, retire };
    return true;
  };

  if (!guard(takeCharge)) return;
  guard(() => {
    const page = widgets();
    ensure(page, 'extensions')[NAME] = ($, bus) => attach(bus);
    // The vendor's instruction block names the chat server in a global of its own.
    const chatServer = own(window, 'sChatServerUrl') || own(window, 'sChatServerURL');
    const webchat = own(page, 'webchat');
    if (chatServer && !own(webchat, 'dataURL') && !own(webchat, 'transport')) {
      ensure(page, 'webchat').dataURL = chatServer;
    }
    if (own(attributes, 'css') !== 'none') unstyle = style(base);
  });

  // The extension came too late, or the page replaced the configuration it stood in: go to the bus directly, as soon as
  // the script that brings the bus has run. Its `load` event comes before anything that the bus delivers.
  const late = () => {
    const bus = own(window, 'CXBus') || own(widgets(), 'bus');
    if (bus) attach(bus);
    if (plugin || idle) listen('removeEventListener');
  };
  const listen = (how) => {
    document[how]('load', late, true);
    document[how]('DOMContentLoaded', late);
    window[how]('load', late);
  };
  guard(() => {
    listen('addEventListener');
    late();
  });

  const loaded = (Core) => {
    // Before the bus is there: while the browser waits for Widgets it costs the page nothing.
    risk(() => {
      made = new Edge(Core, base, () => (fail('core_crashed'), failure));
      made.style = () => unstyle.needed?.();
    });
    connect();
  };
  const refused = (error) => {
    const reasons = { RuntimeError: 'core_crashed', CompileError: 'wasm_blocked' };
    fail(window.WebAssembly ? reasons[error?.name] || 'wasm_unavailable' : 'wasm_blocked');
  };
  try {
    const result = load(base);
    if (result instanceof Promise) result.then(loaded, refused);
    else loaded(result);
  } catch (error) {
    refused(error);
  }
}
