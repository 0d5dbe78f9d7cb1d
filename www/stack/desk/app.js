// Start of the desk: sign in, subscribe, and hand what happens to the parts of the page.

import { ApiError, api } from "./api.js";
import { startCase } from "./case.js";
import { startChatList } from "./chat-list.js";
import { startComposer } from "./composer.js";
import { byId, initials } from "./dom.js";
import { startResponses } from "./responses.js";
import { state, tell } from "./state.js";
import { startTranscript } from "./transcript.js";

async function openChat(id) {
  state.openId = id;
  state.unread.delete(id);
  const chat = await api.chat(id);
  // Another chat may have been chosen meanwhile.
  if (state.openId === id) {
    state.open = chat;
    tell("opened");
    tell("chats");
  }
}

function choose(id) {
  state.open = null;
  openChat(id).catch(lost);
}

function lost(error) {
  if (error instanceof ApiError && error.status === 401) {
    location.reload();
  } else if (error instanceof ApiError && error.status === 404) {
    state.openId = null;
    tell("opened");
  }
}

function refreshOpen() {
  if (state.openId) {
    openChat(state.openId).catch(lost);
  }
}

function onEntry({ chatId, entry }) {
  const chat = state.chats.get(chatId);
  if (chat) {
    chat.newestIndex = entry.index;
  }
  if (chatId !== state.openId) {
    if (entry.type === "Message" && entry.from.type === "Client") {
      state.unread.set(chatId, (state.unread.get(chatId) || 0) + 1);
      tell("chats");
    }
    return;
  }
  const open = state.open;
  // While the chat is being fetched, the entry is part of what comes.
  if (!open) {
    return;
  }
  const newest = open.transcript.length ? open.transcript[open.transcript.length - 1].index : 0;
  if (entry.index <= newest) {
    return;
  }
  if (entry.index > newest + 1) {
    refreshOpen();
    return;
  }
  open.transcript.push(entry);
  if (entry.from.type === "Client") {
    open.customerTyping = entry.type === "TypingStarted" || (open.customerTyping && entry.type !== "TypingStopped" && entry.type !== "Message");
    if (entry.type === "Message") {
      open.preview = "";
    }
  }
  tell("entry", entry);
}

function onSummary(chat) {
  state.chats.set(chat.id, chat);
  tell("chats");
  if (state.open && state.open.id === chat.id) {
    Object.assign(state.open, chat);
    tell("summary");
  }
}

function connection(text, name) {
  const sign = byId("connection");
  sign.textContent = text;
  sign.dataset.state = name;
}

function subscribe() {
  const events = new EventSource("/api/events");
  const listen = (name, handle) => events.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  listen("hello", ({ chats }) => {
    connection("Connected", "connected");
    state.chats = new Map(chats.map((chat) => [chat.id, chat]));
    tell("chats");
    refreshOpen();
  });
  listen("resync", () => location.reload());
  listen("summary", onSummary);
  listen("entry", onEntry);
  listen("preview", ({ chatId, text }) => {
    if (state.open && chatId === state.open.id) {
      state.open.preview = text;
      tell("preview");
    }
  });
  listen("data", ({ chatId, changed }) => {
    if (state.open && chatId === state.open.id) {
      Object.assign(state.open.attachedData, changed);
      tell("data", changed);
    }
  });
  events.addEventListener("error", () => {
    connection("Reconnecting", "connecting");
    // A closed stream is a refusal, most often a restarted server that does not know us any more.
    if (events.readyState === EventSource.CLOSED) {
      api.me().then((me) => (me.name ? setTimeout(subscribe, 1000) : location.reload()), () => setTimeout(subscribe, 2000));
    }
  });
}

async function work(me) {
  state.me = me.name;
  byId("me").textContent = me.name;
  byId("me-badge").textContent = initials(me.name);
  byId("login").hidden = true;
  byId("desk").hidden = false;
  startChatList(choose);
  startTranscript();
  startComposer();
  startCase();
  await startResponses();
  subscribe();
}

function listed(id) {
  return byId(id).value.split(",").map((part) => part.trim()).filter(Boolean);
}

// "English=20, Loans" is {English: 20, Loans: 1}.
function skills() {
  return Object.fromEntries(listed("login-skills").map((part) => {
    const [name, level] = part.split("=");
    return [name.trim(), Math.round(Number(level)) || 1];
  }));
}

function askName() {
  byId("login").hidden = false;
  const form = byId("login").querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await work(await api.login(byId("login-name").value, listed("login-groups"), skills()));
    } catch (error) {
      byId("login-fault").textContent = error.message;
      button.disabled = false;
    }
  });
  byId("login-name").select();
}

api.me().then((me) => (me.name ? work(me) : askName()), askName);
