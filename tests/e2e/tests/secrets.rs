//! The look for secrets at the end of every scenario finds what is planted in each place, and nothing else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{Browser, Driver, Window, eval};
use e2e::customer::{CARD, Customer};
use e2e::secrets::{self, Scenario};
use e2e::stack::Stack;
use e2e::wait::until_true;

/// A plugin of the watched name, on a page without ours.
const PLUGIN: &str = "const plugin = CXBus.registerPlugin('CXSpeechStorm');";

struct Scene {
    _stack: Stack,
    browser: Browser,
    scenario: Scenario,
}

impl Scene {
    async fn open() -> Result<Scene> {
        let stack = Stack::start(&[]).await?;
        let browser = Driver::start().await?.open(Window::default()).await?;
        secrets::watch(&browser).await?;
        browser.goto(&format!("{}/without-plugin.html", stack.site)).await?;
        until_true("the bus is there", async || Ok(eval(&browser, "typeof CXBus").await? == "object")).await?;
        let scenario = Scenario { site: stack.site.clone(), ..Scenario::default() };
        Ok(Scene { _stack: stack, browser, scenario })
    }

    async fn found(&self) -> Result<Vec<String>> {
        secrets::found(self.browser.bidi(), &self.scenario).await
    }

    /// Plants something by a script of the page: it is found where it is, and nowhere else.
    async fn plants(&self, script: &str, place: &str, secret: &str) -> Result<()> {
        assert_eq!(self.found().await?, [""; 0], "clean before");
        self.browser.execute(script, Vec::new()).await?;
        let found = self.found().await?;
        assert!(!found.is_empty(), "{secret} in {place} is not found");
        let head = format!("{place} has {secret}, after: ");
        assert!(found.iter().all(|found| found.starts_with(&head)), "{found:?}");
        Ok(())
    }
}

#[tokio::test]
async fn a_secret_in_the_console_is_found_also_after_the_page_has_been_left() -> Result<()> {
    let scene = Scene::open().await?;
    assert_eq!(scene.found().await?, [""; 0]);
    scene.browser.execute("console.info({ deep: [{ text: 'Amount=USD77.80' }] })", Vec::new()).await?;
    scene.browser.goto("about:blank").await?;
    let found = scene.found().await?;
    assert!(found.iter().any(|found| found.starts_with("page has USD77.80, after: console")), "{found:?}");
    Ok(())
}

#[tokio::test]
async fn a_secret_that_the_plugin_publishes_is_found() -> Result<()> {
    let script = format!("{PLUGIN} plugin.publish('opened', {{ parameters: {{ AccountNumber: 'x' }} }});");
    Scene::open().await?.plants(&script, "page", "AccountNumber").await
}

#[tokio::test]
async fn a_secret_that_the_plugin_answers_is_found() -> Result<()> {
    let script = format!(
        "{PLUGIN} plugin.registerCommand('open', ({{ deferred }}) => deferred.reject({{ hint: '= 1234567' }}));
        plugin.ready();
        CXBus.registerPlugin('Page').command('CXSpeechStorm.open', {{}});"
    );
    Scene::open().await?.plants(&script, "page", "1234567").await
}

#[tokio::test]
async fn a_secret_in_a_dom_event_is_found() -> Result<()> {
    let script = format!("document.dispatchEvent(new CustomEvent('cx-speechstorm:failed', {{ detail: '{CARD}' }}))");
    Scene::open().await?.plants(&script, "page", CARD).await
}

#[tokio::test]
async fn a_secret_in_either_storage_is_found() -> Result<()> {
    for storage in ["sessionStorage", "localStorage"] {
        let script = format!("{storage}.setItem('cx-speechstorm.planted', 'microapp://app/T/N')");
        Scene::open().await?.plants(&script, "storage", "microapp://").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_secret_in_the_dom_is_found_except_in_the_address_of_the_frame() -> Result<()> {
    let scene = Scene::open().await?;
    let frame = "const frame = document.createElement('iframe');
        frame.id = 'speechstorm_webivr_iframe';
        frame.src = 'about:blank?AccountNumber';
        document.body.append(frame);";
    scene.browser.execute(frame, Vec::new()).await?;
    scene.plants("document.body.dataset.planted = 'AccountNumber'", "DOM", "AccountNumber").await
}

#[tokio::test]
async fn the_key_of_the_chat_is_found_although_its_cookie_has_gone() -> Result<()> {
    let script =
        "const cookie = '_genesys.widgets.webchat.state.keys=' + encodeURIComponent('{\"secureKey\":\"planted-key\"}');
        document.cookie = cookie;
        console.debug('a sign of life');
        document.cookie = cookie + '; max-age=0';
        sessionStorage.setItem('planted', 'planted-key');";
    Scene::open().await?.plants(script, "storage", "planted-key").await
}

#[tokio::test]
async fn what_the_customer_said_is_for_the_chats_window_alone() -> Result<()> {
    let mut scene = Scene::open().await?;
    scene.scenario.said.push("my cat is ill".into());
    scene.browser.execute("document.title = 'my cat is ill'", Vec::new()).await?;
    scene.plants("localStorage.setItem('planted', 'my cat is ill')", "storage", "my cat is ill").await
}

#[tokio::test]
async fn a_page_that_is_not_watched_does_not_pass() -> Result<()> {
    let scene = Scene::open().await?;
    let other = Driver::start().await?.open(Window::default()).await?;
    other.goto(&scene.scenario.site).await?;
    let error = secrets::found(other.bidi(), &scene.scenario).await.unwrap_err();
    assert!(format!("{error:#}").contains("the page is not watched"), "{error:#}");
    Ok(())
}

#[tokio::test]
#[should_panic(expected = "secrets were left behind:\nDOM has AccountNumber")]
async fn a_customer_who_leaves_a_secret_behind_fails_the_test() {
    let stack = Stack::start(&[]).await.unwrap();
    let driver = Driver::start().await.unwrap();
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await.unwrap();
    customer.client.execute("document.title = 'AccountNumber'", Vec::new()).await.unwrap();
}
