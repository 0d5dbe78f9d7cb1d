//! `cargo xtask doctor` on a healthy page and on broken ones: it names what is wrong, the exact fix, and nothing else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::{Context, Result};
use e2e::doctor::judge::findings;
use e2e::doctor::{Finding, Severity, look};
use e2e::stack::Stack;
use std::process::Command;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
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
    for (page, chat) in [("/", true), ("/install/module.html", false)] {
        let (_stack, found) = examined(page, &[], chat).await?;
        assert_eq!(found, [], "{page}");
    }
    Ok(())
}

/// The program itself, as `cargo xtask doctor` starts it: whether it succeeds, and what it prints.
fn run(address: &str) -> Result<(bool, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_doctor")).arg(address).output()?;
    Ok((output.status.success(), String::from_utf8(output.stdout)?))
}

#[tokio::test]
async fn prints_what_is_wrong_and_how_to_put_it_right_and_fails() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let head = |page: &str| format!("{}{page}: cx-speechstorm {}\n\n", stack.site, env!("CARGO_PKG_VERSION"));
    let (healthy, printed) = run(&format!("{}/slim.html", stack.site))?;
    assert_eq!((healthy, printed), (true, format!("{}Nothing is wrong.\n", head("/slim.html"))));
    // The policy refuses WebAssembly.
    let (healthy, printed) = run(&format!("{}/blocked-wasm.html", stack.site))?;
    assert!(!healthy, "{printed}");
    let findings = printed.strip_prefix(&head("/blocked-wasm.html")).context(printed.clone())?;
    let [what, fix, ""] = findings.lines().collect::<Vec<_>>()[..] else { anyhow::bail!("one finding: {findings}") };
    assert!(what.starts_with("broken   ") && what.contains("refuses WebAssembly"), "{findings}");
    assert!(fix.starts_with("     fix  Add 'wasm-unsafe-eval' to script-src"), "{findings}");
    Ok(())
}

/// A Messaging Server that says nothing of isolation, as most do: it answers everything with 404 and no header.
async fn plain_server() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _head = connection.read(&mut [0; 4096]).await;
                connection.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await
            });
        }
    });
    Ok(address)
}

#[tokio::test]
async fn finds_a_messaging_server_that_an_isolated_page_cannot_frame() -> Result<()> {
    let server = plain_server().await?;
    let headers =
        |_: &Stack| "Cross-Origin-Embedder-Policy: require-corp\nCross-Origin-Opener-Policy: same-origin".into();
    for (flags, agrees) in [(&["--messaging-server", &server][..], false), (&[], true)] {
        let stack = Stack::start_with_headers(flags, headers).await?;
        let found = findings(&look::facts(&Url::parse(&format!("{}/", stack.site))?, false).await?);
        assert_eq!(found.len(), usize::from(!agrees), "{found:#?}");
        let fix = "Cross-Origin-Embedder-Policy: require-corp and Cross-Origin-Resource-Policy: cross-origin";
        assert!(found.iter().all(|one| one.what.contains(&server) && one.fix.contains(fix)), "{found:#?}");
    }
    Ok(())
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
