// Standard responses: a click puts the text into the message field; a MicroApp asks for its parameters first.

import { api } from "./api.js";
import { insert } from "./composer.js";
import { byId, h } from "./dom.js";
import { mine, on, state } from "./state.js";

const place = byId("responses");
const search = byId("response-search");
// With the values of the open chat, by id.
let filled = new Map();
let filledFor = null;
let asked = 0;
let ready = Promise.resolve();
const items = new Map();

async function fill() {
  asked += 1;
  const [number, id] = [asked, state.openId];
  if (filledFor !== id) {
    // Another customer's values must go nowhere.
    filled = new Map();
    filledFor = id;
  }
  const list = await api.responses(id, search.value).catch(() => null);
  if (number !== asked || !list) {
    return;
  }
  const found = new Set(list.map((response) => response.id));
  for (const response of list) {
    filled.set(response.id, response);
  }
  for (const [response, item] of items) {
    item.hidden = !found.has(response);
  }
  for (const part of place.querySelectorAll("details")) {
    part.hidden = !part.querySelector("li.choice:not([hidden])");
    part.open = part.open || search.value.trim() !== "";
  }
  byId("responses-none").hidden = found.size > 0;
  byId("responses-found").textContent = search.value.trim() ? found.size + " found" : "";
}

function refill() {
  ready = fill();
}

// The text for this chat, once it is there.
async function textOf(response) {
  const id = state.openId;
  await ready;
  return id === state.openId && filled.has(response.id) ? filled.get(response.id) : null;
}

function parameterForm(response) {
  const inputs = response.parameters.map((parameter) => {
    const id = `response-${parameter.key}`;
    return { parameter, input: h("input", { id, "data-testid": id, placeholder: parameter.placeholder, required: true, maxlength: 64,
      autocomplete: "off", "aria-describedby": id + "-hint" }), id };
  });
  const form = h("form", { class: "parameters", hidden: true, onsubmit: async (event) => {
    event.preventDefault();
    const lines = inputs.map(({ parameter, input }) => `${parameter.name}=${input.value.trim()}`);
    // Closed and emptied, so that no request is sent again with the last customer's values.
    form.reset();
    form.hidden = true;
    form.previousElementSibling.setAttribute("aria-expanded", "false");
    const own = await textOf(response);
    if (own) {
      insert([own.text, ...lines].join("\n"));
    }
  } },
  ...inputs.flatMap(({ parameter, input, id }) => [
    h("label", { for: id }, parameter.label), input, h("p", { class: "hint", id: id + "-hint" }, parameter.hint)]),
  h("button", { type: "submit", class: "primary small", "data-testid": "response-insert" }, "Insert into message"));
  // What Case Information knows is offered, never put over what somebody has typed.
  const offer = async () => {
    const own = await textOf(response);
    for (const { parameter, input } of own ? inputs : []) {
      const known = own.parameters.find((other) => other.name === parameter.name);
      if (input.value === "" && known && known.value) {
        input.value = known.value;
      }
    }
  };
  return { form, offer };
}

function entry(response) {
  const parts = response.parameters.length ? parameterForm(response) : null;
  const button = h("button", { type: "button", class: parts ? "response" : "response chip", title: response.text, "data-testid": "standard-response-" + response.id,
    "aria-expanded": parts ? "false" : null, onclick: async () => {
      if (!parts) {
        const own = await textOf(response);
        if (own) {
          insert(own.text);
        }
        return;
      }
      parts.form.hidden = !parts.form.hidden;
      button.setAttribute("aria-expanded", String(!parts.form.hidden));
      if (!parts.form.hidden) {
        parts.form.querySelector("input").focus();
        await parts.offer();
      }
    } },
  h("span", { class: "response-title" }, response.title), parts ? h("span", { class: "response-text" }, response.text) : "");
  const item = h("li", { class: parts ? "choice with-form" : "choice" }, button, parts ? parts.form : "");
  items.set(response.id, item);
  return item;
}

// Categories within categories, in the order in which the operator wrote them.
function tree(responses) {
  const root = { children: new Map(), responses: [] };
  for (const response of responses) {
    let node = root;
    for (const name of response.category.split("/")) {
      if (!node.children.has(name)) {
        node.children.set(name, { children: new Map(), responses: [] });
      }
      node = node.children.get(name);
    }
    node.responses.push(response);
  }
  return root;
}

function branch(node, outermost) {
  const parts = [...node.children].map(([name, child]) => h("details", { class: outermost ? "category" : "category inner", open: true },
    h("summary", {}, name), ...branch(child, false)));
  const chips = node.responses.every((response) => !response.parameters.length);
  return node.responses.length ? [h("ul", { class: chips ? "chips" : null }, ...node.responses.map(entry)), ...parts] : parts;
}

function enable() {
  const usable = mine(state.open);
  for (const control of place.querySelectorAll("button, input")) {
    control.disabled = !usable;
  }
}

export async function startResponses() {
  on("opened", () => {
    enable();
    refill();
  });
  on("summary", enable);
  on("data", refill);
  search.addEventListener("input", refill);
  // What empties the field without keys tells of it by this one alone.
  search.addEventListener("change", refill);
  const responses = await api.responses(null, "");
  // MicroApps first: they are what agents look for while a customer waits.
  const root = tree(responses);
  root.children = new Map([...root.children].reverse());
  place.replaceChildren(...branch(root, true));
  enable();
}
