//! One script tag, put on a page in every way that integrators have.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::Result;
use packaging::journey::{Case, Outcome, all};
use packaging::page::{Page, Place, Timing};
use packaging::server::{Conditions, GOOD, Wasm};

const DROP_IN: &str = "cx-speechstorm.js";
const SLIM: &str = "cx-speechstorm.slim.js";
const WITHOUT_WASM: &str = "cx-speechstorm.nowasm.js";
/// The slim script for developers.
const DEBUG: &str = "debug/cx-speechstorm.slim.js";

const fn case(name: &'static str, page: Page) -> Case {
    Case { name, page, conditions: GOOD, before: None, outcome: Outcome::Opens }
}

/// The places that a tag can have, and the ways to get the file, which are the same for each script.
fn everywhere(file: &'static str) -> Vec<Case> {
    let page = Page::with(file);
    vec![
        case("head", page),
        case("after-widgets", Page { place: Place::AfterWidgets, ..page }),
        case("end-of-body", Page { place: Place::EndOfBody, ..page }),
        case("async", Page { timing: Timing::Async, ..page }),
        case("defer", Page { timing: Timing::Defer, ..page }),
        case("module", Page { timing: Timing::Module, ..page }),
        case("injected", Page { place: Place::Injected, ..page }),
        // The slashes of the query are no folder.
        case("query", Page { query: "?v=1&from=/another/folder/", ..page }),
        case("integrity", Page { integrity: true, ..page }),
        case("other-origin", Page { elsewhere: true, ..page }),
        case("other-origin-integrity", Page { elsewhere: true, integrity: true, ..page }),
        case("own-stylesheet", Page { css: Some("none"), ..page }),
        case("injected-from-other-origin", Page { elsewhere: true, integrity: true, place: Place::Injected, ..page }),
    ]
}

#[tokio::test]
async fn the_drop_in_works_wherever_its_tag_stands_and_wherever_it_comes_from() -> Result<()> {
    all(&everywhere(DROP_IN)).await
}

#[tokio::test]
async fn the_slim_script_works_wherever_its_tag_stands_and_wherever_it_comes_from() -> Result<()> {
    let debug = case("for-developers", Page::with(DEBUG));
    all(&[everywhere(SLIM), vec![debug]].concat()).await
}

#[tokio::test]
async fn the_script_without_webassembly_works_wherever_its_tag_stands_and_wherever_it_comes_from() -> Result<()> {
    let without = |case: Case| Case { outcome: Outcome::OpensWithoutWasm, ..case };
    all(&everywhere(WITHOUT_WASM).into_iter().map(without).collect::<Vec<_>>()).await
}

/// Each script under policies that let only some scripts run.
fn under_policies(file: &'static str) -> Vec<Case> {
    let page = Page::with(file);
    let nonce = Some("{nonce} 'wasm-unsafe-eval'");
    let strict = Some("{nonce} 'strict-dynamic' 'wasm-unsafe-eval'");
    vec![
        case("own-scripts", Page { scripts: Some("'self' 'wasm-unsafe-eval'"), ..page }),
        case("nonce", Page { scripts: nonce, ..page }),
        case("nonce-and-integrity", Page { scripts: nonce, integrity: true, place: Place::EndOfBody, ..page }),
        case("strict-dynamic", Page { scripts: strict, ..page }),
        // The script that is added has no nonce: it is trusted because the one that adds it is.
        case("strict-dynamic-injected", Page { scripts: strict, place: Place::Injected, ..page }),
    ]
}

#[tokio::test]
async fn the_drop_in_works_under_policies_with_a_nonce_and_with_strict_dynamic() -> Result<()> {
    all(&under_policies(DROP_IN)).await
}

#[tokio::test]
async fn the_slim_script_works_under_policies_with_a_nonce_and_with_strict_dynamic() -> Result<()> {
    all(&under_policies(SLIM)).await
}

/// By itself, where WebAssembly is refused once Widgets are there.
#[tokio::test]
async fn the_script_without_webassembly_works_under_policies_that_refuse_it() -> Result<()> {
    let page = Page {
        place: Place::AfterWidgets,
        scripts: Some("{nonce} 'wasm-unsafe-eval'"),
        scripts_after_widgets: Some("{nonce}"),
        ..Page::with(WITHOUT_WASM)
    };
    let strict = Page {
        scripts: Some("{nonce} 'strict-dynamic' 'wasm-unsafe-eval'"),
        scripts_after_widgets: Some("{nonce} 'strict-dynamic'"),
        ..page
    };
    let opens = |name, page| Case { outcome: Outcome::OpensWithoutWasm, ..case(name, page) };
    all(&[
        opens("nonce", page),
        opens("nonce-and-integrity", Page { integrity: true, ..page }),
        opens("strict-dynamic", strict),
        opens("strict-dynamic-injected", Page { place: Place::Injected, ..strict }),
    ])
    .await
}

