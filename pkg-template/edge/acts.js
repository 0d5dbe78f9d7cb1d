// What the core wants done, by the names that it uses (`src/core/border.rs`). Each is given the edge, a text, a number, and what
// the core has put before.

import { ROOT } from './dom.js';
import { FrameLink } from './frame-link.js';
import { fetchTicket, probe } from './net.js';
import { attempt } from './attempt.js';
import { getSession } from './session.js';
import { View } from './view.js';

const STATUS = new RegExp(CX_BUILD.status.source, CX_BUILD.status.flags);

/** Where the ledger is kept; a page that forbids storage only loses the memory over reloads. */
export const LEDGER = ROOT + '.ledger';

/** Milliseconds that the chat service has to give its session data. */
const SESSION_DEADLINE = 5000;

export const ACTS = {
  /** What of the configuration is not the core's own business. */
  configured(edge, guards, timeout, { debug }) {
    Object.assign(edge, { guards, commandTimeout: timeout, debugs: debug });
    if (guards) edge.language.speak();
  },

  fetchSession(edge, _, any) {
    let answered;
    const answer = (values) => {
      if (answered) return;
      answered = true;
      clearTimeout(late);
      edge.tell('session', '', 0, values);
    };
    const late = setTimeout(answer, SESSION_DEADLINE);
    edge.ask('WebChatService.getSessionData', {}, (data) => answer(getSession(data, any)), answer);
  },

  claim(edge, chat, steal) {
    edge.tabs.claim(chat, steal);
  },

  release(edge) {
    edge.epoch++;
    edge.tabs.release();
  },

  tellTabs(edge, text) {
    edge.tabs.say(text);
  },

  askPage(edge, _, __, card) {
    edge.answer(edge.hooks.ask('onBeforeOpen', card), (yes) => edge.tell('allowed', '', +yes));
  },

  openWindow(edge, _, __, { name, asker, origin, ...look }) {
    edge.style?.();
    try {
      edge.view = new View(edge, look, { name, asker, origin });
    } catch {
      edge.tell('viewFailed');
    }
    edge.language.speak();
  },

  closeWindow(edge) {
    edge.closeWindow();
  },

  probe(edge, url) {
    edge.answer(probe(url), (there) => edge.tell('probed', '', +there));
  },

  fetchTicket(edge, url, _, fields) {
    edge.answer(fetchTicket(url, fields), (ticket) => edge.tell('ticket', ticket));
  },

  /** How the next frame is to be built. */
  frame(edge, origin, posted, attributes) {
    edge.next = { origin, posted, ...attributes };
  },

  loadFrame(edge, url, _, fields) {
    const { next, view } = edge;
    edge.link?.close();
    edge.link = null;
    if (!view) return edge.tell('viewFailed');
    edge.link = new FrameLink(view.load({ ...next, url, fields }), next.origin, (...event) => edge.tell(...event));
    edge.tellSurroundings();
  },

  show(edge, phase) {
    if (phase === 'failed') edge.epoch++;
    edge.debug('phase', phase);
    edge.view?.show(phase);
  },

  minimize(edge, _, minimized) {
    edge.view?.minimize(!!minimized);
  },

  title(edge, text) {
    edge.view?.setTitle(text);
  },

  height(edge, _, height) {
    edge.view?.setHeight(height);
  },

  steps(edge, _, at, names) {
    edge.view?.setSteps(Object.values(names), at);
  },

  block(edge, name) {
    edge.view?.setBlock(name);
  },

  online(edge, _, online) {
    edge.view?.setOnline(!!online);
  },

  escape(edge) {
    edge.view?.escape();
  },

  ping(edge) {
    edge.link?.send('ping');
  },

  hangUp(edge, text) {
    edge.link?.hangUp(text);
  },

  /** Tells the agent. */
  report(edge, message) {
    edge.command('WebChatService.sendFilteredMessage', { message, regex: STATUS });
  },

  /** Tells the chat that the customer is still there (backend facts, 3.3: idle). */
  wake(edge) {
    edge.command('WebChatService.wake', { resetIdleState: true });
  },

  publish(edge, name, _, data) {
    edge.publish(name, data);
  },

  over(edge, _, __, data) {
    edge.hooks.tell('onEnd', data);
  },

  resolve(edge, _, id) {
    edge.settle(id, 'resolve', {});
  },

  reject(edge, _, id, reason) {
    edge.reject(id, reason);
  },

  /** The answer to `getState`. */
  state(edge, state, waiting, { minimized, ...names }) {
    edge.snapshot = { state, minimized: !!minimized, waiting, ...names };
  },

  remember(edge, text) {
    attempt(() => sessionStorage.setItem(LEDGER, text));
  },

  startTimer(edge, name, milliseconds) {
    ACTS.stopTimer(edge, name);
    edge.timers[name] = setTimeout(() => edge.tell('timer', name), milliseconds);
  },

  stopTimer(edge, name) {
    clearTimeout(edge.timers[name]);
  },
};
