// One tab owns the MicroApp: every tab of a site restores the same chat and sees the same request (bus facts, 0.13).
//
// A Web Lock is the ownership; taking it over steals the lock. Pages without https have no locks: there the tabs agree over
// a BroadcastChannel, by the rules of the core.

const NAME = 'cx-speechstorm';

/** Milliseconds to wait for a lock, or for an objection. */
const PATIENCE = 500;

export class Tabs {
  constructor(tell) {
    this.tell = tell;
    try {
      this.channel = new BroadcastChannel(NAME);
      this.channel.onmessage = ({ data }) => typeof data === 'string' && tell('tabHeard', data);
    } catch {
      // Without a channel each tab is alone.
    }
  }

  /** Tells the other tabs. */
  say(text) {
    this.channel?.postMessage(text);
  }

  /** Becomes the owner of this chat's MicroApps, if no other tab is or if it may `steal`. */
  claim(chat, steal) {
    const { locks } = navigator;
    if (!locks) return this.channel ? this.ask(steal) : this.tell('claimed', '', 1);
    const options = { steal: true };
    if (!steal) {
      // Why a little patience: a lock that this tab, or this tab before a reload, has just given up is free only soon.
      delete options.steal;
      if (AbortSignal.timeout) options.signal = AbortSignal.timeout(PATIENCE);
      else options.ifAvailable = true;
    }
    let owned = false;
    const hold = (lock) => {
      owned = !!lock;
      // The lock is ours until this is resolved.
      const held = lock && new Promise((resolve) => (this.letGo = resolve));
      this.tell('claimed', '', +owned);
      return held;
    };
    // Rejected when our patience is over, or when another tab steals the lock that we had.
    locks.request(NAME + ':' + chat, options, hold).catch(() => this.tell(owned ? 'takenOver' : 'claimed'));
  }

  ask(steal) {
    this.tell('tabClaim', '', +steal);
    if (!steal) this.silence = setTimeout(() => this.tell('tabSilence'), PATIENCE);
  }

  /** Gives the ownership up. */
  release() {
    this.letGo?.();
    this.letGo = null;
  }

  close() {
    clearTimeout(this.silence);
    this.release();
    this.channel?.close();
  }
}
