// What the desk knows, and who wants to hear of it.

const listeners = new Map();

export const state = {
  me: "",
  chats: new Map(),
  unread: new Map(),
  openId: null,
  // The open chat in full; null while it is being fetched.
  open: null,
};

export function on(topic, listener) {
  if (!listeners.has(topic)) {
    listeners.set(topic, []);
  }
  listeners.get(topic).push(listener);
}

// Topics: "chats", "opened", "entry" (entry), "data" (changed), "preview", "summary".
export function tell(topic, detail) {
  for (const listener of listeners.get(topic) || []) {
    listener(detail);
  }
}

export function mine(chat) {
  return Boolean(chat) && chat.state === "active" && chat.agent === state.me;
}
