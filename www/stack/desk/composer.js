// The message field, and the buttons above the transcript.

import { api } from "./api.js";
import { byId, duration, initials } from "./dom.js";
import { mine, on, state } from "./state.js";

const TYPING_PAUSE = 3000;

const field = byId("composer");
const fault = byId("composer-fault");
const accept = byId("accept");
const decline = byId("decline");
const end = byId("end-chat");
const picker = byId("file-picker");
const drafts = new Map();
let shown = null;
let typingIn = null;
let pause = 0;

function fail(error) {
  fault.textContent = error.message;
}

function stopTyping() {
  clearTimeout(pause);
  if (typingIn) {
    api.typing(typingIn, false).catch(() => {});
    typingIn = null;
  }
}

function typed() {
  const chat = state.open;
  if (!mine(chat) || field.value === "") {
    stopTyping();
    return;
  }
  if (typingIn !== chat.id) {
    stopTyping();
    typingIn = chat.id;
    api.typing(chat.id, true).catch(() => {});
  }
  clearTimeout(pause);
  pause = setTimeout(stopTyping, TYPING_PAUSE);
}

async function send() {
  const chat = state.open;
  const text = field.value;
  if (!mine(chat) || text.trim() === "") {
    return;
  }
  fault.textContent = "";
  // The server stops the typing sign itself when a message comes.
  clearTimeout(pause);
  typingIn = null;
  field.value = "";
  resize();
  try {
    await api.say(chat.id, text);
  } catch (error) {
    if (field.value === "") {
      field.value = text;
      resize();
    }
    fail(error);
  }
}

async function attach() {
  const [file] = picker.files;
  picker.value = "";
  if (!file || !mine(state.open)) {
    return;
  }
  fault.textContent = "";
  await api.sendFile(state.open.id, file).catch(fail);
}

function resize() {
  field.rows = Math.min(8, Math.max(2, field.value.split("\n").length));
}

export function insert(text) {
  field.value = field.value.trim() === "" ? text : field.value.replace(/\s*$/, "\n") + text;
  resize();
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  typed();
}

function drawHead() {
  const chat = state.open;
  byId("nothing").hidden = Boolean(state.openId);
  byId("conversation").hidden = !chat;
  byId("side").hidden = !chat;
  if (!chat) {
    return;
  }
  byId("customer").textContent = chat.customer;
  byId("customer-badge").textContent = initials(chat.customer);
  const facts = [chat.subject || "No subject", "ID " + chat.id];
  if (typeof chat.customerTimeZone === "number") {
    const there = new Date(Date.now() + chat.customerTimeZone * 60000);
    facts.push("There it is " + there.toISOString().slice(11, 16));
  }
  if (chat.state === "ended") {
    facts.push("Ended after " + duration(chat.endedAt - chat.startedAt));
  } else if (!chat.customerPresent) {
    facts.push("The customer has left");
  } else if (chat.state === "active" && !mine(chat)) {
    facts.push("With " + chat.agent);
  }
  const offered = chat.offeredTo === state.me;
  if (chat.state === "waiting" && chat.target) {
    facts.push(offered ? "Offered to you" : chat.offeredTo ? "Offered to " + chat.offeredTo : "Waits for " + chat.target);
  }
  accept.hidden = chat.state !== "waiting" || Boolean(chat.target && !offered);
  decline.hidden = chat.state !== "waiting" || !offered;
  byId("chat-facts").textContent = facts.join(" · ");
  end.hidden = !mine(chat);
  const writable = mine(chat);
  field.disabled = !writable;
  byId("composer-form").hidden = !writable;
}

export function startComposer() {
  byId("composer-form").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  byId("attach").addEventListener("click", () => picker.click());
  picker.addEventListener("change", attach);
  field.addEventListener("input", () => {
    resize();
    typed();
  });
  accept.addEventListener("click", async () => {
    accept.disabled = true;
    try {
      await api.accept(state.openId);
      field.focus();
    } catch (error) {
      fail(error);
    } finally {
      accept.disabled = false;
    }
  });
  decline.addEventListener("click", () => {
    api.decline(state.openId).catch(fail);
  });
  end.addEventListener("click", () => {
    stopTyping();
    api.end(state.openId).catch(fail);
  });
  on("opened", () => {
    if (shown !== state.openId) {
      drafts.set(shown, field.value);
      shown = state.openId;
      field.value = drafts.get(shown) || "";
      fault.textContent = "";
      stopTyping();
      resize();
    }
    drawHead();
  });
  on("summary", () => {
    drawHead();
    if (mine(state.open) && document.activeElement === document.body) {
      field.focus();
    }
  });
}
