//! `cargo xtask doctor` where the published files are not served as they should be: what the browser then tells is enough to
//! name the file, the fault and the fix.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::{Context, Result, ensure};
use e2e::doctor::judge::findings;
use e2e::doctor::{Severity, look};
use packaging::page::{Page, Place};
use packaging::server::{Conditions, GOOD, Site, Wasm};
use url::Url;

const SLIM: Page = Page::with("cx-speechstorm.slim.js");

/// The one finding on a page: how bad it is, and parts of what is wrong and of the fix.
type Expected = (Severity, &'static str, &'static str);

async fn finds(name: &str, page: &Page, conditions: Conditions, (severity, what, fix): Expected) -> Result<()> {
    let site = Site::with_page(name, page, conditions).await?;
    let facts = look::facts(&Url::parse(&format!("{}/", site.origin))?, false).await?;
    let found = findings(&facts);
    ensure!(found.len() == 1, "{name}: {found:#?}");
    let one = found.first().context("nothing found")?;
    let fix = fix.replace("{origin}", &site.origin).replace("{other}", &site.other);
    ensure!(one.severity == severity && one.what.contains(what) && one.fix.contains(&fix), "{name}: {one}");
    Ok(())
}

fn served(wasm: Wasm) -> Conditions {
    Conditions { wasm, ..GOOD }
}

#[tokio::test]
async fn finds_wasm_that_is_missing_or_another_page_or_of_another_build_or_of_the_wrong_type() -> Result<()> {
    let fix = "of the same release beside the script";
    finds("missing", &SLIM, served(Wasm::Missing), (Severity::Broken, "answers 404", fix)).await?;
    finds("html", &SLIM, served(Wasm::HtmlPage), (Severity::Broken, "an HTML page", fix)).await?;
    for (name, wasm) in [("older", Wasm::Older), ("half", Wasm::HalfOfIt)] {
        finds(name, &SLIM, served(wasm), (Severity::Broken, "not of the same build as the script", fix)).await?;
    }
    let kind = (Severity::Warning, "application/octet-stream", "Content-Type: application/wasm");
    finds("wrong-type", &SLIM, served(Wasm::WrongType), kind).await
}

#[tokio::test]
async fn finds_wasm_of_another_origin_that_the_page_may_not_read() -> Result<()> {
    let page = Page { elsewhere: true, ..SLIM };
    let expected = (Severity::Broken, "comes from another origin", "Access-Control-Allow-Origin: {origin}");
    finds("not-shared", &page, served(Wasm::NotShared), expected).await
}

#[tokio::test]
async fn finds_a_script_that_the_policy_does_not_know() -> Result<()> {
    // What is injected has no nonce.
    let page = Page { place: Place::Injected, scripts: Some("{nonce} 'wasm-unsafe-eval'"), ..SLIM };
    let expected = (Severity::Broken, "(script-src)", "Add {origin} to script-src");
    finds("no-nonce", &page, GOOD, expected).await
}

#[tokio::test]
async fn finds_a_script_or_a_stylesheet_that_is_missing() -> Result<()> {
    let without = Conditions { without: Some(SLIM.file), ..GOOD };
    let fix = "Put cx-speechstorm.slim.js there, or correct the script tag";
    finds("no-script", &SLIM, without, (Severity::Broken, "cx-speechstorm.slim.js: it answers 404", fix)).await?;
    let without = Conditions { without: Some("cx-speechstorm.css"), ..GOOD };
    let fix = "Put cx-speechstorm.css of the same release beside the script";
    finds("no-styles", &SLIM, without, (Severity::Broken, "cx-speechstorm.css: it answers 404", fix)).await
}

#[tokio::test]
async fn finds_that_what_is_there_is_not_the_published_script() -> Result<()> {
    let other = Conditions { outdated: Some(SLIM.file), ..GOOD };
    let from = "Put the file of this name from dist/ there";
    finds("another-script", &SLIM, other, (Severity::Broken, "is there and has not run", from)).await?;
    let checked = Page { integrity: true, ..SLIM };
    let hash = "the integrity that manifest.json of the same release gives";
    finds("another-hash", &checked, other, (Severity::Broken, "its integrity attribute is that of another", hash)).await
}

#[tokio::test]
async fn finds_why_the_script_without_webassembly_has_not_come() -> Result<()> {
    const WITHOUT_WASM: &str = "cx-speechstorm.nowasm.js";
    let page = Page { place: Place::AfterWidgets, scripts_after_widgets: Some("'self' {other}"), ..SLIM };
    let beside = "Or put cx-speechstorm.nowasm.js of the same release beside the script";
    for (name, conditions, what) in [
        ("without-none", Conditions { without: Some(WITHOUT_WASM), ..GOOD }, "it answers 404"),
        ("without-older", Conditions { outdated: Some(WITHOUT_WASM), ..GOOD }, "not of the same build as the script"),
    ] {
        finds(name, &page, conditions, (Severity::Broken, what, beside)).await?;
    }
    let alone = Page { scripts_after_widgets: Some("{origin}/js/cx-speechstorm.slim.js"), ..page };
    let refused = "cx-speechstorm.nowasm.js as well (script-src)";
    finds("without-leave", &alone, GOOD, (Severity::Broken, refused, "Or add {origin} to script-src")).await?;
    let elsewhere = Page { elsewhere: true, ..page };
    let shared = "Or have that server send Access-Control-Allow-Origin: {origin}";
    let what = "cx-speechstorm.nowasm.js comes from another origin";
    finds("without-share", &elsewhere, served(Wasm::NotShared), (Severity::Broken, what, shared)).await
}

#[tokio::test]
async fn finds_that_webassembly_is_refused_where_the_plugin_runs_without_it() -> Result<()> {
    let page = Page { place: Place::AfterWidgets, scripts_after_widgets: Some("'self'"), ..SLIM };
    let slow = (Severity::Warning, "runs as JavaScript", "'wasm-unsafe-eval'");
    finds("fallback", &page, GOOD, slow).await
}
