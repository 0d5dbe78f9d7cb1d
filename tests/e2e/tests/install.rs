//! Every way to put the plugin on a page (bus facts 2): each ends with a customer in the Payment MicroApp who has not seen
//! a MicroApp line.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{Customer, FRAME};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::stack::Stack;
use e2e::wait::until_true;
use std::path::{Path, PathBuf};

/// The copy of the script that is in charge of the page.
const IN_CHARGE: &str = "window[Symbol.for('cx-speechstorm')]";

/// A customer on a page, and the stack, which must live as long.
struct Visit {
    stack: Stack,
    customer: Customer,
}

impl Visit {
    /// The website as it is: its policy lets no script add scripts (`require-trusted-types-for 'script'`).
    async fn to(page: &str) -> Result<Visit> {
        let stack = Stack::start(&[]).await?;
        Visit::begin(stack, page).await
    }

    /// The website on an origin of its own without its Content-Security-Policy: for pages that add scripts, and for
    /// Widgets that do it for them.
    async fn without_policy(page: &str, flags: &[&str]) -> Result<Visit> {
        let stack = Stack::start_without_policy(flags).await?;
        Visit::begin(stack, page).await
    }

    async fn begin(stack: Stack, page: &str) -> Result<Visit> {
        let driver = Driver::start().await?;
        let customer = Customer::visit(&driver, &stack, page, Window::default()).await?;
        Ok(Visit { stack, customer })
    }

    /// Waits until the plugin is on the bus.
    async fn plugin_has_started(&self) -> Result<()> {
        until_true("the plugin is on the bus", async || {
            Ok(eval(&self.customer.client, &format!("{IN_CHARGE}?.started() === true")).await? == true)
        })
        .await
    }

    /// Chats, and is asked to pay: the app works, once, and no line is ever seen.
    async fn pays(&self) -> Result<()> {
        self.customer.start_chat().await?;
        let server = DeskApi::accept(&self.stack).await?;
        server.say(PAYMENT).await?;
        self.customer.begin_payment().await?;
        server.hears("External", "microapp:progress:block:Card Details").await?;
        server.say("Take your time.").await?;
        self.customer.reads("Take your time.").await?;
        assert_eq!(eval(&self.customer.client, "document.querySelectorAll('iframe').length").await?, 1);
        let record = server.record().await?;
        assert_eq!(record["microapps"].as_array().unwrap().len(), 1, "launched once");
        self.customer.saw_no_line().await
    }

    async fn console(&self) -> Result<String> {
        browser::console(&self.customer.client).await
    }
}

async fn works(page: &str) -> Result<()> {
    let visit = Visit::to(page).await?;
    visit.plugin_has_started().await?;
    visit.pays().await
}

async fn works_without_policy(page: &str) -> Result<()> {
    let visit = Visit::without_policy(page, &[]).await?;
    visit.plugin_has_started().await?;
    visit.pays().await
}

#[tokio::test]
async fn script_before_widgets() -> Result<()> {
    works("/").await
}

#[tokio::test]
async fn script_after_widgets() -> Result<()> {
    works("/install/after.html").await
}

#[tokio::test]
async fn script_async() -> Result<()> {
    works("/install/async.html").await
}

#[tokio::test]
async fn script_defer() -> Result<()> {
    works("/install/defer.html").await
}

#[tokio::test]
async fn script_as_a_module_finds_its_folder_and_attributes() -> Result<()> {
    let visit = Visit::to("/install/module.html").await?;
    visit.plugin_has_started().await?;
    visit.pays().await?;
    assert!(browser::is_there(&visit.customer.client, &format!(".cx-toaster {FRAME}")).await?, "data-placement counts");
    Ok(())
}

#[tokio::test]
async fn script_on_a_page_in_another_encoding_from_a_server_that_names_none() -> Result<()> {
    let visit = Visit::to("/install/windows-1252.html").await?;
    assert_eq!(eval(&visit.customer.client, "document.characterSet").await?, "windows-1252");
    let answer = reqwest::get(format!("{}/dist/cx-speechstorm.js", visit.stack.site)).await?;
    assert_eq!(answer.headers()["content-type"], "text/javascript");
    visit.plugin_has_started().await?;
    visit.pays().await
}

#[tokio::test]
async fn script_injected_after_the_page_has_loaded() -> Result<()> {
    works_without_policy("/install/injected.html").await
}

#[tokio::test]
async fn configuration_replaced_by_a_page_script() -> Result<()> {
    works("/install/replaced.html").await
}

#[tokio::test]
async fn widgets_injected_late_with_another_configuration() -> Result<()> {
    works_without_policy("/install/late-widgets.html").await
}

#[tokio::test]
async fn extension_registered_late_by_address() -> Result<()> {
    works_without_policy("/install/register-extension.html").await
}

#[tokio::test]
async fn extension_registered_late_as_a_function() -> Result<()> {
    works("/install/register-function.html").await
}

#[tokio::test]
async fn extension_given_as_an_address() -> Result<()> {
    works_without_policy("/install/extension-url.html").await
}

