// A plugin for the windows of the open chat host, and what the compiler must not let pass. Checked by `cargo xtask lint`.

import type { Extension, FormDefinition, WidgetsConfiguration } from "../../www/host/cx-host.js";

const formJSON: FormDefinition = {
  inputs: [
    { name: "nickname", label: "@i18n:webchat.ChatFormNickname", required: true },
    { name: "topic", type: "select", options: ["Card", { text: "Savings", value: "s" }] },
    { name: "account", validate: (_event, _form, input) => /^\d+$/.test(input.attr("value") ?? "") },
    // @ts-expect-error: no such type of field
    { name: "colour", type: "color" },
  ],
};

export const extension: Extension = (_jQuery, bus) => {
  const plugin = bus.registerPlugin("Windows");
  if (!plugin) return;
  const terms = document.createElement("article");

  plugin.command("WebChat.open", { form: { autoSubmit: true, firstname: "Ada", account: "1" }, formJSON, userData: { page: "cards" } });
  plugin.command("WebChat.open", { form: false });
  plugin.command("WebChat.open");
  plugin.command("WebChat.minimize", { minimized: true });
  plugin.command("WebChat.showOverlay", { html: terms, hideFooter: true }).done((html) => html.addClass("terms"));
  // @ts-expect-error: it needs an element
  plugin.command("WebChat.showOverlay");
  // @ts-expect-error: strings are no elements
  plugin.command("WebChat.showOverlay", { html: "<b>terms</b>" });
  plugin.command("WebChat.injectMessage", { type: "text", text: "Paid" }).done((html) => html.find("a").get(0)?.remove());
  plugin.command("WebChat.injectMessage", { type: "html", text: "<b>Paid</b>" }).done((html) => {
    html.css("color", "red").css({ marginTop: 3 }).append("<i>now</i>", terms).on("click", "i", function () { this.remove(); });
    const shown: boolean = html.show().hasClass("cx-injected");
    return shown ? html.html() : html.prop("hidden", true).val();
  });
  plugin.command("WebChat.configure", { uploadsEnabled: true });

  plugin.command("Toaster.open", { title: "Pay", body: terms, controls: "all", buttons: { type: "binary", primary: "Yes", secondary: "No" } });
  plugin.command("Toaster.open", { type: "custom", body: terms }).done(({ html, events }) => {
    plugin.subscribe(events.close, () => html.remove());
  });
  // @ts-expect-error: no such type of notice
  plugin.command("Toaster.open", { type: "sticky", body: terms });
  // @ts-expect-error: two buttons have two words
  plugin.command("Toaster.open", { buttons: { type: "binary", primary: "Yes" } });

  plugin.command("Overlay.open", { html: terms, position: "bottom", maxWidth: 400 }).done(({ group }) => {
    plugin.command("Overlay.close", { group });
  });
  // @ts-expect-error: no such place
  plugin.command("Overlay.open", { html: terms, position: "top" });
  plugin.command("WindowManager.registerDockView", { html: terms }).done((dock) => dock.close());
  plugin.command("App.getTheme").done((name) => name.startsWith("cx-theme-"));
  plugin.command("App.zoom", { layout: "mobile" });
  // @ts-expect-error: no such layout
  plugin.command("App.zoom", { layout: "round" });
  plugin.command("App.registerI18n", { namespace: "webchat", lang: "fr", i18n: { ChatTitle: "Discussion" } });
  plugin.command("App.registerI18n", { namespace: "webchat", lang: "fr", i18n: { Errors: { 103: "Trop de messages" } } });
  // @ts-expect-error: words are texts
  plugin.command("App.registerI18n", { namespace: "webchat", lang: "fr", i18n: { ChatTitle: 1 } });

  plugin.subscribe("WebChat.messageAdded", ({ data }) => data.html.attr("id", data.id));
  plugin.subscribe("App.theme", ({ data }) => data.theme.length);
  // @ts-expect-error: it says a theme
  plugin.subscribe("App.theme", ({ data }) => data.language);
  plugin.ready();
};

export const configuration: WidgetsConfiguration = {
  main: { theme: "own", themes: { own: "bank-theme" }, lang: "ar", i18n: { ar: { webchat: { Errors: { "103": "x" } } } }, mobileMode: "auto", zoomBreakpoint: "40em",
    cookieOptions: { secure: true, sameSite: "None", partitioned: true, expires: 7 } },
  webchat: { dataURL: "https://gms.example/genesys/2/chat/svc", uploadsEnabled: true, markdown: true, form: formJSON },
  extensions: { Windows: extension },
};

// @ts-expect-error: versions that the host does not know
export const unknown: WidgetsConfiguration = { main: { emulate: "7" } };