const UNAVAILABLE: Outcome =
    Outcome::Fails("wasm_unavailable", "Serve the .wasm file of this version beside the script.");

#[tokio::test]
async fn wasm_that_is_not_served_as_it_should_be_is_used_if_it_can_be_or_says_why_not() -> Result<()> {
    let served = |name, wasm, once, outcome| Case {
        conditions: Conditions { wasm, once, ..GOOD },
        outcome,
        ..case(name, Page::with(SLIM))
    };
    all(&[
        served("wrong-type", Wasm::WrongType, false, Outcome::Opens),
        served("missing", Wasm::Missing, false, UNAVAILABLE),
        served("html-page", Wasm::HtmlPage, false, UNAVAILABLE),
        served("truncated", Wasm::HalfOfIt, false, UNAVAILABLE),
        served("older", Wasm::Older, false, UNAVAILABLE),
        // What an interrupted release has left in caches: asked once more around them, all is well.
        served("html-page-once", Wasm::HtmlPage, true, Outcome::Opens),
        served("truncated-once", Wasm::HalfOfIt, true, Outcome::Opens),
        served("older-once", Wasm::Older, true, Outcome::Opens),
        Case {
            page: Page { elsewhere: true, ..Page::with(SLIM) },
            ..served("not-shared", Wasm::NotShared, false, UNAVAILABLE)
        },
    ])
    .await
}

#[tokio::test]
async fn a_service_worker_with_an_older_wasm_is_got_around_or_named() -> Result<()> {
    all(&[
        Case { before: Some("/register"), ..case("worker", Page::with(SLIM)) },
        Case { before: Some("/register-stubborn"), outcome: UNAVAILABLE, ..case("stubborn-worker", Page::with(SLIM)) },
        // Nothing of the drop-in is fetched apart.
        Case { before: Some("/register-stubborn"), ..case("worker-and-drop-in", Page::with(DROP_IN)) },
    ])
    .await
}

/// Pages whose policy refuses WebAssembly once Widgets are there. The script without it must come from the script's own
/// folder, with the page's nonce. `alone` is a policy that lets no script run but this one.
fn without_wasm(file: &'static str, alone: &'static str) -> Vec<Case> {
    let page = Page { place: Place::AfterWidgets, ..Page::with(file) };
    let nonces = Page { scripts: Some("{nonce} 'wasm-unsafe-eval'"), ..page };
    let strict = Page {
        scripts: Some("{nonce} 'strict-dynamic' 'wasm-unsafe-eval'"),
        scripts_after_widgets: Some("{nonce} 'strict-dynamic'"),
        ..page
    };
    let opens = |name, page| Case { outcome: Outcome::OpensWithoutWasm, ..case(name, page) };
    let fails = |name, page| Case { outcome: BLOCKED, ..case(name, page) };
    vec![
        opens("own-scripts", Page { scripts_after_widgets: Some("'self'"), ..page }),
        opens("async", Page { scripts_after_widgets: Some("'self'"), timing: Timing::Async, ..page }),
        opens("end-of-body", Page { scripts_after_widgets: Some("'self'"), place: Place::EndOfBody, ..page }),
        opens("nonce", Page { scripts_after_widgets: Some("{nonce}"), ..nonces }),
        opens("strict-dynamic", strict),
        opens("strict-dynamic-injected", Page { place: Place::Injected, ..strict }),
        Case {
            conditions: Conditions { without: Some(WITHOUT_WASM), ..GOOD },
            ..fails("missing", Page { scripts_after_widgets: Some("'self'"), ..page })
        },
        // What stands there is of another build, which `integrity` keeps from running.
        Case {
            conditions: Conditions { outdated: Some(WITHOUT_WASM), ..GOOD },
            ..fails("outdated", Page { scripts_after_widgets: Some("'self'"), ..page })
        },
        opens("other-origin", Page { scripts_after_widgets: Some("'self' {other}"), elsewhere: true, ..page }),
        opens("other-origin-nonce", Page { scripts_after_widgets: Some("{nonce}"), elsewhere: true, ..nonces }),
        opens("other-origin-strict-dynamic", Page { elsewhere: true, ..strict }),
        // A file of another origin that pages may not read cannot be looked at for its hash.
        Case {
            conditions: Conditions { wasm: Wasm::NotShared, ..GOOD },
            ..fails("other-origin-not-shared", Page { elsewhere: true, ..strict })
        },
        opens("query", Page { scripts_after_widgets: Some("'self'"), query: "?v=1&from=/another/folder/", ..page }),
        // It is there, and the page's policy does not let the script add it.
        fails("not-let", Page { scripts_after_widgets: Some(alone), ..page }),
        opens("no-webassembly", Page { older: Some("no-webassembly.js"), ..page }),
        Case {
            conditions: Conditions { without: Some(WITHOUT_WASM), ..GOOD },
            ..fails("no-webassembly-and-missing", Page { older: Some("no-webassembly.js"), ..page })
        },
    ]
}

