// What tests/edge.rs tries of the plugin's edge, and the other side of a frame.
import { FrameLink, nonce } from '../../pkg-template/edge/frame-link.js';
import { ACTS } from '../../pkg-template/edge/acts.js';
import { Edge } from '../../pkg-template/edge/edge.js';
import { getSession } from '../../pkg-template/edge/session.js';
import { HIDDEN, isHidden } from '../../pkg-template/hidden.js';

const turn = () => new Promise((resolve) => setTimeout(resolve));

/** Turns of the event loop until something holds. */
async function until(holds) {
  for (let turns = 0; turns < 2000; turns++) {
    const value = holds();
    if (value) return value;
    await turn();
  }
  throw new Error('waited in vain: ' + holds);
}

/** Turns enough for a message that is under way. */
async function settle() {
  for (let turns = 0; turns < 10; turns++) await turn();
}

/** A frame of the page's own origin, and what the page's end of the link tells the core. */
function frame(origin = location.origin) {
  const element = document.body.appendChild(document.createElement('iframe'));
  const told = [];
  const link = new FrameLink(element, origin, (...call) => told.push(call));
  const load = () =>
    new Promise((resolve) => {
      element.addEventListener('load', resolve, { once: true });
      element.src = 'about:blank';
    });
  /** Posts a string to the page as the frame's own script would. */
  const says = (text) => new element.contentWindow.Function('text', "parent.postMessage(text, '*')")(text);
  return { element, link, told, load, says };
}

/** The app in the document that a frame shows now. */
function app({ element }) {
  const hellos = [];
  const strings = [];
  const told = [];
  element.contentWindow.addEventListener('message', ({ data, ports }) => {
    if (ports[0]) hellos.push({ hello: data, port: ports[0] });
    else strings.push(data);
  });
  /** Waits for the handshake and listens to its port. */
  const asked = async () => {
    const { hello, port } = await until(() => hellos[0]);
    port.onmessage = ({ data }) => told.push(data);
    return { hello, port };
  };
  return { hellos, strings, told, asked };
}

/** What the page tells the core over protocol 2, but for the sign of life that answers the handshake. */
const messages = ({ told }) =>
  told
    .filter(([event, type]) => event === 'frameMessage' && type !== 'alive')
    .map(([, type, number, { text, names }]) => [type, text, number, names]);

window.edge = { ACTS, Edge, HIDDEN, app, frame, getSession, isHidden, messages, nonce, settle, turn, until };
