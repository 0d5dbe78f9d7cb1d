// A window around a MicroApp, wherever it stands (place.js): what it shows, and what the customer does with it.

import { pixels, style } from './dom.js';
import * as frames from './frame.js';
import { Parts } from './parts.js';
import { Place } from './place.js';
import { CONFIRM, IN_WINDOW, STATUS, VIEWS } from './words.js';

/** What the customer's buttons tell the core, by their act. */
const ACTS = {
  'confirm-close': 'closeByCustomer',
  dismiss: 'closeByCustomer',
  done: 'done',
  retry: 'retry',
  here: 'takeOver',
  finish: 'finish',
  yes: 'consent',
  no: 'decline',
};

const focused = () => (document.activeElement === document.body ? null : document.activeElement);

export class View {
  /** Builds a window and puts it where `look` says. */
  constructor(edge, look, card) {
    const { placement } = look;
    this.edge = edge;
    this.tell = (what, text, number) => edge.tell(what, text, number);
    this.card = card;
    this.name = card.name;
    this.steps = [];
    this.online = true;
    this.focusBefore = focused();
    this.end = new AbortController();
    const [tag, role] =
      { overlay: ['dialog', 'dialog'], inline: ['section', 'region'] }[placement] || ['section', 'dialog'];
    this.parts = new Parts(tag, role, look.size, edge.language);
    this.root = this.parts.root;
    this.place = new Place(this, look);
    this.listen(this.root, 'click', (event) => this.clicked(event));
    this.listen(this.root, 'keydown', (event) => this.key(event));
    this.listen(document, 'keyup', (event) => event.key === 'Tab' && this.uncover());
    this.listen(document, 'securitypolicyviolation', (event) => this.violated(event));
    // Why: an on-screen keyboard takes its room from this one alone.
    ['resize', 'scroll'].forEach((event) => this.listen(window.visualViewport, event, () => this.place.layout()));
    this.followTheme(look.theme);
    this.place.take();
  }

  listen(target, event, call) {
    target?.addEventListener(event, call, { signal: this.end.signal });
  }

  /** Light or dark: as the integrator says, else as Widgets is, else as the visitor prefers (bus facts, 6.4). */
  followTheme(theme) {
    const put = (dark) => {
      this.root.dataset.theme = dark ? 'dark' : 'light';
      this.edge.tellSurroundings();
    };
    if (theme !== 'auto') return put(theme === 'dark');
    // A theme of Widgets is a class name; only `cx-theme-light` and `cx-theme-dark` are its own.
    const follow = (name) => !this.gone && typeof name === 'string' && put(name.includes('dark'));
    put(matchMedia('(prefers-color-scheme: dark)').matches);
    this.edge.ask('App.getTheme', {}, follow);
    this.unfollow = this.edge.subscribe('App.theme', (data) => follow(data?.theme));
  }

  /** Theme, language and layout as they are now, for the app. */
  get surroundings() {
    return {
      theme: this.root.dataset.theme,
      language: this.edge.language.code,
      layout: this.place.isMobile ? 'mobile' : 'desktop',
    };
  }

  /** Puts a frame for this launch into the window, in place of an earlier one. */
  load(launch) {
    this.frame?.remove();
    this.frame = null;
    this.launch = launch;
    const frame = frames.build(launch, this.title);
    if (this.place.isWindow) {
      // The frame stays outside the page: the customer opens the launch with the button that is shown now.
      this.tell('frameLoaded');
      return frame;
    }
    this.listen(frame, 'load', () => frame === this.frame && !frames.isBlank(frame) && this.tell('frameLoaded'));
    this.frame = frame;
    this.parts.stage.append(frame);
    this.post();
    return frame;
  }

  /** Posts the launch's fields, if it has some and the frame is in the page. */
  post() {
    if (this.launch && this.root.isConnected) frames.post(this.launch);
  }

  /** A policy of the page was violated; whether by our frame, the core knows. */
  violated({ disposition, effectiveDirective, blockedURI }) {
    if (disposition === 'enforce' && this.launch) this.tell('violated', effectiveDirective + ' ' + blockedURI);
  }

  clicked({ target }) {
    const act = target.closest?.('[data-act]')?.dataset.act;
    if (act === 'close') this.close();
    else if (act === 'stay') this.ask(false);
    else if (act === 'minimize') this.minimize(!this.minimized);
    else if (act === 'window') frames.openWindow(this.launch);
    else if (ACTS[act]) this.tell(ACTS[act]);
  }

