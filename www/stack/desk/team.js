// Colleagues: the list of who is there, and handing a chat on to one of them or to a group.

import { api } from "./api.js";
import { byId, h, initials } from "./dom.js";
import { on, state } from "./state.js";

const dialog = byId("transfer-dialog");
const form = byId("transfer-form");
const targets = byId("transfer-targets");
const fault = byId("transfer-fault");
const list = byId("team-list");
let waits = 0;

function choice(kind, name, words) {
  const id = "transfer-" + kind + "-" + name.replace(/\W/g, "_");
  return h("li", {}, h("input", { type: "radio", name: "target", id, value: kind + ":" + name, required: true, "data-testid": "transfer-to" }),
    h("label", { for: id }, h("strong", {}, name), " ", h("span", { class: "hint" }, words)));
}

function words(agent) {
  return (agent.ready ? "ready" : "not ready") + ", " + (agent.chats === 1 ? "1 chat" : agent.chats + " chats");
}

async function open() {
  fault.textContent = "";
  form.reset();
  const others = (await api.agents()).filter((agent) => agent.name !== state.me);
  const groups = [...new Set(others.flatMap((agent) => agent.profile.groups))].sort();
  targets.replaceChildren(
    ...others.map((agent) => choice("agent", agent.name, words(agent))),
    ...groups.map((group) => choice("group", group, "group")));
  byId("transfer-none").hidden = others.length > 0;
  byId("transfer-submit").disabled = byId("transfer-consult").disabled = others.length === 0;
  dialog.showModal();
}

// Hands the chat on, or only asks whoever is chosen.
async function submit(asks) {
  if (!form.reportValidity()) {
    return;
  }
  const chosen = new FormData(form).get("target");
  const at = chosen.indexOf(":");
  const [kind, name, note] = [chosen.slice(0, at), chosen.slice(at + 1), byId("transfer-note").value];
  if (asks && kind !== "agent") {
    fault.textContent = "Choose a person whom you want to ask.";
    return;
  }
  try {
    await (asks ? api.consult(state.openId, name, note) : api.transfer(state.openId, { [kind]: name, note }));
    dialog.close();
  } catch (error) {
    fault.textContent = error.message;
  }
}

async function draw() {
  const agents = await api.agents().catch(() => []);
  byId("team-count").textContent = String(agents.length);
  list.replaceChildren(...agents.map((agent) => h("li", { class: "mate", "data-testid": "team-agent", "data-ready": String(agent.ready) },
    h("span", { class: "avatar", "aria-hidden": "true" }, initials(agent.name)),
    h("span", { class: "who" }, h("span", { class: "name" }, agent.name === state.me ? agent.name + " (you)" : agent.name),
      h("span", { class: "subject" }, [agent.profile.role === "supervisor" ? "supervisor" : "", words(agent)].filter(Boolean).join(", "))))));
}

// Chats come and go in bursts; the list is drawn once for all of them.
function soon() {
  if (!waits) {
    waits = setTimeout(() => {
      waits = 0;
      draw();
    }, 300);
  }
}

export function startTeam() {
  byId("transfer").addEventListener("click", () => open().catch((error) => {
    byId("head-fault").textContent = error.message;
  }));
  byId("transfer-cancel").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(false);
  });
  byId("transfer-consult").addEventListener("click", () => submit(true));
  byId("team").open = state.role === "supervisor";
  on("chats", soon);
  on("ready", soon);
  soon();
}
