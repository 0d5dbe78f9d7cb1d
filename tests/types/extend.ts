// The examples of docs/extend.md, as they stand there. Checked by `cargo xtask lint`.

import type { PluginInterface } from "../../pkg-template/index.js";

declare const shop: PluginInterface;

window._genesys = { widgets: { extensions: {
  Shop(jQuery, bus) {
    const shop = bus.registerPlugin("Shop");
    if (shop) shop.ready();
  },
} } };

shop.command("CXSpeechStorm.open", { appToken: "T3NB68E-" }).fail(({ code, remedy }) => console.warn(code, remedy));
shop.command("CXSpeechStorm.getState").done(({ state, milestone }) => console.info(state, milestone));
shop.command("CXSpeechStorm.minimize");
shop.command("CXSpeechStorm.unminimize");
shop.command("CXSpeechStorm.retry");
shop.command("CXSpeechStorm.cancel");
shop.command("CXSpeechStorm.close", { immediately: true });
shop.command("CXSpeechStorm.configure", { placement: "dock", consent: true });
shop.command("CXSpeechStorm.destroy");

shop.subscribe("CXSpeechStorm.progress", ({ data }) => console.info(data.milestone));
document.addEventListener("cx-speechstorm:progress", ({ detail }) => console.info(detail.milestone));
document.addEventListener("cx-speechstorm:failed", ({ detail }) => console.warn(detail.code, detail.remedy));

shop.command("CXSpeechStorm.configure", {
  onBeforeOpen: async ({ origin }) => (await fetch(`/may-open?from=${encodeURIComponent(origin)}`)).ok,
  onProgress: ({ block }) => console.info(block),
  onEnd: ({ outcome, code }) => console.info(outcome, code),
  onError: ({ code }) => console.warn(code),
});
