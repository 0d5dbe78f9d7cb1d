// The right side: Case Information and the state of the MicroApp.

import { api } from "./api.js";
import { byId, h, time } from "./dom.js";
import { summaryOf } from "./microapp.js";
import { on, state } from "./state.js";

const body = byId("case-info").tBodies[0];
const card = byId("microapp-card");
const form = byId("case-form");
const fault = byId("case-fault");

const BADGES = {
  none: "Not started", running: "Running", ended: "Completed", closed: "Closed by customer", failed: "Failed",
  replaced: "Replaced", done: "Done", declined: "Declined", timeout: "Timed out",
};

// The Chat Server's own: workflows go by them, so nobody else may change them.
const OWN = /^(IsOnline|ChatServerAppName)$/;

// What MicroApps attach comes first, then the customer's own data; the browser's details come last.
const RANKS = [/^(MicroApp_|Payment_|Customer_)/, /^(?!_genesys|GCTI_|IsOnline$|ChatServerAppName$)/, OWN];

function order(a, b) {
  const rank = (key) => {
    const at = RANKS.findIndex((pattern) => pattern.test(key));
    return at < 0 ? RANKS.length : at;
  };
  return rank(a) - rank(b) || a.localeCompare(b);
}

function rowOf(key) {
  return [...body.rows].find((row) => row.dataset.key === key);
}

function put(key, value, highlight) {
  let row = rowOf(key);
  if (!row) {
    row = h("tr", { "data-key": key }, h("th", { scope: "row" }, key.replace(/_/g, " ").trim()), h("td", { dir: "auto" }),
      h("td", { class: "do" }, OWN.test(key) ? "" : h("button", { type: "button", class: "edit", "aria-label": "Change " + key, onclick: () => edit(key) }, "Change")));
    const after = [...body.rows].find((other) => order(other.dataset.key, key) > 0);
    body.insertBefore(row, after || null);
  }
  row.cells[1].textContent = value;
  if (highlight) {
    row.classList.remove("changed");
    // Reading a layout value restarts the animation when the same row changes twice.
    void row.offsetWidth;
    row.classList.add("changed");
  }
}

function edit(key) {
  byId("case-key").value = key;
  byId("case-value").value = state.open ? state.open.attachedData[key] || "" : "";
  byId("case-value").focus();
}

function drawCard() {
  const { state: current, name, label, steps } = summaryOf(state.open ? state.open.transcript : []);
  card.dataset.state = current;
  const requested = current === "none" && name;
  const parts = [
    h("p", { class: "card-head" }, h("strong", {}, name || (steps.length ? "MicroApp" : "None in this chat")),
      h("span", { class: "pill", "data-state": current }, requested ? "Requested" : BADGES[current] || current)),
    name || steps.length ? h("p", { class: "card-now" }, label) : h("p", { class: "card-now" }, "Send one from the standard responses below."),
    steps.length ? h("ol", { class: "steps" }, ...steps.map((step) =>
      h("li", { "data-state": step.state }, h("span", {}, step.label), time(step.at)))) : null,
  ];
  card.replaceChildren(...parts.filter(Boolean));
}

export function startCase() {
  on("opened", () => {
    body.replaceChildren();
    form.reset();
    fault.textContent = "";
    if (state.open) {
      for (const key of Object.keys(state.open.attachedData).sort(order)) {
        put(key, state.open.attachedData[key], false);
      }
    }
    drawCard();
  });
  on("data", ({ changed, deleted }) => {
    for (const [key, value] of Object.entries(changed)) {
      put(key, value, true);
    }
    for (const key of deleted) {
      const row = rowOf(key);
      if (row) {
        row.remove();
      }
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = "";
    const key = byId("case-key").value.trim();
    const value = byId("case-value").value.trim();
    try {
      // No value is none: the key goes.
      await api.change(state.openId, { [key]: value === "" ? null : value });
      form.reset();
      byId("case-key").focus();
    } catch (error) {
      fault.textContent = error.message;
    }
  });
  on("entry", drawCard);
}
