// The message field: to the customer, or a note that only the team reads.

import { api } from "./api.js";
import { byId, h } from "./dom.js";
import { advises, mine, on, state, supervising } from "./state.js";

const TYPING_PAUSE = 3000;

const AUDIENCES = { ALL: "Everybody", INT: "Team only", VIP: "Supervisors only" };

// To whom a supervisor may speak, by how they are there.
const OF_MODE = { off: [], monitor: ["VIP"], coach: ["INT", "VIP"], "barge-in": ["ALL", "INT", "VIP"] };

const field = byId("composer");
const fault = byId("composer-fault");
const audience = byId("audience");
const picker = byId("file-picker");
const drafts = new Map();
let shown = null;
let typingIn = null;
let pause = 0;
// Whoever has accepted wants to write, as soon as there is a field.
let eager = false;

function fail(error) {
  fault.textContent = error.message;
}

function audiences(chat) {
  return mine(chat) ? ["ALL", "INT"] : advises(chat) ? ["INT"] : chat && chat.state !== "ended" ? OF_MODE[supervising(chat)] : [];
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
  if (!mine(chat) || field.value === "" || audience.value !== "ALL") {
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
  if (!audiences(chat).includes(audience.value) || text.trim() === "") {
    return;
  }
  fault.textContent = "";
  // The server stops the typing sign itself when a message comes.
  clearTimeout(pause);
  typingIn = null;
  field.value = "";
  resize();
  try {
    await api.say(chat.id, text, audience.value);
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

function mark() {
  byId("composer-form").dataset.audience = audience.value;
}

function draw() {
  const possible = audiences(state.open);
  const now = [...audience.options].map((option) => option.value);
  if (now.join() !== possible.join()) {
    audience.replaceChildren(...possible.map((value) => h("option", { value }, AUDIENCES[value])));
  }
  field.disabled = !possible.length;
  byId("composer-form").hidden = !possible.length;
  byId("attach").hidden = !mine(state.open);
  mark();
  if (eager && possible.length) {
    eager = false;
    field.focus();
  }
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
  audience.addEventListener("change", () => {
    mark();
    typed();
  });
  field.addEventListener("input", () => {
    resize();
    typed();
  });
  on("opened", () => {
    if (shown !== state.openId) {
      drafts.set(shown, field.value);
      shown = state.openId;
      field.value = drafts.get(shown) || "";
      fault.textContent = "";
      // A note that was meant for the team must not go to the next chat's customer, nor the other way round.
      audience.replaceChildren();
      stopTyping();
      resize();
    }
    draw();
  });
  on("entry", draw);
  on("accepted", () => {
    eager = true;
    draw();
  });
  on("summary", () => {
    draw();
    if (!mine(state.open)) {
      stopTyping();
    } else if (document.activeElement === document.body) {
      field.focus();
    }
  });
}
