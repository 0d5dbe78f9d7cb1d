//! The examples of the documents, as they stand there, with only the addresses exchanged: pages are served and paid on,
//! scripts run, settings are given to the servers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "../../examples/mod.rs"]
pub mod examples;

use anyhow::{Context, Result};
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{CARD, CLOSE, Customer, FRAME};
use e2e::desk_api::DeskApi;
use e2e::doctor::judge::findings;
use e2e::doctor::look;
use e2e::engine::Engine;
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::{Value, json};
use tempfile::TempDir;

const INTEGRATE: &str = "docs/integrate.md";
const EXTEND: &str = "docs/extend.md";
const SCRIPT: &str = "<script src=\"/js/cx-speechstorm.js\"></script>\n";

/// A website of the documents' pages, and the open stack behind it.
struct Site {
    stack: Stack,
    folder: TempDir,
}

impl Site {
    /// With the files where the documents say that they are copied to, and our host in the place of Widgets.
    async fn open(headers: &str, flags: &[&str]) -> Result<Site> {
        let folder = TempDir::with_prefix("cx-docs-")?;
        let dist = examples::root().join("dist");
        for (from, to) in [
            ("cx-speechstorm.js", "js/cx-speechstorm.js"),
            ("cx-host.js", "js/widgets.min.js"),
            ("cx-host.css", "css/widgets.min.css"),
            ("cx-speechstorm.css", "css/cx-speechstorm.css"),
        ] {
            let to = folder.path().join(to);
            std::fs::create_dir_all(to.parent().context("no folder")?)?;
            std::fs::copy(dist.join(from), to)?;
        }
        std::fs::create_dir_all(folder.path().join("js/lang"))?;
        for file in std::fs::read_dir(dist.join("lang"))? {
            let file = file?;
            std::fs::copy(file.path(), folder.path().join("js/lang").join(file.file_name()))?;
        }
        std::fs::write(folder.path().join("index.html"), "")?;
        let pages = folder.path().to_str().context("a path")?;
        let flags = [&["--site-dir", pages], flags].concat();
        let stack = Stack::start_with_headers(&flags, |stack| with_addresses(stack, headers)).await?;
        Ok(Site { stack, folder })
    }

    /// Puts an example, or what was made of one, onto the website.
    fn write(&self, file: &str, text: &str) -> Result<()> {
        Ok(std::fs::write(self.folder.path().join(file), with_addresses(&self.stack, text))?)
    }

    /// A customer on a page, and nothing that the page's policy had to refuse.
    async fn visit(&self, page: &str) -> Result<Customer> {
        let driver = Driver::start().await?;
        let watch = "window.refused = [];
            document.addEventListener('securitypolicyviolation', (event) => {
              window.refused.push(event.effectiveDirective + ' ' + event.blockedURI);
            });";
        Customer::visit_with(&driver, &format!("{}/{page}", self.stack.site), Window::default(), watch).await
    }

    /// From the start of the chat to the agent's news of the end, with the standard response of the document.
    async fn pays(&self, customer: &Customer) -> Result<DeskApi> {
        customer.start_chat().await?;
        let agent = DeskApi::accept(&self.stack).await?;
        agent.say(examples::named(INTEGRATE, "standard-response.txt").trim_end()).await?;
        if eval(&customer.client, "!!window._genesys.widgets.speechstorm?.consent").await? == true {
            browser::click(&customer.client, ".cx-speechstorm-yes").await?;
        }
        customer.begin_payment().await?;
        customer.enter_card(CARD).await?;
        customer.pay().await?;
        agent.hears("External", "microapp:progress:block:Result").await?;
        agent.hears("Client", "microapp:progress:ended").await?;
        browser::click(&customer.client, CLOSE).await?;
        customer.app_is_gone().await?;
        customer.saw_no_line().await?;
        Ok(agent)
    }
}

/// The addresses of the documents are examples; these are the stack's.
fn with_addresses(stack: &Stack, text: &str) -> String {
    let text = text.replace("https://gms.example", &stack.gms).replace("https://ia.example:8054", &stack.messaging);
    text.replace("https://www.example", &stack.site)
}

async fn refused(customer: &Customer) -> Result<Value> {
    eval(&customer.client, "window.refused").await
}

#[tokio::test]
async fn a_new_page_takes_a_payment() -> Result<()> {
    let settings = TempDir::with_prefix("cx-docs-")?;
    let file = settings.path().join("server-settings.properties");
    let text = examples::named(INTEGRATE, "server-settings.properties");
    std::fs::write(&file, &text)?;
    let site = Site::open("", &["--server-settings", file.to_str().unwrap()]).await?;
    site.write("shop.html", &examples::named(INTEGRATE, "shop.html"))?;
    let agent = site.pays(&site.visit("shop.html").await?).await?;
    let chat = agent.chat().await?;
    let entries = chat["transcript"].as_array().unwrap();
    let status = entries.iter().find(|entry| entry["text"] == "microapp:progress:block:Result").unwrap();
    let nickname = text.lines().find_map(|line| line.strip_prefix("GenesysSDK.Widgets.ProgressNotifier.Nickname="));
    assert_eq!(status["from"]["nickname"], nickname.unwrap(), "the settings were read");
    Ok(())
}

