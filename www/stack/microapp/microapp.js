// A MicroApp page on top of the frame SDK; small comforts of the card form.
import { connect } from "./frame-sdk.js";

const { body, documentElement: root } = document;
const page = connect({ parentOrigin: body.dataset.domain });

page.title(document.title);
page.steps(body.dataset.steps.split("|"), Number(body.dataset.at));
if (body.dataset.block) {
  page.progress(body.dataset.block);
}
if ("last" in body.dataset) {
  page.ended();
}

page.onHangup(() => {
  // keepalive: the embedding page removes this frame as soon as it has its answer.
  fetch(body.dataset.hangup, { method: "POST", keepalive: true, credentials: "omit" }).catch(() => {});
});

// Remembered for the next page, which would otherwise show its own until it is told. Storage may be forbidden.
function remembered(name, told) {
  try {
    if (told) {
      sessionStorage.setItem(name, told);
    }
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}
function show(name, told) {
  const value = remembered(name, told) ?? told;
  if (value) {
    root.dataset[name] = value;
  }
}
["theme", "layout", "language"].forEach((name) => show(name));
page.onTheme((told) => show("theme", told));
page.onLayout((told) => show("layout", told));

// A page that is written on stays as it is; the next one speaks the language.
let touched = false;
document.addEventListener("input", () => {
  touched = true;
});

function write(language) {
  for (const amount of document.querySelectorAll("[data-currency]")) {
    const style = { style: "currency", currency: amount.dataset.currency, currencyDisplay: "code" };
    local(amount, () => new Intl.NumberFormat(language, style).format(amount.dataset.value));
  }
  for (const time of document.querySelectorAll("[data-date]")) {
    const style = { dateStyle: "long", timeZone: "UTC" };
    local(time, () => new Intl.DateTimeFormat(language, style).format(new Date(time.dateTime)));
  }
  function local(element, text) {
    try {
      element.textContent = text();
      element.lang = language;
    } catch {
      // No language or no currency that the browser knows: as it was.
    }
  }
}

// Money and dates are written as the customer is used to, also where the words are not in the customer's language.
page.onLanguage(async (language) => {
  show("language", language);
  write(language);
  const primary = language.toLowerCase().split(/[-_]/)[0];
  if (primary === root.lang || !body.dataset.languages.split(" ").includes(primary)) {
    return;
  }
  const words = new URLSearchParams({ language: primary });
  const answer = await fetch(body.dataset.language, { method: "POST", body: words, credentials: "omit" }).catch(() => {});
  if (answer?.headers.get("Content-Language") === primary && !touched) {
    location.reload();
  }
});
write(root.dataset.language ?? root.lang);

document.querySelector("[data-focus]")?.focus();
for (const link of document.querySelectorAll(".summary a")) {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (field) {
      event.preventDefault();
      field.focus();
    }
  });
}

// Grouping while typing at the end only, so that the caret never jumps in the middle of a correction.
function whileTyping(selector, format) {
  const input = document.querySelector(selector);
  input?.addEventListener("input", (event) => {
    const adding = !event.inputType || event.inputType.startsWith("insert");
    if (adding && input.selectionStart === input.value.length) {
      input.value = format(input.value);
    }
  });
}
whileTyping("[data-group]", (value) => value.replace(/\D/g, "").slice(0, 19).replace(/(.{4})(?=.)/g, "$1 "));
whileTyping("[data-expiry]", (value) => {
  const digits = value.replace(/\D/g, "").slice(0, 6);
  return digits.length > 2 ? `${digits.slice(0, 2)}/${digits.slice(2)}` : digits;
});

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
  });
}
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
});
