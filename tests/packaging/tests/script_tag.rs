//! One script tag, put on a page in every way that integrators have.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::Result;
use packaging::journey::{Case, Outcome, all};
use packaging::page::{Page, Place, Timing};
use packaging::server::GOOD;

const DROP_IN: &str = "cx-speechstorm.js";
const SLIM: &str = "cx-speechstorm.slim.js";

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
        case("injected-from-other-origin", Page { elsewhere: true, integrity: true, place: Place::Injected, ..page }),
    ]
}

#[tokio::test]
async fn the_drop_in_works_wherever_its_tag_stands_and_wherever_it_comes_from() -> Result<()> {
    all(&everywhere(DROP_IN)).await
}

#[tokio::test]
async fn the_slim_script_works_wherever_its_tag_stands_and_wherever_it_comes_from() -> Result<()> {
    all(&everywhere(SLIM)).await
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
