// Where windows stand: our panel, the Toaster, a dock, a modal dialog, an element of the page.
//
// Whatever a place does not give, or takes back, becomes a panel: the customer's form is never lost to a foreign toast.
// Contract: bus facts, 6.1 and 6.3.

import { pixels, style } from './dom.js';

/** The chat window beside which the panel stands. */
const CHAT = '.cx-webchat';
/** Pixels between chat and panel, as between the docks of Widgets. */
const GAP = 24;
/** Pixels between the page's edge and a panel without a chat. */
const ALONE = 55;
/** Pixels that the panel needs on the side away from the chat. */
const ROOM = 392;
/** The widest screen, in pixels, that the stylesheet fills with our window, as the chat does: 42em (bus facts, 2, `zoomBreakpoint`). */
const PHONE = 672;
/** Milliseconds of a toast's slide-out, in which new content vanishes (bus facts, 0.9), and a little more. */
const SLIDE_OUT = 700;
/** Milliseconds that a chat which is being restored has to open its window, which closes the Toaster (bus facts, 0.8). */
const CHAT_OPENS = 1500;
/** Milliseconds that Toaster and WindowManager have to show our content: their commands may never settle. */
const PATIENCE = 2500;

/** When we last closed a toast. */
let left = 0;

const chatWindow = () => document.querySelector(CHAT);
const slidesOut = () => Math.max(0, left + SLIDE_OUT - Date.now());

function find(selector) {
  try {
    return document.querySelector(selector);
  } catch {
    return null;
  }
}

export class Place {
  constructor(view, { placement, container }) {
    this.view = view;
    this.root = view.root;
    this.edge = view.edge;
    this.name = placement;
    this.container = container;
  }

  get isInline() {
    return this.name === 'inline';
  }

  get isOverlay() {
    return this.name === 'overlay';
  }

  /** The app is in a window of its own, and ours says so. */
  get isWindow() {
    return this.name === 'window';
  }

  /** Whether the stylesheet fills the screen with our window. */
  get isMobile() {
    return innerWidth <= PHONE;
  }

  /** Takes the place that was asked for, or becomes a panel where it cannot be had. */
  take() {
    const { root, name } = this;
    this.view.parts.place({ toaster: 'toast', window: 'panel' }[name] || name);
    if (name === 'toaster') return this.toastWhenDue();
    if (name === 'dock') {
      return this.offer('WindowManager.registerDockView', { html: root, id: CX_BUILD.plugin }, (answer) =>
        this.check(answer),
      );
    }
    // On a phone the chat covers the page, and what stands in it.
    const parent = this.isInline ? !this.isMobile && find(this.container) : document.body;
    if (!parent) return this.becomePanel();
    parent.append(root);
    this.stands();
  }

  /** The window is in the page. */
  stands() {
    this.stood = true;
    this.wait();
    this.layout();
    if (this.isOverlay) this.root.showModal();
    this.view.focusIn();
    this.view.post();
  }

  /** Calls after some milliseconds, unless another wait begins before. */
  wait(milliseconds, call) {
    clearTimeout(this.waiting);
    this.waiting = call && setTimeout(call, milliseconds);
  }

  /** Offers our window to another plugin, which may refuse, or never answer. */
  offer(command, data, answered) {
    this.wait(PATIENCE, () => this.check(true));
    this.edge.ask(command, data, (answer) => this.view.gone || answered(answer), () => this.view.gone || this.check(false));
  }

  /** Moves into the page as a panel, with the frame as it is where the browser can do that, else loading it again. */
  becomePanel() {
    const { root } = this;
    const { body } = document;
    this.dropToast();
    this.name = 'panel';
    this.view.parts.place('panel');
    if (root.isConnected) {
      try {
        body.moveBefore(root, null);
      } catch {
        // Not every browser can.
      }
      if (root.parentElement === body) return this.layout();
    }
    body.append(root);
    this.stands();
  }

  /** Waits for a slide-out of ours, and for a chat that is about to open its window: both would close the toast. */
  toastWhenDue() {
    const wait = slidesOut() || (chatWindow() ? 0 : CHAT_OPENS);
    if (wait) this.wait(wait, () => this.toast());
    else this.toast();
  }

  /** Asks the Toaster to show this window. */
  toast() {
    this.offer('Toaster.open', { type: 'custom', body: this.root }, (toast) => {
      const event = toast?.events?.close;
      if (typeof event === 'string' && this.name === 'toaster') {
        this.dropToast();
        this.toasted = this.edge.subscribe(event, () => this.becomePanel());
      }
      this.check(toast);
    });
  }

  /** The toast is not ours any more, or not watched; says whether it was. */
  dropToast() {
    const { toasted } = this;
    this.toasted = null;
    toasted?.();
    return !!toasted;
  }

  /** Somebody is about to put something else into the Toaster, or to close it: a window in there moves out first. */
  yieldToast(data) {
    // Ours stays: it is the one that is about to be shown.
    if (data?.body !== this.root && this.name === 'toaster' && this.toasted) this.becomePanel();
  }

  /** Becomes a panel where the page does not show this window as it was asked to. */
  check(answer) {
    // In a panel already: an answer that came too late.
    if (this.name === 'panel') return;
    if (!this.root.isConnected || answer === false) this.becomePanel();
    else if (this.waiting) this.stands();
  }

  /** Finds the room: beside the chat, and above an on-screen keyboard. */
  layout() {
    const { root } = this;
    // Somebody else has removed it.
    if (this.stood && !root.isConnected) return this.view.tell('viewGone');
    if (this.name === 'toaster' && !this.toasted && this.waiting) {
      // The chat's window has opened meanwhile: a toast that waited for it can come.
      if (chatWindow() && !root.isConnected && !slidesOut()) this.toast();
      return;
    }
    const [width, height] = [innerWidth, innerHeight];
    // Without a chat window, or without its title, all are 0.
    const edges = (element) => element?.getBoundingClientRect() || { left: 0, right: 0, top: 0, bottom: 0 };
    const chat = edges(chatWindow());
    const title = edges(document.querySelector(CHAT + ' .cx-titlebar')).bottom;
    const shows = chat.right > chat.left;
    // Folded up on a phone we must leave the chat usable: below the title of one that has the screen, else above it.
    const over = shows && title > 0 && chat.top < height / 3;
    const onTheLeft = shows ? chat.left + chat.right < width : document.documentElement.dir === 'rtl';
    const distance = !shows ? ALONE : onTheLeft ? chat.right + GAP : width - chat.left + GAP;
    const { offsetTop: top = 0, height: seen = height } = window.visualViewport || {};
    const bottom = Math.max(0, height - seen - top);
    root.dataset.side = onTheLeft ? 'left' : 'right';
    root.toggleAttribute('data-over-chat', over);
    const places = {
      offset: Math.max(GAP, Math.min(distance, width - ROOM)),
      top,
      bottom,
      fold: over ? title : Math.max(shows ? height - chat.top : 0, bottom),
    };
    Object.entries(places).forEach(([name, value]) => style(root, name, pixels(value)));
  }

  /** The window has gone: gives back what it stood in. */
  leave() {
    this.wait();
    if (this.dropToast()) {
      left = Date.now();
      this.edge.command('Toaster.close', {});
    }
    if (this.name === 'dock') this.edge.command('WindowManager.deregisterDockView', { id: CX_BUILD.plugin });
  }
}
