//! `cargo xtask doctor` on a healthy page and on broken ones: it names what is wrong, the exact fix, and nothing else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::{Context, Result};
use e2e::browser::{Driver, Window};
use e2e::customer::Customer;
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::doctor::judge::findings;
use e2e::doctor::{Finding, Severity, look};
use e2e::stack::{Stack, published};
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
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
    for page in ["/de/", "/install/module.html"] {
        let (_stack, found) = examined(page, &[], false).await?;
        assert_eq!(found, [], "{page}");
    }
    Ok(())
}

/// The program itself, as `cargo xtask doctor` starts it: whether it succeeds, and what it prints.
fn run(arguments: &[&str]) -> Result<(bool, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_doctor")).args(arguments).output()?;
    Ok((output.status.success(), String::from_utf8(output.stdout)?))
}

/// What it prints where it has started no chat.
const NOT_LOOKED_FOR: &str =
    "Filters that other scripts leave show in a chat alone, and were not looked for; run again with --chat.\n";

#[tokio::test]
async fn prints_what_is_wrong_and_how_to_put_it_right_and_fails() -> Result<()> {
    let folder = published(&["cx-host.js", "cx-host.css", "cx-speechstorm.js"])?;
    let stack = Stack::start(&["--dist-dir", folder.path().to_str().unwrap()]).await?;
    let head = |page: &str| format!("{}{page}: cx-speechstorm {}\n\n", stack.site, env!("CARGO_PKG_VERSION"));
    let address = format!("{}/", stack.site);
    let (healthy, printed) = run(&[&address])?;
    assert_eq!((healthy, printed), (true, format!("{}{NOT_LOOKED_FOR}Nothing is wrong.\n", head("/"))));
    let (healthy, printed) = run(&[&address, "--chat"])?;
    let widgets = "Widgets call themselves 9.0.018.07.\n";
    assert_eq!((healthy, printed), (true, format!("{}{widgets}Nothing is wrong.\n", head("/"))));
    // The policy refuses WebAssembly, and the script without it is not there.
    let (healthy, printed) = run(&[&format!("{}/blocked-wasm.html", stack.site)])?;
    assert!(!healthy, "{printed}");
    let findings = printed.strip_prefix(&head("/blocked-wasm.html")).context(printed.clone())?;
    let findings = findings.strip_suffix(NOT_LOOKED_FOR).context(printed.clone())?;
    let [what, fix, ""] = findings.lines().collect::<Vec<_>>()[..] else { anyhow::bail!("one finding: {findings}") };
    assert!(what.starts_with("broken   ") && what.contains("refuses WebAssembly"), "{findings}");
    let missing = format!("The server has no {}/dist/cx-speechstorm.nowasm.js: it answers 404.", stack.site);
    assert!(what.ends_with(&missing), "{findings}");
    assert!(fix.starts_with("     fix  Add 'wasm-unsafe-eval' to script-src"), "{findings}");
    assert!(fix.ends_with("Or put cx-speechstorm.nowasm.js of the same release beside the script."), "{findings}");
    Ok(())
}

#[tokio::test]
async fn finds_a_language_that_is_not_beside_the_script() -> Result<()> {
    let folder = published(&["cx-host.js", "cx-host.css", "cx-speechstorm.js"])?;
    let flags = ["--dist-dir", folder.path().to_str().unwrap()];
    let (stack, found) = examined("/de/", &flags, false).await?;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].severity, Severity::Warning);
    assert!(found[0].what.contains(&format!("{}/dist/lang/de.json: it answers 404", stack.site)), "{found:#?}");
    assert!(found[0].fix.contains("Put the folder lang/ of the same release beside the script"), "{found:#?}");
    Ok(())
}

#[tokio::test]
async fn finds_that_what_has_the_plugins_name_is_the_script_that_it_replaces() -> Result<()> {
    let folder = published(&["cx-host.js", "cx-host.css"])?;
    std::fs::write(
        folder.path().join("cx-speechstorm.js"),
        "addEventListener('load', () => CXBus.registerPlugin('CXSpeechStorm'));",
    )?;
    let flags = ["--dist-dir", folder.path().to_str().unwrap()];
    let fix = |_: &Stack| "Put the file of this name from dist/ in its place".to_owned();
    finds("/", &flags, false, "is not this plugin", fix).await
}

/// The website with a page of the test's own at its root, which is told the stack's addresses.
async fn with_page(page: impl FnOnce(&Stack) -> String) -> Result<(Stack, TempDir)> {
    let folder = TempDir::new()?;
    let stack = Stack::start(&["--site-dir", folder.path().to_str().unwrap()]).await?;
    std::fs::write(folder.path().join("index.html"), page(&stack))?;
    Ok((stack, folder))
}

