// The bus commands: `open`, `close` and `configure` (backend facts, 5.6), and those that are ours (design: public surface).
// `destroy` is the loader's, because nothing can free itself.

import { own } from '../page.js';

/** The values of a chat that asks, by what the core calls them; only ever all of them. */
const CHAT = { message: 'chatMessage', interaction: 'chatInteractionID', key: 'chatSecureKey', user: 'chatUserID' };

const tell = (event) => (edge, id) => edge.tell(event, '', id);

/** Each is given the edge, the id under which it waits for its answer, and its data. */
export const COMMANDS = {
  open(edge, id, data) {
    const text = (name) => {
      const value = own(data, name);
      return typeof value === 'string' && value ? value : null;
    };
    const token = text('appToken');
    const chat = Object.entries(CHAT).map(([name, member]) => [name, text(member)]);
    const has = ([, value]) => value !== null;
    if (!token || chat.every(has) !== chat.some(has)) return edge.refuse(id, 'bad_command');
    edge.tell('open', token, id, Object.fromEntries(chat));
  },
  close(edge, id, data) {
    edge.tell(own(data, 'immediately') ? 'closeNow' : 'close', '', id);
  },
  configure(edge, id, data) {
    const faults = edge.configure(data);
    if (!faults.length) return edge.settle(id, 'resolve', {});
    edge.publish('failed', { ...edge.describe('bad_config'), faults });
    edge.refuse(id, 'bad_config', { faults });
  },
  getState(edge, id) {
    edge.tell('state');
    edge.settle(id, 'resolve', edge.snapshot);
  },
  minimize: tell('minimize'),
  unminimize: tell('unminimize'),
  retry: tell('retryCommand'),
  cancel: tell('cancel'),
};
