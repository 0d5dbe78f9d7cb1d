// The page's own functions in the configuration. They are called with the data that events carry, and are not trusted to
// return: what they throw is caught.

import { own } from '../page.js';
import { log } from './attempt.js';

const NAMES = CX_EDGE.hooks;

/** Milliseconds that `onBeforeOpen` has for its answer. */
const PATIENCE = 10_000;

export class Hooks {
  calls = {};

  /** Takes over the hooks in `data`; `null` takes one away, absent ones stay. Gives the name of the first that is no function. */
  take(data) {
    return NAMES.find((name) => {
      const call = own(data, name);
      if (call === undefined) return false;
      if (call !== null && typeof call !== 'function') return true;
      this.calls[name] = call;
    });
  }

  has(name) {
    return !!this.calls[name];
  }

  /** Calls a hook; what it gives, or a promise that fails when it throws. */
  async call(name, data) {
    const hook = this.calls[name];
    try {
      return hook && (0, hook)(data);
    } catch (error) {
      // Why the name alone: the message is the page's, and may hold anything.
      log('error', name, 'threw', error instanceof Error ? error.name : '');
      throw error;
    }
  }

  /** Calls a hook whose answer does not matter. */
  tell(name, data) {
    this.call(name, data).catch(() => {});
  }

  /**
   * Asks a hook; `false`, or a promise of it, means no. So do an exception, and silence: who checks something before a payment
   * must not be passed over because the check broke.
   */
  async ask(name, data) {
    let late;
    const silence = new Promise((resolve) => (late = setTimeout(resolve, PATIENCE, false)));
    const yes = await Promise.race([this.call(name, data), silence]).catch(() => false);
    clearTimeout(late);
    return yes !== false;
  }
}
