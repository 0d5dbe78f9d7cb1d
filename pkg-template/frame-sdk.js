/**
 * For apps that cx-speechstorm frames: talks with the page. Types: frame-sdk.d.ts.
 *
 * Call `connect` in a module script of every document, before its load event: the page offers its channel then, once.
 * Until the channel is up, progress and end go out as the strings of protocol 1, so pages that only know those work
 * too; everything else waits for it. Nothing is ever sent twice.
 */
export function connect({ parentOrigin }) {
  const { parent } = window;
  const framed = parent !== window && Boolean(parentOrigin);
  const waiting = new Map();
  const heard = new Map();
  const handlers = {};
  let port;
  let gone = false;
  let active = 0;

  /** `string` is what protocol 1 says instead; without one the latest message of its type waits for the channel. */
  function send(message, string) {
    if (port) {
      port.postMessage(message);
    } else if (framed && string) {
      parent.postMessage(string, parentOrigin);
    } else if (framed) {
      waiting.set(message.type, message);
    }
  }

  function receive({ type, text }) {
    if (type === "hangup") {
      hangUp();
    } else if (type === "ping") {
      send({ type: "alive" });
    } else if (["theme", "language", "layout"].includes(type) && typeof text === "string") {
      heard.set(type, text);
      handlers[type]?.(text);
    }
  }

  /** The page says it over both protocols and hears one answer. It gives a moment only, so the answer waits for nothing. */
  function hangUp() {
    if (!gone) {
      gone = true;
      try {
        handlers.hangup?.();
      } finally {
        send({ type: "closed" }, "speechstorm:closed");
      }
    }
  }

  function on(type) {
    return (handler) => {
      handlers[type] = handler;
      if (heard.has(type)) {
        handler(heard.get(type));
      }
    };
  }

  function height() {
    send({ type: "height", number: Math.ceil(document.documentElement.getBoundingClientRect().height) });
  }

  /** That the customer is at work, never at what; once in ten seconds will do. */
  function keepAlive() {
    if (Date.now() - active > 10000) {
      active = Date.now();
      send({ type: "keepalive" });
    }
  }

  if (framed) {
    addEventListener("message", ({ source, origin, data, ports }) => {
      if (source !== parent || origin !== parentOrigin) {
        return;
      }
      // The second is what another version of the original said.
      if (data === "speechstorm:hangup" || data === "microapp:hangup") {
        hangUp();
      } else if (!port && data?.speechstorm === 2 && typeof data.nonce === "string" && ports[0]) {
        port = ports[0];
        port.onmessage = (event) => event.data && receive(event.data);
        port.postMessage({ speechstorm: 2, nonce: data.nonce });
        waiting.forEach((message) => send(message));
      }
    });
    new ResizeObserver(height).observe(document.documentElement);
    for (const event of ["keydown", "input", "pointerdown"]) {
      addEventListener(event, keepAlive, { passive: true });
    }
    // The page cannot see the keys that are pressed in here. What the app has used itself it has prevented.
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) {
        send({ type: "escape" });
      }
    });
  }

  return {
    progress: (block) => send({ type: "progress", text: block }, `microapp:progress:block:${block}`),
    ended: () => send({ type: "ended" }, "microapp:progress:ended"),
    title: (text) => send({ type: "title", text }),
    steps: (names, at) => send({ type: "steps", names, number: at }),
    error: (code) => send({ type: "error", text: code }),
    close: () => send({ type: "close" }),
    height,
    keepAlive,
    onHangup: on("hangup"),
    onTheme: on("theme"),
    onLanguage: on("language"),
    onLayout: on("layout"),
  };
}