/// What the configuration says counts most, then the tag, then the vendor's global.
#[tokio::test]
async fn looks_at_the_server_that_the_plugin_launches_from_where_two_are_named() -> Result<()> {
    let page = |stack: &Stack| {
        format!(
            "<!doctype html><html lang=en><title>Two servers</title><link rel=stylesheet href=/dist/cx-host.css>\
             <script src=/global.js></script><script src=/config.js></script>\
             <script src=/dist/cx-speechstorm.js data-base-url={}></script><script src=/dist/cx-host.js></script>\
             <main><h1>Two servers</h1></main>",
            stack.messaging
        )
    };
    let (stack, folder) = with_page(page).await?;
    std::fs::write(folder.path().join("global.js"), "window.sSpeechStormServer = 'http://127.0.0.1:7999';")?;
    let facts = look::facts(&Url::parse(&format!("{}/", stack.site))?, false).await?;
    assert_eq!(facts.base_url.as_deref(), Some(stack.messaging.as_str()));
    assert_eq!(findings(&facts), []);
    let customer = Customer::visit(&Driver::start().await?, &stack, "/", Window::default()).await?;
    customer.start_chat().await?;
    DeskApi::accept(&stack).await?.say(PAYMENT).await?;
    customer.begin_payment().await
}

/// A website over https whose certificate nobody vouches for: it has this page and nothing else.
async fn encrypted(page: String) -> Result<String> {
    let rcgen::CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key.into())?;
    let tls = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("https://localhost:{}/", listener.local_addr()?.port());
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let (tls, page) = (tls.clone(), page.clone());
            tokio::spawn(async move {
                let mut connection = tls.accept(connection).await?;
                let _head = connection.read(&mut [0; 4096]).await?;
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    page.len()
                );
                connection.write_all(format!("{head}{page}").as_bytes()).await?;
                connection.shutdown().await
            });
        }
    });
    Ok(address)
}

#[tokio::test]
async fn finds_what_an_encrypted_page_uses_without_encryption() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    // Browsers take what this machine serves for safe; the Messaging Server is on none.
    let page = format!(
        "<!doctype html><html lang=en><title>Encrypted</title><script>window._genesys = {{ widgets: {{ \
         webchat: {{ dataURL: '{gms}/genesys/2/chat/customer-support' }}, \
         speechstorm: {{ baseURL: 'http://ia.invalid:8054' }} }} }};</script>\
         <script src={site}/dist/cx-speechstorm.js></script><script src={site}/dist/cx-host.js></script>",
        gms = stack.gms,
        site = stack.site
    );
    let address = Url::parse(&encrypted(page).await?)?;
    let window = Window { any_certificate: true, ..Window::default() };
    let found = findings(&look::facts_in(window, &address, false).await?);
    let mixed: Vec<_> = found.iter().filter(|one| one.what.contains("encrypted")).collect();
    assert_eq!(mixed.len(), 1, "{found:#?}");
    assert_eq!(mixed[0].severity, Severity::Broken);
    assert!(mixed[0].what.ends_with("speechstorm.baseURL is not: http://ia.invalid:8054."), "{found:#?}");
    assert_eq!(mixed[0].fix, "Have ia.invalid:8054 serve it over https, and use https in speechstorm.baseURL.");
    // And that nobody is there, which the browser does not say of an address that it does not even try.
    assert!(
        found.iter().all(|one| one.what.contains("encrypted") || one.what.contains("does not answer")),
        "{found:#?}"
    );
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
async fn finds_a_chat_service_that_is_not_there() -> Result<()> {
    let flags = ["--chat-server", "http://127.0.0.1:7998"];
    for chat in [false, true] {
        finds("/", &flags, chat, "No chat starts at http://127.0.0.1:7998/", |_| "webchat.dataURL".to_owned()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn finds_the_filter_of_the_old_script_in_a_chat() -> Result<()> {
    let (_stack, found) = examined("/versions/old-filter.html", &[], true).await?;
    let filter = found.iter().find(|finding| finding.what.contains("prefilter")).context("no filter")?;
    assert!(
        filter.fix.starts_with("Remove http://") && filter.fix.contains("/versions/old-filter.js from the page"),
        "{filter}"
    );
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
    let fix = |stack: &Stack| format!("Remove {}/install/take-name.js from the page", stack.site);
    finds("/install/name-taken.html", &[], false, "has the plugin's name", fix).await
}