  key(event) {
    // Within the page's own text, Escape is not ours.
    if (event.key !== 'Escape' || this.place.isInline) return;
    event.preventDefault();
    this.escape();
  }

  escape() {
    if (this.asking) this.ask(false);
    else this.close();
  }

  /** The window's close button: what the customer is at work with needs a second word. */
  close() {
    // Whoever wants to close the form is there.
    if (this.phase === 'timing-out') this.tell('finish');
    if (this.phase === 'running' && !this.place.isWindow) this.ask(true);
    else this.tell('closeByCustomer');
  }

  ask(asking) {
    this.minimize(false);
    this.asking = asking;
    this.render();
    if (asking) return this.parts.focusAction();
    this.frame?.focus();
    // Firefox does not take the focus into a frame that has just been inert: once more when it is not any more.
    setTimeout(() => this.asking || this.frame?.focus());
  }

  /** Folds the window up to its header, or unfolds it; the frame stays where it is and keeps what was typed. */
  minimize(minimized) {
    if (!this.minimized === !minimized) return;
    this.minimized = minimized;
    const { root, hasFocus } = this;
    root.toggleAttribute('data-minimized', minimized);
    this.parts.toggle.setAttribute('aria-expanded', !minimized);
    if (this.place.isOverlay) {
      root.close();
      root[minimized ? 'show' : 'showModal']();
    }
    if (hasFocus) this.parts.toggle.focus();
    this.tell('minimized', '', +minimized);
  }

  /** What the customer has gone to by keyboard is to be seen (WCAG 2.4.11): a window that hides all of it folds up. */
  uncover() {
    const element = focused();
    if (!element || this.hasFocus) return;
    const [its, ours] = [element, this.root].map((one) => one.getBoundingClientRect());
    const hidden = its.left >= ours.left && its.right <= ours.right && its.top >= ours.top && its.bottom <= ours.bottom;
    if (hidden) this.minimize(true);
  }

  get hasFocus() {
    return this.root.contains(focused());
  }

  /**
   * Brings the focus in, unless the customer is writing: taking it from a half-written chat message would send its next letters
   * nowhere.
   */
  focusIn() {
    if (!this.focusBefore?.value) this.parts.heading.focus();
  }

  get title() {
    return this.name || this.edge.language.text('title');
  }

  /** Shows this phase of the core. */
  show(phase) {
    const { parts } = this;
    this.phase = phase;
    this.asking = false;
    if (VIEWS[phase]) this.minimize(false);
    // The heading keeps the focus: nobody shall agree to something with a key that was meant for something else.
    const moves = this.hasFocus && focused() !== parts.heading;
    this.render();
    if (moves && VIEWS[phase]) parts.focusAction();
    // The button that had it is gone.
    else if (moves && !this.hasFocus) parts.heading.focus();
  }

  render() {
    const { parts, phase, frame, title } = this;
    const running = phase === 'running';
    const view = running && this.asking ? CONFIRM : running && this.place.isWindow ? IN_WINDOW : VIEWS[phase];
    parts.label(title);
    this.root.dataset.phase = phase;
    parts.toggle.setAttribute('aria-expanded', !this.minimized);
    parts.say('status', !view && STATUS[phase]);
    parts.say('notice', !this.online && 'offline');
    parts.show(view, this.card, this.launch);
    if (frame) {
      frame.title = title;
      frame.toggleAttribute('inert', !!view);
    }
  }

  setTitle(title) {
    this.name = title;
    this.render();
  }

  setHeight(height) {
    style(this.root, 'app-height', pixels(height));
    this.root.toggleAttribute('data-fits', true);
  }

  setSteps(names, at) {
    this.steps = names;
    this.parts.progress(at + 1, names.length, names[at] || '');
  }

  setBlock(name) {
    const at = this.steps.indexOf(name) + 1;
    this.parts.progress(at, at && this.steps.length, name);
  }

  setOnline(online) {
    this.online = online;
    this.parts.say('notice', !online && 'offline');
  }

  /** Removes everything and gives the focus back. */
  remove() {
    const { hasFocus } = this;
    this.gone = true;
    this.end.abort();
    this.unfollow?.();
    this.root.remove();
    this.place.leave();
    if (hasFocus) this.focusBefore?.focus?.();
  }
}
