//! The customer never sees a MicroApp line: not early, not late, not when the plugin's core never comes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window};
use e2e::customer::{Customer, FRAME};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::stack::{Stack, published};
use e2e::{leaks, wait};

#[tokio::test]
async fn without_the_plugin_the_line_is_seen_so_the_watch_works() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/without-plugin.html", Window::default()).await?;
    customer.may_be_shown(PAYMENT);
    customer.start_chat().await?;
    DeskApi::accept(&stack).await?.say(PAYMENT).await?;
    customer.reads("microapp://app/T3NB68E-").await?;
    wait::until_true("the watch noticed", async || Ok(leaks::count(&customer.client).await? > 0)).await
}

#[tokio::test]
async fn a_core_that_comes_five_seconds_late_shows_nothing_and_loses_nothing() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    // The page's load event waits for the script only; the wasm is still on its way when the chat starts.
    let customer = Customer::visit(&driver, &stack, "/slow-wasm.html", Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say(PAYMENT).await?;
    server.say("The form will open in a moment.").await?;
    customer.reads("The form will open in a moment.").await?;
    assert!(!browser::is_there(&customer.client, FRAME).await?, "the core was late indeed");
    customer.begin_payment().await?;
    customer.saw_no_line().await
}

#[tokio::test]
async fn a_core_refused_by_the_pages_policy_shows_nothing_and_tells_the_agent() -> Result<()> {
    // Without the script that needs none.
    let folder = published(&["cx-host.js", "cx-host.css", "cx-speechstorm.js"])?;
    let stack = Stack::start(&["--dist-dir", folder.path().to_str().unwrap()]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/blocked-wasm.html", Window::default()).await?;
    nothing_opens(&stack, &customer, "wasm_blocked").await?;
    let console = browser::console(&customer.client).await?;
    assert!(console.contains("wasm-unsafe-eval"), "the administrator learns the remedy");
    Ok(())
}

/// The website's policy requires Trusted Types and allows none.
#[tokio::test]
async fn where_webassembly_is_refused_the_core_comes_as_javascript_and_shows_nothing() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/blocked-wasm.html", Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    server.hears("External", "microapp:progress:block:Card Details").await?;
    customer.saw_no_line().await
}

/// A network that takes half a minute: nothing gives up meanwhile, neither the hiding nor the request.
#[tokio::test]
async fn a_core_that_comes_thirty_seconds_late_shows_nothing_and_loses_nothing() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/very-slow-wasm.html", Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say(PAYMENT).await?;
    server.say("The form will open in a moment.").await?;
    customer.reads("The form will open in a moment.").await?;
    for late in [12_000, 24_000] {
        let passed = format!("performance.now() > {late}");
        wait::until_true(&passed, async || Ok(browser::eval(&customer.client, &passed).await? == true)).await?;
        assert!(!browser::is_there(&customer.client, FRAME).await?, "the core is late indeed");
    }
    customer.begin_payment().await?;
    customer.saw_no_line().await
}

#[tokio::test]
async fn a_core_that_is_not_found_shows_nothing_and_tells_the_agent() -> Result<()> {
    let folder = published(&["cx-host.js", "cx-host.css", "cx-speechstorm.css", "cx-speechstorm.slim.js"])?;
    let stack = Stack::start(&["--dist-dir", folder.path().to_str().unwrap()]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/slim.html", Window::default()).await?;
    nothing_opens(&stack, &customer, "wasm_unavailable").await
}

/// What the browser does when the core runs into its `unreachable`: at once, or in the middle of its life.
const TRAP: &str = "
    const { Instance } = WebAssembly;
    WebAssembly.Instance = class extends Instance {
      constructor(module, imports) {
        const { exports } = super(module, imports);
        // The host is WebAssembly too, but has no build id.
        if (!WebAssembly.Module.customSections(module, 'build_id').length) return;
        const guarded = Object.entries(exports).map(([name, value]) => [name, typeof value !== 'function' ? value :
          (...words) => {
            if (window.__trap) throw new WebAssembly.RuntimeError('unreachable');
            return value(...words);
          }]);
        return { exports: Object.fromEntries(guarded) };
      }
    };";

#[tokio::test]
async fn a_core_that_traps_from_the_start_shows_nothing_and_tells_the_agent() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let first = format!("window.__trap = true; {TRAP}");
    let customer = Customer::visit_with(&driver, &stack.site, Window::default(), &first).await?;
    nothing_opens(&stack, &customer, "core_crashed").await
}

#[tokio::test]
async fn a_core_that_traps_in_the_middle_shows_nothing_and_tells_the_agent_of_the_next_request() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit_with(&driver, &stack.site, Window::default(), TRAP).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    customer.client.execute("window.__trap = true;", Vec::new()).await?;
    server.say(PAYMENT).await?;
    customer.app_is_gone().await?;
    server.say(PAYMENT).await?;
    server.hears("Client", "microapp:progress:failed:core_crashed").await?;
    server.say("Are you still there?").await?;
    customer.reads("Are you still there?").await?;
    customer.say("Yes.").await?;
    server.hears("Client", "Yes.").await?;
    customer.saw_no_line().await
}