#[tokio::test]
async fn the_new_page_takes_a_payment_under_the_headers_of_the_security_page() -> Result<()> {
    let headers = examples::named("docs/security.md", "page-headers.http");
    let site = Site::open(&headers, &[]).await?;
    site.write("js/chat-config.js", &examples::named(INTEGRATE, "chat-config.js"))?;
    site.write("strict.html", &examples::named(INTEGRATE, "strict.html"))?;
    let customer = site.visit("strict.html").await?;
    site.pays(&customer).await?;
    assert_eq!(refused(&customer).await?, json!([]), "nothing had to be refused");
    let sets = "(() => { try { document.body.innerHTML = '<b>x</b>'; return true; } catch { return false; } })()";
    assert_eq!(eval(&customer.client, sets).await?, false, "the policy is in force");
    Ok(())
}

/// Only what the table of security.md lists for the drop-in in English with the launch by query: the host's own stylesheet
/// and the question whether the server is there are refused, and the payment goes through.
#[tokio::test]
async fn the_plugin_needs_no_more_than_the_table_of_directives_says() -> Result<()> {
    let policy = "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
                  connect-src https://gms.example; frame-src https://ia.example:8054";
    let site = Site::open(policy, &[]).await?;
    site.write("js/chat-config.js", &examples::named(INTEGRATE, "chat-config.js"))?;
    let page = examples::named(INTEGRATE, "strict.html");
    site.write("strict.html", &page)?;
    let customer = site.visit("strict.html").await?;
    site.pays(&customer).await?;
    let refused = refused(&customer).await?;
    let refused: Vec<_> = refused.as_array().unwrap().iter().map(|what| what.as_str().unwrap()).collect();
    assert!(refused.iter().any(|what| what.ends_with("/css/widgets.min.css")), "the policy is in force: {refused:?}");
    // Firefox asks for the page's icon by itself.
    let others = ["/css/widgets.min.css", "/favicon.ico"];
    let ours: Vec<_> = refused.iter().filter(|what| !others.iter().any(|other| what.ends_with(other))).collect();
    assert_eq!(ours.len(), 1, "{ours:?}");
    assert!(ours[0].starts_with("connect-src") && ours[0].ends_with("/fish-messaging/ping"), "{ours:?}");
    Ok(())
}

