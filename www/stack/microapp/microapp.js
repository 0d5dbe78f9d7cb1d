// Messages between a MicroApp page and the page that embeds it; small comforts of the card form.
(function () {
  "use strict";
  var body = document.body;
  var domain = body.dataset.domain;

  function tell(text) {
    if (domain && window.parent !== window) {
      window.parent.postMessage(text, domain);
    }
  }

  if (body.dataset.block) {
    tell("microapp:progress:block:" + body.dataset.block);
  }
  if ("last" in body.dataset) {
    tell("microapp:progress:ended");
  }

  window.addEventListener("message", function (event) {
    if (event.source !== window.parent || event.origin !== domain || event.data !== "speechstorm:hangup") {
      return;
    }
    // keepalive: the embedding page removes this frame as soon as it has its answer.
    fetch(body.dataset.hangup, { method: "POST", keepalive: true, credentials: "omit" }).catch(function () {});
    tell("speechstorm:closed");
  });

  var target = document.querySelector("[data-focus]");
  if (target) {
    target.focus();
  }
  document.querySelectorAll(".summary a").forEach(function (link) {
    link.addEventListener("click", function (event) {
      var field = document.getElementById(link.hash.slice(1));
      if (field) {
        event.preventDefault();
        field.focus();
      }
    });
  });

  // Grouping while typing at the end only, so that the caret never jumps in the middle of a correction.
  function whileTyping(selector, format) {
    var input = document.querySelector(selector);
    if (!input) {
      return;
    }
    input.addEventListener("input", function (event) {
      var adding = !event.inputType || event.inputType.indexOf("insert") === 0;
      if (adding && input.selectionStart === input.value.length) {
        input.value = format(input.value);
      }
    });
  }
  whileTyping("[data-group]", function (value) {
    var digits = value.replace(/\D/g, "").slice(0, 19);
    return digits.replace(/(.{4})(?=.)/g, "$1 ");
  });
  whileTyping("[data-expiry]", function (value) {
    var digits = value.replace(/\D/g, "").slice(0, 6);
    return digits.length > 2 ? digits.slice(0, 2) + "/" + digits.slice(2) : digits;
  });

  document.querySelectorAll("form").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.getAttribute("aria-busy") === "true") {
        event.preventDefault();
        return;
      }
      form.setAttribute("aria-busy", "true");
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[aria-busy]").forEach(function (form) {
      form.removeAttribute("aria-busy");
    });
  });
})();
