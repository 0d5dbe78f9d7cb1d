//! `cargo xtask doctor` on a healthy page and on broken ones: it names what is wrong, the exact fix, and nothing else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::doctor::judge::findings;
use e2e::doctor::{Finding, Severity, look};
use e2e::stack::Stack;
use url::Url;

async fn examined(page: &str, flags: &[&str], chat: bool) -> Result<(Stack, Vec<Finding>)> {
    let stack = Stack::start(flags).await?;
    let facts = look::facts(&Url::parse(&format!("{}{page}", stack.site))?, chat).await?;
    Ok((stack, findings(&facts)))
}

/// Fails unless exactly this is found; the fix is made of the stack's addresses.
async fn finds(page: &str, flags: &[&str], chat: bool, what: &str, fix: impl Fn(&Stack) -> String) -> Result<()> {
    let (stack, found) = examined(page, flags, chat).await?;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].what.contains(what) && found[0].fix.contains(&fix(&stack)), "{found:#?}");
    Ok(())
}

#[tokio::test]
async fn finds_nothing_on_healthy_pages() -> Result<()> {
    for (page, chat) in [("/", true), ("/slim.html", false), ("/install/module.html", false)] {
        let (_stack, found) = examined(page, &[], chat).await?;
        assert_eq!(found, [], "{page}");
    }
    Ok(())
}

#[tokio::test]
async fn finds_a_policy_that_refuses_webassembly() -> Result<()> {
    let fix = |_: &Stack| "Add 'wasm-unsafe-eval' to script-src".to_owned();
    finds("/blocked-wasm.html", &[], false, "refuses WebAssembly", fix).await
}

#[tokio::test]
async fn finds_a_messaging_server_that_must_not_be_framed() -> Result<()> {
    let fix = |stack: &Stack| format!("frame-ancestors {}", stack.site);
    finds("/", &["--fault", "frame-denied"], false, "does not let", fix).await
}

#[tokio::test]
async fn finds_a_messaging_server_that_is_not_there() -> Result<()> {
    let flags = ["--messaging-server", "http://127.0.0.1:7999"];
    finds("/", &flags, false, "http://127.0.0.1:7999 does not answer", |_| "speechstorm.baseURL".to_owned()).await
}

#[tokio::test]
async fn finds_the_filter_of_the_old_script_in_a_chat() -> Result<()> {
    let (_stack, found) = examined("/versions/old-filter.html", &[], true).await?;
    // The plugin is not on that page at all, which is said as well.
    let whats: Vec<_> = found.iter().map(|finding| finding.what.as_str()).collect();
    assert_eq!(whats.len(), 2, "{found:#?}");
    assert!(whats.iter().any(|what| what.contains("prefilter") && what.contains("/^microapp:/")), "{found:#?}");
    assert!(whats.contains(&"The plugin is not on this page."), "{found:#?}");
    Ok(())
}

#[tokio::test]
async fn finds_copies_of_the_script_and_only_warns() -> Result<()> {
    let (_stack, found) = examined("/install/twice.html", &[], false).await?;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].severity, Severity::Warning);
    assert!(found[0].what.contains("3 times"), "{found:#?}");
    Ok(())
}

#[tokio::test]
async fn finds_the_script_that_it_replaces() -> Result<()> {
    let fix = |_: &Stack| "Remove the script that this one replaces".to_owned();
    finds("/install/name-taken.html", &[], false, "has the plugin's name", fix).await
}