#[tokio::test]
async fn plugin_map_and_a_first_command() -> Result<()> {
    let visit = Visit::without_policy("/install/plugin-map.html", &[]).await?;
    assert_eq!(eval(&visit.customer.client, &format!("{IN_CHARGE} === undefined")).await?, true, "not loaded yet");
    // Without data the command is refused, by the plugin itself: it was loaded for it and has answered.
    let command = "const done = arguments[0];
        window.CXBus.command('CXSpeechStorm.open', {}).done(done).fail((reason) => done(reason.code));";
    let answer = visit.customer.client.execute_async(command, Vec::new()).await?;
    assert_eq!(answer, "bad_command");
    visit.pays().await
}

#[tokio::test]
async fn plugin_map_and_preload() -> Result<()> {
    works_without_policy("/install/preload.html").await
}

#[tokio::test]
async fn a_request_that_was_there_before_the_script_opens_and_goes_from_the_screen() -> Result<()> {
    let visit = Visit::without_policy("/install/on-demand.html", &[]).await?;
    visit.customer.start_chat().await?;
    let server = DeskApi::accept(&visit.stack).await?;
    server.say(PAYMENT).await?;
    visit.customer.may_be_shown(PAYMENT);
    visit.customer.reads("microapp://app/T3NB68E-").await?;
    let script = "const script = document.createElement('script');
        script.src = '/dist/cx-speechstorm.js';
        document.head.append(script);";
    visit.customer.client.execute(script, Vec::new()).await?;
    visit.customer.begin_payment().await?;
    server.hears("External", "microapp:progress:block:Card Details").await?;
    let left = eval(&visit.customer.client, "document.body.textContent.includes('microapp:')").await?;
    assert_eq!(left, false, "neither drawn nor in the copy for screen readers");
    Ok(())
}

#[tokio::test]
async fn loaded_three_times_it_runs_once() -> Result<()> {
    let visit = Visit::to("/install/twice.html").await?;
    visit.plugin_has_started().await?;
    visit.pays().await?;
    assert!(visit.console().await?.contains("is on this page twice"));
    assert_eq!(eval(&visit.customer.client, "document.adoptedStyleSheets.length").await?, 1);
    Ok(())
}

/// The built files, with a copy of the plugin beside them that claims to be of version 9.9.9.
fn dist_with_a_newer_plugin(test: &str) -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = root.join("target/tmp").join(test);
    std::fs::create_dir_all(&folder)?;
    for name in ["cx-host.js", "cx-host.css", "cx-speechstorm.js"] {
        std::fs::copy(root.join("dist").join(name), folder.join(name))?;
    }
    let script = std::fs::read_to_string(folder.join("cx-speechstorm.js"))?;
    let version = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(script.contains(&version), "the version stands in the script");
    std::fs::write(folder.join("cx-speechstorm-newer.js"), script.replace(&version, "\"9.9.9\""))?;
    Ok(folder)
}

async fn two_versions(page: &str, runs: &str, rests: &str) -> Result<()> {
    let dist = dist_with_a_newer_plugin(runs)?;
    let visit = Visit::without_policy(page, &["--dist-dir", dist.to_str().unwrap()]).await?;
    visit.plugin_has_started().await?;
    let warning = format!("version {runs} runs, version {rests} stays idle");
    until_true("the console names both versions", async || Ok(visit.console().await?.contains(&warning))).await?;
    assert_eq!(eval(&visit.customer.client, &format!("{IN_CHARGE}.version")).await?, runs);
    visit.pays().await?;
    assert_eq!(eval(&visit.customer.client, "document.adoptedStyleSheets.length").await?, 1);
    Ok(())
}

#[tokio::test]
async fn of_two_versions_the_newer_wins_when_it_comes_second() -> Result<()> {
    two_versions("/install/twice-newer.html", "9.9.9", env!("CARGO_PKG_VERSION")).await
}

#[tokio::test]
async fn of_two_versions_the_newer_wins_when_it_comes_first() -> Result<()> {
    two_versions("/install/twice-older.html", "9.9.9", env!("CARGO_PKG_VERSION")).await
}

#[tokio::test]
async fn of_two_versions_the_older_goes_on_when_it_has_started() -> Result<()> {
    two_versions("/install/twice-late.html", env!("CARGO_PKG_VERSION"), "9.9.9").await
}

#[tokio::test]
async fn beside_the_script_that_it_replaces_it_stays_idle_and_says_so() -> Result<()> {
    let visit = Visit::to("/install/name-taken.html").await?;
    visit.customer.start_chat().await?;
    let server = DeskApi::accept(&visit.stack).await?;
    server.say("Hello Jamie.").await?;
    visit.customer.reads("Hello Jamie.").await?;
    let console = visit.console().await?;
    assert!(console.contains("CXSpeechStorm: is on this page already"), "{console}");
    assert!(!console.contains("SEVERE"), "nothing failed: {console}");
    Ok(())
}
