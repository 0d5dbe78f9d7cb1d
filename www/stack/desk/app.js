// Start of the desk: sign in, subscribe, and hand what happens to the parts of the page.

import { ApiError, api } from "./api.js";
import { startCase } from "./case.js";
import { startChatList } from "./chat-list.js";
import { startComposer } from "./composer.js";
import { byId, initials } from "./dom.js";
import { startHead } from "./head.js";
import { startResponses } from "./responses.js";
import { on, state, tell } from "./state.js";
import { startTeam } from "./team.js";
import { startTranscript } from "./transcript.js";

async function openChat(id) {
  state.openId = id;
  state.unread.delete(id);
  const chat = await api.chat(id);
  // Another chat may have been chosen meanwhile.
  if (state.openId === id) {
    state.open = chat;
    // What is for others' eyes leaves gaps: up to here all is known that may be.
    chat.seen = chat.newestIndex;
    silence(chat, chat.idleExpiresIn);
    tell("opened");
    tell("chats");
  }
}

function silence(chat, seconds) {
  chat.idleEndsAt = typeof seconds === "number" ? Date.now() + seconds * 1000 : null;
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

function leave() {
  state.openId = state.open = null;
  tell("opened");
  tell("chats");
  document.querySelector(".chat-item")?.focus();
}

function refreshOpen() {
  if (state.openId) {
    openChat(state.openId).catch(lost);
  }
}

function onEntry({ chatId, entry, idleExpiresIn }) {
  const chat = state.chats.get(chatId);
  if (chat) {
    chat.newestIndex = entry.index;
  }
  if (chatId !== state.openId) {
    if (entry.type === "Message" && entry.from.type === "Client") {
      state.unread.set(chatId, (state.unread.get(chatId) || 0) + 1);
      tell("announce", chat ? "New message of " + chat.customer : "New message");
      tell("chats");
    }
    return;
  }
  const open = state.open;
  // While the chat is being fetched, the entry is part of what comes.
  if (!open) {
    return;
  }
  if (entry.index <= open.seen) {
    return;
  }
  if (entry.index > open.seen + 1) {
    refreshOpen();
    return;
  }
  open.seen = entry.index;
  silence(open, idleExpiresIn);
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
  const before = state.chats.get(chat.id);
  if (chat.state === "waiting" && (!before || before.state !== "waiting")) {
    tell("announce", chat.customer + " is waiting");
  } else if (chat.offeredTo === state.me && before && before.offeredTo !== state.me) {
    tell("announce", "The chat with " + chat.customer + " is offered to you");
  } else if (chat.asked === state.me && before && before.asked !== state.me) {
    tell("announce", chat.agent + " asks you about the chat with " + chat.customer);
  }
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
  listen("data", ({ chatId, changed, deleted }) => {
    if (state.open && chatId === state.open.id) {
      Object.assign(state.open.attachedData, changed);
      for (const key of deleted) {
        delete state.open.attachedData[key];
      }
      tell("data", { changed, deleted });
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

function isReady(ready) {
  byId("ready").setAttribute("aria-pressed", String(ready));
  byId("ready").textContent = ready ? "Ready" : "Not ready";
  tell("ready");
}

// Up and down the list, as it is drawn.
function step(by) {
  const shown = [...document.querySelectorAll("#waiting .chat-item, #active .chat-item, details[open] > #ended .chat-item")];
  const at = shown.findIndex((item) => item.dataset.interactionId === state.openId);
  const next = shown[at < 0 ? 0 : (at + by + shown.length) % shown.length];
  if (next) {
    next.focus();
    next.click();
  }
}

function startKeys() {
  document.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && event.altKey && !event.ctrlKey && !event.shiftKey && !event.metaKey) {
      event.preventDefault();
      step(by);
    }
  });
}

function startOwn(me) {
  isReady(me.ready !== false);
  byId("ready").addEventListener("click", async () => {
    const ready = byId("ready").getAttribute("aria-pressed") !== "true";
    await api.ready(ready).then(() => isReady(ready), lost);
  });
  byId("logout").addEventListener("click", () => api.logout().finally(() => location.reload()));
}

async function work(me) {
  state.me = me.name;
  state.role = me.profile ? me.profile.role : "agent";
  byId("me").textContent = me.name;
  byId("me-badge").textContent = initials(me.name);
  byId("login").hidden = true;
  byId("desk").hidden = false;
  startChatList(choose);
  startTranscript();
  startHead(leave);
  startComposer();
  startCase();
  startTeam();
  startOwn(me);
  startKeys();
  on("announce", (text) => {
    byId("announce").textContent = text;
  });
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
      const supervisor = byId("login-supervisor").checked;
      const profile = {
        groups: listed("login-groups"),
        skills: skills(),
        place: byId("login-place").value.trim() || null,
        placeGroups: listed("login-place-groups"),
        campaignGroups: listed("login-campaign-groups"),
      };
      // Supervisors look after others; chats are not offered to them.
      await api.login(byId("login-name").value, supervisor ? { ...profile, role: "supervisor", media: [] } : profile);
      await work(await api.me());
    } catch (error) {
      byId("login-fault").textContent = error.message;
      button.disabled = false;
    }
  });
  byId("login-name").select();
}

api.me().then((me) => (me.name ? work(me) : askName()), askName);