/// The agent learns why, the chat goes on, and no line was seen.
async fn nothing_opens(stack: &Stack, customer: &Customer, code: &str) -> Result<()> {
    customer.start_chat().await?;
    let server = DeskApi::accept(stack).await?;
    server.say(PAYMENT).await?;
    server.say("Can you see the form?").await?;
    customer.reads("Can you see the form?").await?;
    server.hears("Client", &format!("microapp:progress:failed:{code}")).await?;
    customer.say("No, nothing here.").await?;
    server.hears("Client", "No, nothing here.").await?;
    customer.saw_no_line().await?;
    assert!(!browser::is_there(&customer.client, FRAME).await?);
    Ok(())
}

/// The plugin's instance: the host's module has no build id.
const CRASHES_ON_DEMAND: &str = "{ const Real = WebAssembly.Instance;
    WebAssembly.Instance = function (module, imports) {
      if (!WebAssembly.Module.customSections(module, 'build_id').length) return new Real(module, imports);
      const exports = Object.entries(new Real(module, imports).exports).map(([name, value]) => [name,
        typeof value !== 'function' ? value : (...given) => {
          if (window.crash) throw new WebAssembly.RuntimeError('unreachable');
          return value(...given);
        }]);
      return Object.setPrototypeOf({ exports: Object.fromEntries(exports) }, Real.prototype);
    };
    WebAssembly.Instance.prototype = Real.prototype; }";

#[tokio::test]
async fn a_core_that_crashes_shows_nothing_and_tells_the_agent_of_that_very_request() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let address = format!("{}/", stack.site);
    let customer = Customer::visit_with(&driver, &address, Window::default(), CRASHES_ON_DEMAND).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say("One moment.").await?;
    customer.reads("One moment.").await?;
    customer.client.execute("window.crash = true", Vec::new()).await?;
    server.say(PAYMENT).await?;
    server.hears("Client", "microapp:progress:failed:core_crashed").await?;
    server.say("Can you see the form?").await?;
    customer.reads("Can you see the form?").await?;
    customer.say("No, nothing here.").await?;
    server.hears("Client", "No, nothing here.").await?;
    assert!(!browser::is_there(&customer.client, ".cx-speechstorm").await?);
    customer.saw_no_line().await
}

#[tokio::test]
async fn status_messages_that_reach_the_customer_stay_hidden() -> Result<()> {
    let stack = Stack::start(&["--progress-visibility", "all"]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    server.hears("External", "microapp:progress:block:Card Details").await?;
    server.say("Take your time.").await?;
    customer.reads("Take your time.").await?;
    customer.saw_no_line().await
}

#[tokio::test]
async fn a_second_chat_on_the_same_page_hides_as_the_first_did() -> Result<()> {
    let stack = Stack::start(&["--progress-visibility", "all"]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    customer.start_chat().await?;
    let first = DeskApi::accept(&stack).await?;
    first.end().await?;
    browser::click(&customer.client, "[data-testid=chat-done]").await?;
    customer.start_chat().await?;
    let second = DeskApi::accept_another(&stack, &first).await?;
    second.say(PAYMENT).await?;
    customer.begin_payment().await?;
    second.hears("External", "microapp:progress:block:Card Details").await?;
    second.say("Take your time.").await?;
    customer.reads("Take your time.").await?;
    customer.saw_no_line().await
}

#[tokio::test]
async fn a_line_that_the_customer_types_opens_nothing_and_the_server_refuses_it() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    let line = "microapp://app/T3NB68E-/Payment";
    customer.say(line).await?;
    server.hears("Client", line).await?;
    server.say("What was that?").await?;
    customer.reads("What was that?").await?;
    assert!(!browser::is_there(&customer.client, FRAME).await?);

    // And if the customer launches it by hand, with a key that is really theirs?
    let session = customer
        .client
        .execute_async(
            "const done = arguments[0];
         window._genesys.widgets.bus.command('WebChatService.getSessionData').done(done);",
            Vec::new(),
        )
        .await?;
    let get = |name: &str| session[name].as_str().unwrap().to_owned();
    let url = url::Url::parse_with_params(
        &format!("{}/fish-messaging/go/T3NB68E-", stack.messaging),
        [
            ("domain", stack.site.clone()),
            ("chatMessage", line.to_owned()),
            ("chatInteractionID", get("sessionID")),
            ("chatSecureKey", get("secureKey")),
            ("chatUserID", get("userId")),
        ],
    )?;
    let answer = reqwest::get(url).await?;
    assert_eq!(answer.status().as_u16(), 403);
    assert!(answer.text().await?.contains("data-code"), "a readable refusal");
    let record = server.record().await?;
    assert_eq!(record["microapps"].as_array().unwrap().len(), 0);
    Ok(())
}
