// The browser's edge: carries out what the core decides, and tells the core what happens. It decides nothing itself.
//
// Why JavaScript: the same edge in Rust, with bindings for what the browser can do, weighed 13 kB more (brotli, drop-in), and
// every visitor of the page downloads it. The core (`src/core`) knows no browser; `src/edge.rs` is its side of the
// border: it puts values, then names what to do with them, which is a method of this class.

import { COMMANDS } from './commands.js';
import { ROOT } from './dom.js';
import { FrameLink, nonce } from './frame-link.js';
import { guard } from './guard.js';
import { Hooks } from './hooks.js';
import { Language } from './language.js';
import { fetchTicket, probe } from './net.js';
import { getSession } from './session.js';
import { Tabs } from './tabs.js';
import { View } from './view.js';

const STATUS = new RegExp(CX_BUILD.status.source, CX_BUILD.status.flags);

/** Where the ledger is kept; a page that forbids storage only loses the memory over reloads. */
const LEDGER = ROOT + '.ledger';

/** Milliseconds that the chat service has to give its session data. */
const SESSION_DEADLINE = 5000;

/** Hooks of the page that are told of events. */
const TOLD = { failed: 'onError', progress: 'onProgress' };

const attempt = (call) => {
  try {
    return call();
  } catch {
    // What the page does not let us do is left undone.
  }
};

export class Edge {
  /**
   * Takes over the plugin's interface that the loader has registered; `base` is the folder of the script. `crashed` is called
   * when the core has broken down.
   */
  constructor(Core, plugin, base, crashed) {
    this.plugin = plugin;
    this.crashed = crashed;
    this.hooks = new Hooks();
    this.timers = {};
    /** Commands that wait for their answer, by id, each with its deadline. */
    this.waiting = new Map();
    this.lastCommand = 0;
    /** What the core has put for its next act. */
    this.given = {};
    /** Counts what was asked for a MicroApp that is over, so that late answers are not taken for the next one's. */
    this.epoch = 0;
    this.language = new Language(base, () => this.retell());
    this.tabs = new Tabs((...event) => this.tell(...event));
    this.core = new Core(this, location.origin);
    this.tell('start', attempt(() => sessionStorage.getItem(LEDGER)) || '', 0, { tab: nonce() });
    this.end = new AbortController();
    addEventListener('resize', () => this.layout(), { signal: this.end.signal });
    Object.entries(COMMANDS).forEach(([name, call]) => this.register(name, call));
    this.unsubscribe = [
      this.subscribe('App.language', (code) => {
        this.language.wanted = String(code);
        // Nothing is fetched before somebody has something to say.
        if (this.guards || this.view) this.language.speak();
      }),
      this.subscribe('App.i18n', (table) => this.language.override(table)),
    ];
  }

  // The border.

  /** Tells the core what has happened, with what it is given for that; a core that breaks down must not take the page along. */
  tell(what, text = '', number = 0, given = {}) {
    try {
      Object.entries(given).forEach(([name, value]) => value != null && this.core?.give(name, value));
      this.core?.event(what, text, number);
    } catch {
      this.core = null;
      this.crashed();
    }
  }

  /** The core puts a value for its next act. */
  put(name, value) {
    this.given[name] = value;
  }

  /** What the core has put. */
  take() {
    const { given } = this;
    this.given = {};
    return given;
  }

  /** The core wants something done. What goes wrong in the page must not unwind into it. */
  act(what, text, number) {
    try {
      this[what](text, number, this.take());
    } catch (error) {
      console.error(CX_BUILD.plugin + ': ' + what + ': ' + error?.name);
    }
  }

  /** Tells the core what came of a question, unless what it was asked for is over by then. */
  async answer(promise, event) {
    const { epoch } = this;
    const answer = await promise;
    if (epoch === this.epoch) event(answer);
  }

  // The bus.

  /** Sends a command whose answer does not matter. */
  command(name, data) {
    attempt(() => this.plugin.command(name, data));
  }

  /** Sends a command; it is answered once, or not at all (bus facts, 0.7). */
  ask(name, data, done, failed = () => {}) {
    const reader = attempt(() => this.plugin.command(name, data));
    if (!reader) return failed();
    reader.done(done);
    reader.fail(() => failed());
  }

  /** Subscribes to an event; gives the way to end it. */
  subscribe(event, call) {
    this.plugin.subscribe(event, (message) => call(message?.data));
    return () => this.plugin.unsubscribe(event);
  }

