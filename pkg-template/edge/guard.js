// What the plugin does before commands of others to others: card numbers stay out of the chat, and a foreign toast does not
// take our window along.
//
// The loader calls in here from a `before` of the bus and catches whatever happens (bus facts, 1.3: an exception there would
// swallow the command).

import { own } from '../page.js';

/** Begins the commands in which the customer's text goes out; typing reaches the agent as well. */
const SERVICE = 'WebChatService.';
const SEND = SERVICE + 'sendMessage';

/** The data with which the command is to be issued; no object cancels it (bus facts, 1.3). */
export function guard(edge, command, data) {
  if (!command.startsWith(SERVICE)) {
    edge.view?.place.yieldToast(data);
    return data;
  }
  const text = edge.guards && own(data, 'message');
  if (typeof text !== 'string') return data;
  edge.tell('mask', text);
  const { masked } = edge.take();
  if (!masked) return data;
  if (command === SEND) {
    const action = edge.guards === 'block' ? 'blocked' : 'masked';
    showHint(edge, action);
    edge.publish('guarded', { action });
    if (action === 'blocked') return false;
  }
  // Why a copy: the caller's own object is the caller's.
  return { ...data, message: masked };
}

/** Tells the customer in the chat window, where the message was typed; only this page sees it. */
function showHint(edge, key) {
  const show = (failed) =>
    edge.ask('WebChat.injectMessage', { type: 'text', text: edge.language.text(key), bubble: true }, () => {}, failed);
  // The service has not heard of the customer's own arrival yet (bus facts, section 7): once more when it has.
  show(() => {
    const end = edge.subscribe('WebChatService.clientConnected', () => {
      end();
      show();
    });
  });
}
