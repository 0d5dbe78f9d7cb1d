// The list of chats on the left.

import { byId, duration, h, initials } from "./dom.js";
import { mine, on, state } from "./state.js";

const groups = { waiting: byId("waiting"), active: byId("active"), ended: byId("ended") };
const items = new Map();

function item(chat, choose) {
  const found = items.get(chat.id);
  if (found) {
    return found;
  }
  const parts = {
    badge: h("span", { class: "avatar", "aria-hidden": "true" }),
    name: h("span", { class: "name", dir: "auto" }),
    subject: h("span", { class: "subject", dir: "auto" }),
    wait: h("span", { class: "wait" }),
    unread: h("span", { class: "unread" }),
  };
  const button = h("button", { type: "button", class: "chat-item", "data-testid": "chat-item", "data-interaction-id": chat.id,
    onclick: () => choose(chat.id) },
    parts.badge, h("span", { class: "who" }, parts.name, parts.subject), h("span", { class: "marks" }, parts.wait, parts.unread));
  const made = { row: h("li", {}, button), button, parts };
  items.set(chat.id, made);
  return made;
}

function groupOf(chat) {
  return chat.state === "active" && !mine(chat) ? "active" : chat.state;
}

// A chat that is routed is not for whoever likes.
function waitingFor(chat) {
  if (chat.state !== "waiting" || !chat.target || chat.offeredTo === state.me) {
    return "";
  }
  return chat.offeredTo ? "Offered to " + chat.offeredTo : "Waits for " + chat.target;
}

function draw(choose) {
  const counts = { waiting: 0, active: 0, ended: 0 };
  for (const chat of state.chats.values()) {
    const { row, button, parts } = item(chat, choose);
    const group = groupOf(chat);
    counts[group] += 1;
    if (row.parentNode !== groups[group]) {
      groups[group][group === "ended" ? "prepend" : "append"](row);
    }
    parts.badge.textContent = initials(chat.customer);
    parts.name.textContent = chat.customer;
    parts.subject.textContent = chat.asked === state.me ? chat.agent + " asks you" : chat.state === "active" && !mine(chat) ? "with " + chat.agent : waitingFor(chat) || chat.subject || "No subject";
    const unread = state.unread.get(chat.id) || 0;
    parts.unread.textContent = unread ? String(unread) : "";
    parts.unread.setAttribute("aria-label", unread ? unread + " unread" : "");
    button.dataset.state = chat.state;
    button.classList.toggle("asked", chat.asked === state.me || chat.offeredTo === state.me);
    button.setAttribute("aria-current", chat.id === state.openId ? "true" : "false");
  }
  for (const [group, count] of Object.entries(counts)) {
    byId(group + "-count").textContent = String(count);
    const none = byId(group + "-none");
    if (none) {
      none.hidden = count > 0;
    }
  }
  tick();
}

function tick() {
  const now = Date.now();
  for (const [id, { button, parts }] of items) {
    const chat = state.chats.get(id);
    const waited = chat ? (chat.endedAt || now) - chat.startedAt : 0;
    parts.wait.textContent = duration(waited);
    button.classList.toggle("late", Boolean(chat) && chat.state === "waiting" && waited > 60000);
  }
}

export function startChatList(choose) {
  on("chats", () => draw(choose));
  setInterval(tick, 1000);
}
