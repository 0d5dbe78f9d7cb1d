// Standard responses: a click puts the text into the message field; a MicroApp asks for its parameters first.

import { api } from "./api.js";
import { insert } from "./composer.js";
import { byId, h } from "./dom.js";
import { mine, on, state } from "./state.js";

const place = byId("responses");

function parameterForm(response) {
  const inputs = response.parameters.map((parameter) => {
    const id = `response-${parameter.key}`;
    return { parameter, input: h("input", { id, "data-testid": id, placeholder: parameter.placeholder, required: true, maxlength: 64,
      autocomplete: "off", "aria-describedby": id + "-hint" }), id };
  });
  return h("form", { class: "parameters", hidden: true, onsubmit: (event) => {
    event.preventDefault();
    const lines = inputs.map(({ parameter, input }) => `${parameter.name}=${input.value.trim()}`);
    // Closed and emptied, so that no request is sent again with the last customer's values.
    event.target.reset();
    event.target.hidden = true;
    event.target.previousElementSibling.setAttribute("aria-expanded", "false");
    insert([response.text, ...lines].join("\n"));
  } },
  ...inputs.flatMap(({ parameter, input, id }) => [
    h("label", { for: id }, parameter.label), input, h("p", { class: "hint", id: id + "-hint" }, parameter.hint)]),
  h("button", { type: "submit", class: "primary small", "data-testid": "response-insert" }, "Insert into message"));
}

function entry(response) {
  const form = response.parameters.length ? parameterForm(response) : null;
  const button = h("button", { type: "button", class: form ? "response" : "response chip", title: response.text, "data-testid": "standard-response-" + response.id,
    "aria-expanded": form ? "false" : null, onclick: () => {
      if (!form) {
        insert(response.text);
        return;
      }
      form.hidden = !form.hidden;
      button.setAttribute("aria-expanded", String(!form.hidden));
      if (!form.hidden) {
        form.querySelector("input").focus();
      }
    } },
  h("span", { class: "response-title" }, response.title), form ? h("span", { class: "response-text" }, response.text) : "");
  return h("li", { class: form ? "with-form" : null }, button, form || "");
}

function enable() {
  const usable = mine(state.open);
  for (const control of place.querySelectorAll("button, input")) {
    control.disabled = !usable;
  }
}

export async function startResponses() {
  on("opened", enable);
  on("summary", enable);
  const responses = await api.standardResponses();
  const categories = [...new Set(responses.map((response) => response.category))].reverse();
  place.replaceChildren(...categories.map((category) => h("div", { class: "category" }, h("h3", {}, category),
    h("ul", { class: responses.some((response) => response.category === category && response.parameters.length) ? null : "chips" },
      ...responses.filter((response) => response.category === category).map(entry)))));
  enable();
}
