// A framed app, and what the compiler must not let pass. Checked by `cargo xtask lint`.

import { connect } from "../../pkg-template/frame-sdk.js";

const page = connect({ parentOrigin: "https://www.example" });
page.title("Secure payment");
page.steps(["Welcome", "Card Details"], 0);
page.onTheme((theme) => document.documentElement.setAttribute("data-theme", theme));
document.querySelector("#begin")?.addEventListener("click", () => page.progress("Card Details"));
document.querySelector("#pay")?.addEventListener("click", () => page.ended());
// @ts-expect-error: the parent's origin is required
connect({});
// @ts-expect-error: a step has a name
page.progress(3);
