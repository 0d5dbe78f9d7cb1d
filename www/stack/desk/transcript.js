// The middle: everything that was said and everything that happened.

import { api } from "./api.js";
import { byId, h, time } from "./dom.js";
import { isRequest, requestOf, statusOf } from "./microapp.js";
import { on, state } from "./state.js";

const list = byId("transcript");
const scroll = byId("scroll");
const typing = byId("customer-typing");

const SUPERVISES = { VIP: " listens in", INT: " coaches", ALL: " takes part" };

// To whom something was not shown.
const HIDDEN = { INT: "Not shown to the customer", VIP: "Shown to supervisors only" };

const EVENTS = {
  ParticipantJoined: (entry) => (entry.from.type === "Agent" ? entry.from.nickname + (entry.visibility === "INT" ? " advises" : " took the chat") : entry.from.nickname + (entry.from.type === "Supervisor" ? SUPERVISES[entry.visibility] : " joined")),
  ParticipantLeft: (entry) => entry.from.nickname + " left",
  NicknameUpdated: (entry) => "Participant " + entry.from.participantId + " is called " + entry.from.nickname + " now",
  FileDeleted: (entry) => entry.from.nickname + " took back " + entry.userData["file-name"],
  IdleAlert: (entry) => entry.text || "Nobody has said anything for a while",
  IdleClose: (entry) => entry.text || "Closed, because nobody has said anything",
  CustomNotice: (entry) => "Notice from " + entry.from.nickname,
};

function size(bytes) {
  return bytes < 1024 ? bytes + " bytes" : bytes < 1048576 ? Math.round(bytes / 1024) + " kB" : (bytes / 1048576).toFixed(1) + " MB";
}

// What a reply is to: the customer's widget names the entry by its index.
function quoted(entry) {
  const related = ((entry.eventAttributes || {})["general-properties"] || {})["related-event-id"];
  const found = related && state.open ? state.open.transcript.find((other) => String(other.index) === String(related)) : null;
  return found && found.text ? h("p", { class: "quoted", dir: "auto" }, "In reply to: " + found.text) : null;
}

function sideOf(entry) {
  return entry.from.type === "Client" ? "client" : entry.from.type === "External" ? "external" : "agent";
}

function bubble(entry, ...body) {
  return ["message " + sideOf(entry) + (entry.visibility === "ALL" ? "" : " note"), h("div", { class: "bubble" },
    h("p", { class: "meta" }, h("bdi", { class: "sender" }, entry.from.nickname), time(entry.utcTime)), ...body)];
}

function content(entry) {
  const status = statusOf(entry);
  if (status) {
    const by = entry.from.type === "Client" ? "by customer’s page" : "";
    return ["status", h("div", { "data-testid": "microapp-status", "data-milestone": status.milestone, "data-state": status.state, class: "milestone" },
      h("span", { class: "dot", "aria-hidden": "true" }), h("span", { class: "label" }, status.label), h("span", { class: "by" }, by), time(entry.utcTime))];
  }
  if (isRequest(entry)) {
    const request = requestOf(entry.text);
    const foreign = entry.from.type === "Client";
    return [foreign ? "request foreign" : "request", h("div", { class: "request-card" },
      h("p", { class: "request-head" }, h("strong", {}, foreign ? "MicroApp line typed by the customer" : "MicroApp request: " + request.name), time(entry.utcTime)),
      h("pre", { dir: "auto" }, entry.text))];
  }
  if (entry.type === "Message") {
    return bubble(entry, quoted(entry), h("p", { class: "text", dir: "auto" }, entry.text || ""));
  }
  if (entry.type === "PushUrl") {
    return bubble(entry, h("p", { class: "text" }, h("a", { href: entry.text, target: "_blank", rel: "noopener noreferrer" }, entry.text)));
  }
  if (entry.type === "FileUploaded") {
    const { "file-id": id, "file-name": name, "file-size": bytes } = entry.userData;
    return bubble(entry, h("p", { class: "text" },
      h("a", { href: api.filePath(state.openId, id), download: name, "data-testid": "file" }, name), " (" + size(Number(bytes)) + ")"));
  }
  const words = EVENTS[entry.type];
  return words ? ["event", h("p", {}, words(entry) + " · ", time(entry.utcTime))] : null;
}

function row(entry) {
  const made = content(entry);
  if (!made) {
    return null;
  }
  const [kind, body] = made;
  const internal = entry.visibility !== "ALL" && kind !== "status" ? h("span", { class: "internal" }, HIDDEN[entry.visibility]) : null;
  return h("li", { class: kind, "data-testid": "entry", "data-index": entry.index, "data-type": entry.type, "data-sender": entry.from.type,
    "data-visibility": entry.visibility }, body, internal);
}

function toEnd() {
  scroll.scrollTop = scroll.scrollHeight;
}

// Whether the newest entry is in sight; kept from before the place changes its height.
let atEnd = true;

function add(entry) {
  const near = atEnd;
  const made = row(entry);
  if (made) {
    list.append(made);
    if (near || entry.from.nickname === state.me) {
      toEnd();
    }
  }
}

function drawTyping() {
  const chat = state.open;
  const text = chat && chat.state !== "ended" && (chat.customerTyping || chat.preview)
    ? chat.customer + " is typing" + (chat.preview ? ": " + chat.preview : " …")
    : "";
  if (typing.textContent !== text) {
    typing.textContent = text;
  }
}

export function startTranscript() {
  scroll.addEventListener("scroll", () => {
    atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
  });
  new ResizeObserver(() => {
    if (atEnd) {
      toEnd();
    }
  }).observe(scroll);
  on("opened", () => {
    list.replaceChildren();
    if (state.open) {
      // Reading the whole past aloud would drown what comes next.
      scroll.setAttribute("aria-live", "off");
      list.append(...state.open.transcript.map(row).filter(Boolean));
      // The parts around it may still change their height in this turn.
      requestAnimationFrame(() => {
        toEnd();
        scroll.setAttribute("aria-live", "polite");
      });
    }
    drawTyping();
  });
  on("entry", (entry) => {
    add(entry);
    drawTyping();
  });
  on("preview", drawTyping);
  on("summary", drawTyping);
}