  register(name, call) {
    this.plugin.registerCommand(name, ({ data, deferred }) => {
      const id = ++this.lastCommand;
      const late = setTimeout(() => this.refuse(id, 'command_timeout'), this.commandTimeout);
      this.waiting.set(id, { deferred, late });
      try {
        call(this, id, data);
      } catch {
        this.refuse(id, 'bad_command');
      }
    });
  }

  /** Settles a command that waits. */
  settle(id, how, value) {
    const { deferred, late } = this.waiting.get(id) || {};
    clearTimeout(late);
    if (this.waiting.delete(id)) attempt(() => deferred[how](value));
  }

  /** Refuses a command with a code of the core. */
  refuse(id, code, more) {
    this.reject('', id, { ...this.describe(code), ...more });
  }

  /** What an error is: `{code, message, remedy}`. */
  describe(code) {
    this.tell('describe', code);
    return this.take();
  }

  // What the loader calls.

  /** Takes configuration that the page set before Widgets started: the lowest rank, below `configure`. */
  defaults(options) {
    this.configure(options, '');
  }

  /**
   * The configuration of Widgets is there: configures itself with the part `speechstorm`, lets the commands of others run and says
   * so (bus facts, section 2).
   */
  ready(options) {
    this.command('configure', options instanceof Object ? options : {});
    this.plugin.registerEvents(CX_EDGE.events);
    this.plugin.ready();
    this.plugin.republish('ready', {});
    this.onDocument('ready', {});
  }

  /** Hidden lines of one `messageReceived`, as the loader found them. */
  lines(lines) {
    lines.forEach(({ index, sender, nickname, text, sent, restoring }) => {
      if (typeof sender !== 'string') return;
      if (Number.isFinite(sent)) this.tell('sent', '', sent);
      this.tell('line', text, index, { sender, nickname: nickname && String(nickname), restoring: restoring ? '' : null });
    });
    this.tell('lines');
  }

  chatEnded() {
    this.tell('chatEnded');
  }

  connected(connected) {
    this.tell('connected', '', +connected);
  }

  /** A command to another plugin is about to be issued with these data; gives those that it is to be issued with. */
  before(command, data) {
    return guard(this, command, data);
  }

  /** The chat window was opened, closed or minimised, or the page changed its size. */
  layout() {
    this.view?.place.layout();
    this.tellSurroundings();
  }

  /** The bus command `destroy`: closes what is open, with its hang-up, and lets go of everything. */
  destroy() {
    this.tell('closeNow', '', 0);
    this.waiting.forEach((_, id) => this.refuse(id, 'cancelled'));
    this.closeWindow();
    Object.values(this.timers).forEach(clearTimeout);
    this.unsubscribe.forEach((end) => attempt(end));
    this.end.abort();
    this.tabs.close();
  }

  free() {
    const { core } = this;
    this.core = null;
    core?.free();
  }

  /** Checks options and puts them in force, `lower` ones where nothing else is set; gives the faults. */
  configure(options, lower) {
    const wrong = this.hooks.take(options);
    for (const name of Object.keys(options || {})) {
      const value = options[name];
      if (value === undefined || value === null) continue;
      const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
      const kind = isList ? 'list' : typeof value;
      const number = isList ? value.length : kind === 'number' || kind === 'boolean' ? Number(value) : NaN;
      this.tell('option', isList ? value.join('\n') : kind === 'string' ? value : '', number, { name, kind, lower });
    }
    this.tell('configure', '', +this.hooks.has('onBeforeOpen'));
    const faults = Object.entries(wrong ? { [wrong]: 'a function', ...this.take() } : this.take());
    return faults.map(([option, expected]) => ({ option, expected }));
  }

  // The window.

  /** The texts have changed. */
  retell() {
    this.view?.render();
    this.tellSurroundings();
  }

  tellSurroundings() {
    if (this.view && this.link) {
      Object.entries(this.view.surroundings).forEach(([type, text]) => this.link.tell(type, text));
    }
  }

  onDocument(name, detail) {
    document.dispatchEvent(new CustomEvent(ROOT + ':' + name, { detail }));
  }

  debug(...words) {
    if (this.debugs) console.debug(CX_BUILD.plugin + ':', ...words);
  }

  // What the core wants done: `(text, number, given)` of `act`.

  configured(guards, timeout, { debug }) {
    this.guards = guards;
    this.commandTimeout = timeout;
    this.debugs = debug;
    if (guards) this.language.speak();
  }

