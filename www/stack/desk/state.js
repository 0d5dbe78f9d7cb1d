// What the desk knows, and who wants to hear of it.

const listeners = new Map();

export const state = {
  me: "",
  role: "agent",
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

// Topics: "chats", "opened", "entry" (entry), "data" (changed, deleted), "preview", "summary", "ready", "accepted",
// "announce" (text).
export function tell(topic, detail) {
  for (const listener of listeners.get(topic) || []) {
    listener(detail);
  }
}

export function mine(chat) {
  return Boolean(chat) && chat.state === "active" && chat.agent === state.me;
}

// Whether I am there for advice.
export function advises(chat) {
  return Boolean(chat) && chat.state === "active" && chat.adviser === state.me;
}

const MODES = { VIP: "monitor", INT: "coach", ALL: "barge-in" };

// How I am there as a supervisor, which the transcript says: who may see that I came is how I am there.
export function supervising(chat) {
  let mode = "off";
  for (const { type, from, visibility } of (chat && chat.transcript) || []) {
    if (from.type === "Supervisor" && from.nickname === state.me) {
      mode = type === "ParticipantJoined" ? MODES[visibility] : type === "ParticipantLeft" ? "off" : mode;
    }
  }
  return mode;
}
