// What an integrator writes, and what the compiler must not let pass. Checked by `cargo xtask lint`.

import { install, version } from "../../pkg-template/index.js";
import type { Configuration, End, ErrorCode, Failure, OpenRequest, State } from "../../pkg-template/index.js";

const configuration: Configuration = {
  baseURL: "https://ia.example:8054",
  placement: "overlay",
  acceptFrom: ["Agent", "Supervisor"],
  onBusy: "queue",
  cardGuard: "mask",
  loadTimeout: 10,
  onBeforeOpen: async ({ name, asker, origin }: OpenRequest) => (name ?? asker ?? origin).length > 0,
  onProgress: ({ milestone, block }) => console.info(milestone, block?.length),
  onEnd: ({ outcome, code }: End) => console.info(outcome, code),
  onError: (failure: Failure) => console.warn(failure.code, failure.remedy, failure.faults?.map((fault) => fault.option)),
};

window._genesys = {
  widgets: {
    main: { lang: "de", i18n: { de: { speechstorm: { title: "Sicheres Formular" } } } },
    webchat: { dataURL: "https://gms.example/genesys/2/chat/customer-support" },
    speechstorm: configuration,
  },
};

document.addEventListener("cx-speechstorm:progress", (event) => event.detail.milestone.toUpperCase());
document.addEventListener("cx-speechstorm:failed", ({ detail }) => detail.remedy.toUpperCase());
document.addEventListener("cx-speechstorm:guarded", ({ detail }) => detail.action === "masked");
// @ts-expect-error: progress has a milestone, not a percentage
document.addEventListener("cx-speechstorm:progress", (event) => event.detail.percent);

// @ts-expect-error: no such placement
const misplaced: Configuration = { placement: "popup" };
// @ts-expect-error: a customer cannot open MicroApps
const open: Configuration = { acceptFrom: ["Client"] };
// @ts-expect-error: seconds are a number
const slow: Configuration = { loadTimeout: "20" };
// @ts-expect-error: misspelt
const misspelt: Configuration = { baseUrl: "https://ia.example" };
// @ts-expect-error: a hook is a function
const hook: Configuration = { onEnd: "log" };
// @ts-expect-error: no such code
const code: ErrorCode = "no_such_code";

export function remedy(failure: Failure): string {
  switch (failure.code) {
    case "wasm_blocked":
    case "unreachable":
      return failure.remedy;
    // @ts-expect-error: no such code
    case "http_404":
      return "";
    default:
      return failure.message;
  }
}

export const describe = ({ state, minimized, waiting, name }: State): string =>
  // @ts-expect-error: no such state
  state === "paused" ? "" : `${state} ${minimized} ${waiting} ${name ?? ""}`;

install();
install({ configuration, css: false });
install({ wasm: new URL("cx-speechstorm.wasm", "https://cdn.example/"), configuration: { placement: "dock" } });
console.info(version.split("."));
// @ts-expect-error: no such placement
install({ configuration: { placement: "popup" } });
// @ts-expect-error: yes or no
install({ css: "none" });

export { code, hook, misplaced, misspelt, open, slow };