  fetchSession(_, any) {
    let answered;
    const answer = (values) => {
      if (answered) return;
      answered = true;
      clearTimeout(late);
      this.tell('session', '', 0, values);
    };
    const late = setTimeout(answer, SESSION_DEADLINE);
    this.ask('WebChatService.getSessionData', {}, (data) => answer(getSession(data, any)), answer);
  }

  claim(chat, steal) {
    this.tabs.claim(chat, steal);
  }

  release() {
    this.epoch++;
    this.tabs.release();
  }

  tellTabs(text) {
    this.tabs.say(text);
  }

  askPage(_, __, card) {
    this.answer(this.hooks.ask('onBeforeOpen', card), (yes) => this.tell('allowed', '', +yes));
  }

  openWindow(_, __, { name, asker, origin, ...look }) {
    try {
      this.view = new View(this, look, { name, asker, origin });
    } catch {
      this.tell('viewFailed');
    }
    this.language.speak();
  }

  closeWindow() {
    const { view, link } = this;
    this.view = this.link = null;
    link?.close();
    view?.remove();
  }

  probe(url) {
    this.answer(probe(url), (there) => this.tell('probed', '', +there));
  }

  fetchTicket(url, _, fields) {
    this.answer(fetchTicket(url, fields), (ticket) => this.tell('ticket', ticket));
  }

  /** How the next frame is to be built. */
  frame(origin, posted, attributes) {
    this.next = { origin, posted, ...attributes };
  }

  loadFrame(url, _, fields) {
    this.link?.close();
    this.link = null;
    if (!this.view) return this.tell('viewFailed');
    const frame = this.view.load({ ...this.next, url, fields });
    this.link = new FrameLink(frame, this.next.origin, (...event) => this.tell(...event));
    this.tellSurroundings();
  }

  show(phase) {
    if (phase === 'failed') this.epoch++;
    this.debug('phase', phase);
    this.view?.show(phase);
  }

  minimize(_, minimized) {
    this.view?.minimize(!!minimized);
  }

  title(text) {
    this.view?.setTitle(text);
  }

  height(_, height) {
    this.view?.setHeight(height);
  }

  steps(_, at, names) {
    this.view?.setSteps(Object.values(names), at);
  }

  block(name) {
    this.view?.setBlock(name);
  }

  online(_, online) {
    this.view?.setOnline(!!online);
  }

  escape() {
    this.view?.escape();
  }

  ping() {
    this.link?.send('ping');
  }

  hangUp(text) {
    this.link?.hangUp(text);
  }

  report(message) {
    this.command('WebChatService.sendFilteredMessage', { message, regex: STATUS });
  }

  /** Tells the chat that the customer is still there (backend facts, 3.3: idle). */
  wake() {
    this.command('WebChatService.wake', { resetIdleState: true });
  }

  /** An event: on the bus, and as a DOM `CustomEvent` on `document` for pages that know no bus. */
  publish(name, _, data) {
    if (name === 'failed') this.debug(name, data.code);
    if (name === 'warning') console.warn(CX_BUILD.plugin + ': ' + data.message + ' ' + data.remedy);
    if (TOLD[name]) this.hooks.tell(TOLD[name], data);
    this.debug('event', name);
    attempt(() => this.plugin.publish(name, data));
    this.onDocument(name, data);
  }

  over(_, __, data) {
    this.hooks.tell('onEnd', data);
  }

  resolve(_, id) {
    this.settle(id, 'resolve', {});
  }

  reject(_, id, { message, ...more }) {
    this.settle(id, 'reject', Object.assign(new Error(message), { name: 'CXSpeechStormError' }, more));
  }

  /** The answer to `getState`. */
  state(state, waiting, { minimized, ...names }) {
    this.snapshot = { state, minimized: !!minimized, waiting, ...names };
  }

  remember(text) {
    attempt(() => sessionStorage.setItem(LEDGER, text));
  }

  startTimer(name, milliseconds) {
    this.stopTimer(name);
    this.timers[name] = setTimeout(() => this.tell('timer', name), milliseconds);
  }

  stopTimer(name) {
    clearTimeout(this.timers[name]);
  }
}

/** Gives the edge around the class `Core` that `load` gives, at once or later. */
export const withEdge = (load) => (base) => {
  const around =
    (Core) =>
    (...values) =>
      new Edge(Core, ...values);
  const core = load(base);
  return core instanceof Promise ? core.then(around) : around(core);
};
