// A frame over both protocols, through all documents that it loads. What the messages mean and how many are let through, the
// core decides; here it is checked who sent them.
//
// Check order: the source is our frame's window, then the origin is the launch's, then the core looks at the shape. Other
// windows of the same origin, and other origins in the same frame, are not heard.

import { own } from '../page.js';

/**
 * Most that the core is handed of a text or a list: more than it lets through, so that what is cut is refused all the same.
 * What has once made the wasm's memory larger never makes it smaller again.
 */
const MOST = 4096;
const MOST_NAMES = 64;

const text = (value) => (typeof value === 'string' ? value.slice(0, MOST) : undefined);

/** 128 random bits in hex. */
export function nonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class FrameLink {
  /** Listens from now on and asks each document that the frame loads from `origin` for a channel. */
  constructor(frame, origin, tellCore) {
    this.frame = frame;
    this.origin = origin;
    this.tellCore = tellCore;
    /** What every new document has to be told, by type. */
    this.told = new Map();
    this.end = new AbortController();
    const { signal } = this.end;
    window.addEventListener('message', (event) => this.heard(event), { signal });
    frame.addEventListener('load', () => this.shakeHands(), { signal });
  }

  /** Protocol 1. */
  heard({ source, origin, data }) {
    if (source && source === this.frame.contentWindow && origin === this.origin && typeof data === 'string') {
      this.tellCore('frameText', text(data));
    }
  }

  /** Protocol 2: a channel for this document alone. */
  shakeHands() {
    this.closePort();
    const { port1: port, port2 } = new MessageChannel();
    const key = nonce();
    this.port = port;
    this.waiting = new Map(this.told);
    port.onmessage = ({ data }) => {
      // Firefox still delivers what was under way when a port was closed.
      if (port !== this.port) return;
      if (this.up) {
        const names = own(data, 'names');
        const number = own(data, 'number');
        this.tellCore('frameMessage', text(own(data, 'type')) || '', typeof number === 'number' ? number : NaN, {
          text: text(own(data, 'text')),
          names:
            Array.isArray(names) && names.every((name) => typeof name === 'string')
              ? names.slice(0, MOST_NAMES).map(text).join('\n')
              : null,
        });
      } else if (own(data, 'speechstorm') === CX_EDGE.protocol && own(data, 'nonce') === key) {
        this.up = true;
        this.tellCore('frameMessage', 'alive');
        this.waiting.forEach((text, type) => this.post(type, text));
      } else {
        this.closePort();
      }
    };
    try {
      this.frame.contentWindow.postMessage({ speechstorm: CX_EDGE.protocol, nonce: key }, this.origin, [port2]);
    } catch {
      this.closePort();
    }
  }

  closePort() {
    this.port?.close();
    this.port = this.waiting = null;
    this.up = false;
  }

  post(type, text) {
    this.port.postMessage(text === undefined ? { type } : { type, text });
  }

  /** Sends now, or as soon as the channel is up; of several that wait, the latest of a type. */
  send(type, text) {
    if (this.up) this.post(type, text);
    else this.waiting?.set(type, text);
  }

  /** Tells this document and those that follow, unless they know; without protocol 2 nothing happens. */
  tell(type, text) {
    if (this.told.get(type) === text) return;
    this.told.set(type, text);
    this.send(type, text);
  }

  /** Tells the app to end, over both protocols. */
  hangUp(text) {
    try {
      this.frame.contentWindow?.postMessage(text, this.origin);
    } finally {
      this.send('hangup');
    }
  }

  close() {
    this.end.abort();
    this.closePort();
  }
}
