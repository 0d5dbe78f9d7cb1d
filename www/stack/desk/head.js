// Above the transcript: who it is, where the chat stands, when silence ends it, and what can be done with it.

import { api } from "./api.js";
import { byId, duration, initials } from "./dom.js";
import { advises, mine, on, state, supervising, tell } from "./state.js";

const fault = byId("head-fault");
const accept = byId("accept");
const decline = byId("decline");
const transfer = byId("transfer");
const poke = byId("poke");
const end = byId("end-chat");
const idle = byId("idle");
const supervise = byId("supervise");
let said = 0;

function fail(error) {
  fault.textContent = error.message;
}

function factsOf(chat) {
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
  if (chat.state === "waiting" && chat.target) {
    facts.push(chat.offeredTo === state.me ? "Offered to you" : chat.offeredTo ? "Offered to " + chat.offeredTo : "Waits for " + chat.target);
  }
  if (chat.asked) {
    facts.push(chat.asked === state.me ? chat.agent + " asks you" : chat.asked + " is asked");
  } else if (chat.adviser) {
    facts.push(advises(chat) ? "You advise" : chat.adviser + " advises");
  }
  const others = (chat.supervisors || []).filter((name) => name !== state.me);
  if (others.length) {
    facts.push("Supervisor: " + others.join(", "));
  }
  return facts.join(" · ");
}

function draw() {
  const chat = state.open;
  byId("nothing").hidden = Boolean(state.openId);
  // Where there is no room for both, either the list is shown or the chat.
  byId("desk").dataset.view = state.openId ? "chat" : "list";
  byId("conversation").hidden = !chat;
  byId("side").hidden = !chat;
  if (!chat) {
    return;
  }
  byId("customer").textContent = chat.customer;
  byId("customer-badge").textContent = initials(chat.customer);
  byId("chat-facts").textContent = factsOf(chat);
  const offered = chat.offeredTo === state.me;
  accept.hidden = chat.state !== "waiting" || Boolean(chat.target && !offered);
  decline.hidden = chat.state !== "waiting" || !offered;
  end.hidden = !mine(chat);
  // Without its customer nobody can go on with it.
  const consults = Boolean(chat.asked || chat.adviser);
  transfer.hidden = !mine(chat) || !chat.customerPresent || consults;
  poke.hidden = !mine(chat) || !chat.customerPresent || !chat.attachedData._gms_poke_url;
  byId("consult-join").hidden = byId("consult-decline").hidden = chat.state !== "active" || chat.asked !== state.me;
  byId("hand-over").hidden = !mine(chat) || !chat.customerPresent || !chat.adviser;
  byId("hand-over").textContent = "Hand over to " + chat.adviser;
  byId("consult-end").hidden = !(mine(chat) && consults) && !advises(chat);
  supervise.hidden = state.role !== "supervisor" || chat.state === "ended" || mine(chat);
  const mode = supervising(chat);
  for (const button of supervise.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
  }
  tick();
}

function tick() {
  const chat = state.open;
  const counts = chat && chat.state !== "ended" && typeof chat.idleEndsAt === "number";
  idle.hidden = !counts;
  if (!counts) {
    return;
  }
  const left = Math.max(0, chat.idleEndsAt - Date.now());
  idle.textContent = "Silence: " + duration(left);
  idle.dataset.state = left < 30000 ? "failed" : left < 60000 ? "closed" : "none";
  // Aloud once at a minute and once at half a minute; a countdown would talk without end.
  const level = left < 30000 ? 2 : left < 60000 ? 1 : 0;
  if (level > said) {
    tell("announce", "This chat is warned or closed in " + Math.ceil(left / 1000) + " seconds, if nobody says anything.");
  }
  said = level;
}

async function run(work) {
  fault.textContent = "";
  await work().catch(fail);
}

export function startHead(leave) {
  byId("back").addEventListener("click", leave);
  accept.addEventListener("click", () => run(async () => {
    accept.disabled = true;
    try {
      await api.accept(state.openId);
      tell("accepted");
    } finally {
      accept.disabled = false;
    }
  }));
  decline.addEventListener("click", () => run(() => api.decline(state.openId)));
  poke.addEventListener("click", () => run(async () => {
    await api.poke(state.openId);
    tell("announce", "The customer has got a word.");
  }));
  end.addEventListener("click", () => run(() => api.end(state.openId)));
  for (const button of document.querySelectorAll(".chat-head [data-step]")) {
    button.addEventListener("click", () => run(async () => {
      await api.answerConsult(state.openId, button.dataset.step);
      if (button.dataset.step === "join") {
        tell("accepted");
      }
    }));
  }
  for (const button of supervise.querySelectorAll("button")) {
    button.addEventListener("click", () => run(async () => {
      const pressed = button.getAttribute("aria-pressed") === "true";
      await api.supervise(state.openId, pressed ? "off" : button.dataset.mode);
    }));
  }
  on("opened", () => {
    fault.textContent = "";
    said = 0;
    draw();
  });
  on("summary", draw);
  on("entry", draw);
  on("data", draw);
  setInterval(tick, 1000);
}
