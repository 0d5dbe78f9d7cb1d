//! Policies of websites and browsers under which a payment must go through, each in force and proven to be.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{Driver, Window, eval};
use e2e::customer::{CARD, Customer};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::stack::Stack;
use e2e::wait::{until, until_true};
use serde_json::{Value, json};

struct Scene {
    stack: Stack,
    customer: Customer,
}

impl Scene {
    async fn on(page: &str, window: Window) -> Result<Scene> {
        let stack = Stack::start(&[]).await?;
        let driver = Driver::start().await?;
        // By this name the website and the Messaging Server, which keeps its number, are two sites.
        let site = stack.site.replace("127.0.0.1", "localhost");
        let customer = Customer::visit_with(&driver, &format!("{site}/policies/{page}.html"), window, "").await?;
        Ok(Scene { stack, customer })
    }

    async fn begins(&self) -> Result<DeskApi> {
        self.customer.start_chat().await?;
        let agent = DeskApi::accept(&self.stack).await?;
        agent.say(PAYMENT).await?;
        self.customer.enter_app("[data-testid=begin]").await?;
        Ok(agent)
    }

    async fn pays(&self) -> Result<()> {
        let agent = self.begins().await?;
        self.customer.leave_app().await?;
        self.customer.begin_payment().await?;
        self.customer.enter_card(CARD).await?;
        self.customer.pay().await?;
        agent.hears("Client", "microapp:progress:ended").await
    }

    /// A payment without a single violation, and then one of the page's own script that is refused and noted.
    async fn pays_under(&self, attempt: &str, directive: &str) -> Result<()> {
        self.pays().await?;
        let client = &self.customer.client;
        assert_eq!(eval(client, "window.refused").await?, json!([]), "the plugin violates nothing");
        assert!(!self.page_may(attempt).await?, "{attempt} is refused");
        until_true(&format!("the violation of {directive} is noted"), async || {
            let refused = eval(client, "window.refused").await?;
            Ok(refused.as_array().unwrap().iter().any(|noted| noted.as_str().unwrap().starts_with(directive)))
        })
        .await
    }

    /// Whether a script of the page may do this.
    async fn page_may(&self, attempt: &str) -> Result<bool> {
        let client = &self.customer.client;
        client.execute("window.attempt(arguments[0])", vec![json!(attempt)]).await?;
        let allowed = until("the attempt has been made", async || {
            // In the same turn it is set to what came of it.
            Ok(eval(client, "window.allowed").await?.get(attempt).and_then(Value::as_bool))
        });
        allowed.await
    }

    /// Whether the MicroApp, which the test is in, could keep a cookie.
    async fn app_keeps_a_cookie(&self) -> Result<bool> {
        let client = &self.customer.client;
        client.execute("document.cookie = 'probe=1; SameSite=None; Secure'", Vec::new()).await?;
        Ok(eval(client, "document.cookie").await? == "probe=1")
    }
}

#[tokio::test]
async fn a_payment_under_trusted_types_without_any_policy() -> Result<()> {
    Scene::on("trusted-types", Window::default()).await?.pays_under("markup", "require-trusted-types-for").await
}

#[tokio::test]
async fn a_payment_where_only_the_pages_own_style_files_count() -> Result<()> {
    Scene::on("style", Window::default()).await?.pays_under("style", "style-src").await
}

#[tokio::test]
async fn a_payment_where_only_the_pages_own_scripts_and_wasm_run() -> Result<()> {
    Scene::on("script", Window::default()).await?.pays_under("eval", "script-src").await
}

#[tokio::test]
async fn a_payment_in_a_cross_origin_isolated_page() -> Result<()> {
    let scene = Scene::on("isolated", Window::default()).await?;
    assert_eq!(eval(&scene.customer.client, "window.crossOriginIsolated").await?, true);
    scene.pays().await
}

#[tokio::test]
async fn a_payment_with_third_party_cookies_blocked() -> Result<()> {
    let window = Window { third_party_cookies: Some(false), ..Window::default() };
    let scene = Scene::on("third-party-cookies", window).await?;
    scene.begins().await?;
    assert!(!scene.app_keeps_a_cookie().await?, "the frame has no cookies");
    scene.customer.leave_app().await?;
    scene.customer.begin_payment().await?;
    scene.customer.enter_card(CARD).await?;
    scene.customer.pay().await
}

/// So that the tests above show what the policies do, not what never works.
#[tokio::test]
async fn without_a_policy_everything_is_allowed() -> Result<()> {
    let window = Window { third_party_cookies: Some(true), ..Window::default() };
    let scene = Scene::on("third-party-cookies", window).await?;
    for attempt in ["markup", "style", "eval"] {
        assert!(scene.page_may(attempt).await?, "{attempt}");
    }
    assert_eq!(eval(&scene.customer.client, "window.crossOriginIsolated").await?, false);
    scene.begins().await?;
    assert!(scene.app_keeps_a_cookie().await?);
    Ok(())
}