/// The same where Trusted Types let no script be given an address.
fn without_wasm_by_trusted_types(file: &'static str, alone: &'static str) -> Vec<Case> {
    let page = Page { place: Place::AfterWidgets, trusted_types: true, ..Page::with(file) };
    let own = Page { scripts_after_widgets: Some("'self'"), ..page };
    let nonce = Page { scripts: Some("{nonce} 'wasm-unsafe-eval'"), scripts_after_widgets: Some("{nonce}"), ..page };
    let strict = Page {
        scripts: Some("{nonce} 'strict-dynamic' 'wasm-unsafe-eval'"),
        scripts_after_widgets: Some("{nonce} 'strict-dynamic'"),
        ..page
    };
    let opens = |name, page| Case { outcome: Outcome::OpensWithoutWasm, ..case(name, page) };
    let fails = |name, page, conditions| Case { outcome: BLOCKED, conditions, ..case(name, page) };
    vec![
        opens("types-own-scripts", own),
        opens("types-nonce", nonce),
        opens("types-nonce-integrity", Page { integrity: true, timing: Timing::Defer, ..nonce }),
        opens("types-strict-dynamic", strict),
        opens("types-module", Page { timing: Timing::Module, ..strict }),
        opens("types-query", Page { query: "?v=1&from=/another/folder/", ..own }),
        opens("types-other-origin", Page { scripts_after_widgets: Some("'self' {other}"), elsewhere: true, ..page }),
        opens("types-other-origin-strict-dynamic", Page { elsewhere: true, ..strict }),
        fails(
            "types-other-origin-not-shared",
            Page { elsewhere: true, ..strict },
            Conditions { wasm: Wasm::NotShared, ..GOOD },
        ),
        fails("types-missing", strict, Conditions { without: Some(WITHOUT_WASM), ..GOOD }),
        fails("types-outdated", strict, Conditions { outdated: Some(WITHOUT_WASM), ..GOOD }),
        fails("types-not-let", Page { scripts_after_widgets: Some(alone), ..page }, GOOD),
    ]
}

const BLOCKED: Outcome = Outcome::Fails(
    "wasm_blocked",
    "'wasm-unsafe-eval' to script-src, or serve the nowasm file of this version beside the script, with CORS.",
);

#[tokio::test]
async fn where_webassembly_is_refused_the_drop_in_falls_back_or_names_the_directive() -> Result<()> {
    all(&without_wasm(DROP_IN, "{origin}/js/cx-speechstorm.js")).await
}

#[tokio::test]
async fn where_webassembly_is_refused_the_slim_script_falls_back_or_names_the_directive() -> Result<()> {
    all(&without_wasm(SLIM, "{origin}/js/cx-speechstorm.slim.js")).await
}

#[tokio::test]
async fn where_trusted_types_are_required_the_drop_in_falls_back_as_well() -> Result<()> {
    all(&without_wasm_by_trusted_types(DROP_IN, "{origin}/js/cx-speechstorm.js")).await
}

#[tokio::test]
async fn where_trusted_types_are_required_the_slim_script_falls_back_as_well() -> Result<()> {
    all(&without_wasm_by_trusted_types(SLIM, "{origin}/js/cx-speechstorm.slim.js")).await
}

#[tokio::test]
async fn browsers_that_decode_less_at_once_run_the_drop_in() -> Result<()> {
    let older = Page { place: Place::AfterWidgets, older: Some("no-base64.js"), ..Page::with(DROP_IN) };
    all(&[case("no-base64", older)]).await
}
