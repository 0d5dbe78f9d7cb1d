// The browser's edge: carries out what the core decides, and tells the core what happens. It decides nothing itself.
//
// Why JavaScript: the same edge in Rust, with bindings for what the browser can do, weighed 13 kB more (brotli, drop-in), and
// every visitor of the page downloads it. The core (`src/core`) knows no browser; `src/edge.rs` is its side of the
// border: it puts values, then names what to do with them, which is one of `ACTS`.

import { ACTS, LEDGER } from './acts.js';
import { attempt, log } from './attempt.js';
import { COMMANDS } from './commands.js';
import { ROOT } from './dom.js';
import { nonce } from './frame-link.js';
import { guard } from './guard.js';
import { Hooks } from './hooks.js';
import { Language } from './language.js';
import { Tabs } from './tabs.js';

/** Hooks of the page that are told of events. */
const TOLD = { failed: 'onError', progress: 'onProgress' };

export class Edge {
  /**
   * Makes the core; `base` is the folder of the script. `crashed` is called when the core has broken down, and gives what
   * commands are to be refused with. Nothing outside is touched: a newer copy of the script may still take over.
   */
  constructor(Core, base, crashed) {
    this.crashed = crashed;
    this.hooks = new Hooks();
    this.timers = {};
    /** Commands that wait for their answer, by id, each with its deadline. */
    this.waiting = new Map();
    this.lastCommand = 0;
    /** What the core has put for its next act. */
    this.given = {};
    /** Options by name: those of the configuration that is under way, and those that were accepted. */
    this.changed = new Map();
    this.inForce = new Map();
    /** Counts what was asked for a MicroApp that is over, so that late answers are not taken for the next one's. */
    this.epoch = 0;
    this.language = new Language(
      (code) => this.fetchLanguage(code, base),
      () => this.retell(),
    );
    this.core = new Core(this, location.origin);
    // So that the defaults are in force, and what configuring runs through is compiled before a page waits for it.
    this.check();
  }

  /** Takes over the plugin's interface that the loader has registered. */
  attach(plugin) {
    this.plugin = plugin;
    this.tabs = new Tabs((...event) => this.tell(...event));
    this.end = new AbortController();
    window.addEventListener('resize', () => this.layout(), { signal: this.end.signal });
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

  /** Takes up what was remembered over a reload, once. Not at the start: that takes the browser longer than all the rest of it. */
  recall() {
    this.recall = () => {};
    this.tell('start', attempt(() => sessionStorage.getItem(LEDGER)) || '', 0, { tab: nonce() });
  }

  /** The texts of a language, from beside the script. */
  async fetchLanguage(code, base) {
    const response = await fetch(new URL('lang/' + code + '.json', base), { credentials: 'omit' });
    return response.json();
  }

  // The border.

  /** Tells the core what has happened, with what it is given for that; a core that breaks down must not take the page along. */
  tell(what, text = '', number = 0, given = {}) {
    try {
      Object.entries(given).forEach(([name, value]) => value != null && this.core?.give(name, value));
      this.core?.event(what, text, number);
    } catch {
      this.core = null;
      const failure = this.crashed();
      this.waiting.forEach((_, id) => this.settle(id, 'reject', failure));
      attempt(() => this.letGo());
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
      ACTS[what](this, text, number, this.take());
    } catch (error) {
      log('error', what, error?.name);
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
    this.plugin.subscribe(event, (message) => attempt(() => call(message?.data)));
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
    this.reject(id, { ...this.describe(code), ...more });
  }

  /** Refuses a command; what is told is an `Error` with `name`, `code` and `remedy`. */
  reject(id, { message, ...more }) {
    this.settle(id, 'reject', Object.assign(new Error(message), { name: 'CXSpeechStormError' }, more));
  }

  /** What an error is: `{code, message, remedy}`. */
  describe(code) {
    this.tell('describe', code);
    return this.take();
  }

  // What the loader calls.

  /** Takes configuration that the page set before Widgets started: the lowest rank, below `configure`. */
  defaults(options) {
    this.options(options, '');
    this.check();
  }

  /**
   * The configuration of Widgets is there: configures itself with the part `speechstorm`, lets the commands of others run and says
   * so (bus facts, section 2).
   */
  ready(options) {
    this.recall();
    this.command('configure', options instanceof Object ? options : {});
    this.plugin.registerEvents(CX_EDGE.events);
    this.plugin.ready();
    this.plugin.republish('ready', {});
    this.onDocument('ready', {});
  }

  /** Hidden lines of one `messageReceived`, as the loader found them. */
  lines(lines) {
    this.recall();
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
    this.tell('closeNow');
    this.waiting.forEach((_, id) => this.refuse(id, 'cancelled'));
    this.letGo();
    const { core } = this;
    this.core = null;
    core?.free();
  }

  /** Takes everything out of the page. */
  letGo() {
    this.closeWindow();
    Object.values(this.timers).forEach(clearTimeout);
    this.unsubscribe.forEach((end) => attempt(end));
    this.end.abort();
    this.tabs.close();
  }

  /**
   * Checks options and puts them in force; gives the faults. What is refused leaves what was in force, and is not held against
   * later calls; what never was in force stays wrong: no bad address becomes the page's own.
   */
  configure(options) {
    const wrong = this.hooks.take(options);
    this.options(options);
    const { changed, inForce } = this;
    const names = (fault) => (fault === 'container' ? [fault, 'placement'] : [fault]);
    const found = Object.entries(this.check()).filter(([fault]) => names(fault).some((name) => changed.has(name)));
    const refused = found.flatMap(([fault]) => names(fault));
    const back = {};
    changed.forEach((value, name) => {
      if (!refused.includes(name)) inForce.set(name, value);
      else if (inForce.has(name)) back[name] = inForce.get(name);
    });
    this.options(back);
    this.check();
    changed.clear();
    if (wrong) found.unshift([wrong, 'a function']);
    return found.map(([option, expected]) => ({ option, expected }));
  }

  /** Tells the core options, `lower` ones where nothing else is set. */
  options(options, lower) {
    for (const [name, value] of Object.entries(options || {})) {
      if (value === undefined || value === null) continue;
      this.changed.set(name, value);
      const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
      const kind = isList ? 'list' : typeof value;
      const number = isList ? value.length : kind === 'number' || kind === 'boolean' ? Number(value) : NaN;
      this.tell('option', isList ? value.join('\n') : kind === 'string' ? value : '', number, { name, kind, lower });
    }
  }

  /** Has the core check what it was told; gives what each faulty option must be. */
  check() {
    this.tell('configure', '', +this.hooks.has('onBeforeOpen'));
    return this.take();
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

  closeWindow() {
    const { view, link } = this;
    this.view = this.link = null;
    link?.close();
    view?.remove();
  }

  // What is told.

  /** An event: on the bus, and as a DOM `CustomEvent` on `document` for pages that know no bus. */
  publish(name, data) {
    if (name === 'failed' || name === 'warning') log('warn', data.code + '.', data.message, data.remedy);
    if (TOLD[name]) this.hooks.tell(TOLD[name], data);
    this.debug('event', name);
    attempt(() => this.plugin.publish(name, data));
    this.onDocument(name, data);
  }

  onDocument(name, detail) {
    document.dispatchEvent(new CustomEvent(ROOT + ':' + name, { detail }));
  }

  debug(...words) {
    if (this.debugs) log('debug', ...words);
  }
}