/// What the app may use is what both the page's header and the frame's attribute allow it.
#[tokio::test]
async fn the_permissions_policy_decides_what_the_app_may_use() -> Result<()> {
    if Engine::chosen()? != Engine::Chromium {
        // Firefox knows no Permissions-Policy.
        return Ok(());
    }
    let headers = examples::named("docs/security.md", "page-headers.http");
    let named = |feature: &str| {
        headers.replace(&format!("{feature}=(self \"https://ia.example:8054\")"), &format!("{feature}=()"))
    };
    for (headers, allowed) in [(headers.clone(), true), (named("payment"), false)] {
        let site = Site::open(&headers, &[]).await?;
        site.write("js/chat-config.js", &examples::named(INTEGRATE, "chat-config.js"))?;
        site.write("strict.html", &examples::named(INTEGRATE, "strict.html"))?;
        let customer = site.visit("strict.html").await?;
        customer.start_chat().await?;
        let agent = DeskApi::accept(&site.stack).await?;
        agent.say(examples::named(INTEGRATE, "standard-response.txt").trim_end()).await?;
        browser::click(&customer.client, ".cx-speechstorm-yes").await?;
        customer.enter_app("[data-testid=begin]").await?;
        let may = eval(&customer.client, "document.featurePolicy.allowsFeature('payment')").await?;
        assert_eq!(may, allowed, "{headers}");
        customer.leave_app().await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_doctor_finds_nothing_on_the_pages_of_the_documents() -> Result<()> {
    let headers = examples::named("docs/security.md", "page-headers.http");
    for (document, example, headers) in
        [(INTEGRATE, "shop.html", ""), (INTEGRATE, "strict.html", &headers), ("docs/migrate.md", "old-page.html", "")]
    {
        let site = Site::open(headers, &[]).await?;
        site.write("js/chat-config.js", &examples::named(INTEGRATE, "chat-config.js"))?;
        site.write("page.html", &examples::named(document, example))?;
        let facts = look::facts(&format!("{}/page.html", site.stack.site).parse()?, false).await?;
        assert_eq!(findings(&facts), [], "{example}");
    }
    Ok(())
}

#[tokio::test]
async fn the_languages_beside_the_script_are_found() -> Result<()> {
    let site = Site::open("", &[]).await?;
    site.write("shop.html", &examples::named(INTEGRATE, "shop.html").replace("lang: \"en\"", "lang: \"de\""))?;
    let customer = site.visit("shop.html").await?;
    customer.start_chat().await?;
    let agent = DeskApi::accept(&site.stack).await?;
    agent.say(examples::named(INTEGRATE, "standard-response.txt").trim_end()).await?;
    browser::find(&customer.client, ".cx-speechstorm-shell[lang=de] .cx-speechstorm-close[aria-label=Schließen]")
        .await?;
    Ok(())
}

#[tokio::test]
async fn the_old_page_takes_a_payment_with_the_new_file() -> Result<()> {
    let site = Site::open("", &[]).await?;
    site.write("old.html", &examples::named("docs/migrate.md", "old-page.html"))?;
    site.pays(&site.visit("old.html").await?).await.map(|_| ())
}

#[tokio::test]
async fn the_old_page_keeps_the_toaster_by_an_attribute() -> Result<()> {
    let site = Site::open("", &[]).await?;
    let page = examples::named("docs/migrate.md", "old-page.html");
    let steps = std::fs::read_to_string(examples::root().join("docs/migrate.md"))?;
    let attribute = steps.split("add `").nth(1).unwrap().split('`').next().unwrap();
    site.write("old.html", &page.replace("cx-speechstorm.js\"", &format!("cx-speechstorm.js\" {attribute}")))?;
    let customer = site.visit("old.html").await?;
    customer.start_chat().await?;
    let agent = DeskApi::accept(&site.stack).await?;
    agent.say(examples::named(INTEGRATE, "standard-response.txt").trim_end()).await?;
    browser::find(&customer.client, &format!(".cx-toaster {FRAME}")).await.map(|_| ())
}

#[tokio::test]
async fn the_lines_of_the_readme_take_a_payment() -> Result<()> {
    let site = Site::open("", &[]).await?;
    let lines = examples::named("README.md", "snippet.html");
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Shop</title>\n\
         <link rel=\"stylesheet\" href=\"/css/widgets.min.css\">\n{lines}</head><body></body></html>"
    );
    site.write("readme.html", &page)?;
    site.pays(&site.visit("readme.html").await?).await.map(|_| ())
}

/// The page of integrate.md with one more script, before ours.
fn shop_with(file: &str) -> String {
    let page = examples::named(INTEGRATE, "shop.html");
    let with = page.replace(SCRIPT, &format!("<script src=\"/js/{file}\"></script>\n{SCRIPT}"));
    assert_ne!(page, with, "the page has our script");
    with
}

#[tokio::test]
async fn the_plugin_of_extend_counts_what_agents_write() -> Result<()> {
    let site = Site::open("", &[]).await?;
    site.write("js/agent-counter.js", &examples::named(EXTEND, "agent-counter.js"))?;
    site.write("shop.html", &shop_with("agent-counter.js"))?;
    let customer = site.visit("shop.html").await?;
    customer.start_chat().await?;
    let agent = DeskApi::accept(&site.stack).await?;
    agent.say("Hello Jamie.").await?;
    customer.say("Hi.").await?;
    agent.say("How can I help?").await?;
    customer.reads("How can I help?").await?;
    let ask = "const done = arguments[0];
        window._genesys.widgets.bus.command('AgentCounter.get').done(done).fail(() => done('refused'));";
    until_true("both messages are counted", async || {
        Ok(customer.client.execute_async(ask, Vec::new()).await? == json!({ "messages": 2 }))
    })
    .await
}

#[tokio::test]
async fn the_page_of_extend_follows_the_payment() -> Result<()> {
    let site = Site::open("", &[]).await?;
    site.write("js/follow.js", &examples::named(EXTEND, "follow.js"))?;
    site.write("shop.html", &shop_with("follow.js"))?;
    let customer = site.visit("shop.html").await?;
    site.pays(&customer).await?;
    let said = browser::find(&customer.client, "[role=status].payment").await?.text().await?;
    assert_eq!(said, "Your payment has ended.");
    Ok(())
}

/// What the compiler has checked is also JavaScript; the plugin `shop` is the one of the page's extension.
#[tokio::test]
async fn the_extension_hooks_events_and_commands_of_extend_run() -> Result<()> {
    let (extension, hooks) = (examples::named(EXTEND, "extension.ts"), examples::named(EXTEND, "hooks.ts"));
    let (events, commands) = (examples::named(EXTEND, "events.ts"), examples::named(EXTEND, "commands.ts"));
    let site = Site::open("", &[]).await?;
    site.write("may-open", "")?;
    let script = extension.replace("shop.ready();", "{ shop.ready(); window.shop = shop; }");
    site.write("js/shop.js", &script)?;
    let page = examples::named("docs/migrate.md", "old-page.html");
    site.write("page.html", &page.replace(SCRIPT, &format!("<script src=\"/js/shop.js\"></script>\n{SCRIPT}")))?;
    let customer = site.visit("page.html").await?;
    until_true("the extension has its plugin", async || Ok(eval(&customer.client, "!!window.shop").await? == true))
        .await?;
    customer.client.execute(&format!("const {{ shop }} = window;\n{hooks}{events}"), Vec::new()).await?;
    site.pays(&customer).await?;
    let says = async |all: &[&str]| -> Result<()> {
        until_true(&format!("the console has {all:?}"), async || {
            let console = browser::console(&customer.client).await?;
            let mut lines = console.lines();
            Ok(all.iter().all(|wanted| lines.any(|line| line.starts_with(wanted))))
        })
        .await
    };
    says(&["info Card Details", "info block:Card Details", "info ended"]).await?;
    customer.client.execute(&format!("const {{ shop }} = window;\n{commands}"), Vec::new()).await?;
    // The app had not opened when it was taken back; the plugin is gone.
    says(&["warn cancelled"]).await?;
    until_true("the plugin has gone", async || {
        Ok(eval(&customer.client, "document.querySelectorAll('.cx-speechstorm').length").await? == 0)
    })
    .await
}

#[tokio::test]
async fn the_watch_of_troubleshoot_names_wrong_options() -> Result<()> {
    let site = Site::open("", &[]).await?;
    site.write("js/watch.js", &examples::named("docs/troubleshoot.md", "watch.js"))?;
    site.write("js/chat-config.js", &examples::named(INTEGRATE, "chat-config.js").replace("overlay", "attic"))?;
    let page = examples::named(INTEGRATE, "strict.html");
    site.write("strict.html", &page.replace(SCRIPT, &format!("<script src=\"/js/watch.js\"></script>\n{SCRIPT}")))?;
    let customer = site.visit("strict.html").await?;
    until_true("the console names code and option", async || {
        let console = browser::console(&customer.client).await?;
        Ok(console.contains("failed: bad_config.") && console.contains("placement: panel, toaster"))
    })
    .await
}

/// The page of migrate.md names the servers by globals, so that the configuration has only what configure.md shows.
#[tokio::test]
async fn the_configuration_of_configure_counts_and_the_page_can_be_asked() -> Result<()> {
    let site = Site::open("", &[]).await?;
    site.write("js/config.js", &examples::named("docs/configure.md", "config.js"))?;
    let page = examples::named("docs/migrate.md", "old-page.html");
    site.write("page.html", &page.replace(SCRIPT, &format!("<script src=\"/js/config.js\"></script>\n{SCRIPT}")))?;
    let customer = site.visit("page.html").await?;
    let state = examples::named("docs/troubleshoot.md", "state.js");
    let says = async |state_of: &str| -> Result<()> {
        until_true(&format!("the page says {state_of}"), async || {
            customer.client.execute(&state, Vec::new()).await?;
            Ok(browser::console(&customer.client).await?.contains(&format!("info {state_of}")))
        })
        .await
    };
    says("idle").await?;
    customer.start_chat().await?;
    let agent = DeskApi::accept(&site.stack).await?;
    agent.say(examples::named(INTEGRATE, "standard-response.txt").trim_end()).await?;
    browser::find(&customer.client, ".cx-speechstorm-overlay .cx-speechstorm-yes").await?;
    says("consenting").await?;
    browser::click(&customer.client, ".cx-speechstorm-no").await?;
    until_true("the hook has printed how it ended", async || {
        Ok(browser::console(&customer.client).await?.contains("info declined"))
    })
    .await
}

#[tokio::test]
async fn the_stylesheet_of_look_colours_the_window() -> Result<()> {
    let site = Site::open("", &[]).await?;
    site.write("css/shop.css", &examples::named("docs/look.md", "shop.css"))?;
    let page = examples::named(INTEGRATE, "shop.html");
    site.write("shop.html", &page.replace("</head>", "<link rel=\"stylesheet\" href=\"/css/shop.css\">\n</head>"))?;
    let customer = site.visit("shop.html").await?;
    customer.start_chat().await?;
    let agent = DeskApi::accept(&site.stack).await?;
    agent.say(examples::named(INTEGRATE, "standard-response.txt").trim_end()).await?;
    browser::find(&customer.client, CLOSE).await?;
    let header = "getComputedStyle(document.querySelector('.cx-speechstorm-header')).backgroundColor";
    assert_eq!(eval(&customer.client, header).await?, "rgb(102, 0, 102)");
    Ok(())
}
