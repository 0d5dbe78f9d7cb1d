//! Defects of the script that the plugin replaces, and facts of the bus that break a naive plugin, where only a browser can
//! show that they are gone. docs/regressions.md lists all of them with their tests.
//!
//! What a script gives to the page is made by the page's own `JSON` and `RegExp`: some drivers run scripts in a realm of
//! their own.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval, is_there};
use e2e::customer::{CARD, Customer, FRAME, PANEL};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::placements::{self, SHELL, phase};
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::{Value, json};

const TOKEN: &str = "T3NB68E-";

/// Sends a bus command; gives how it was settled, and the code if it was refused with one.
async fn command(customer: &Customer, name: &str, data: Value) -> Result<Value> {
    let script = "const [name, data, done] = arguments;
        const settled = (how) => (value) => done(how + (value && value.code ? ' ' + value.code : ''));
        window._genesys.widgets.bus.command(name, window.JSON.parse(data)).done(settled('resolved')).fail(settled('rejected'));";
    Ok(customer.client.execute_async(script, vec![name.into(), data.to_string().into()]).await?)
}

/// A customer in a chat on this page.
async fn chat(driver: &Driver, stack: &Stack, page: &str) -> Result<(Customer, DeskApi)> {
    let customer = Customer::visit(driver, stack, page, Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(stack).await?;
    Ok((customer, server))
}

/// What the plugin has said to the agent in the customer's name.
async fn reports(server: &DeskApi) -> Result<Vec<String>> {
    Ok(server.texts_of("Client").await?.into_iter().filter(|text| text.starts_with("microapp:")).collect())
}

/// Row 2.
#[tokio::test]
async fn markup_in_a_request_is_only_text() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = chat(&driver, &stack, "/").await?;
    server.say("microapp://app/T3NB68E-\"><img src=x onerror=window.injected=1>").await?;
    let name = "<img src=x onerror=window.injected=1>";
    server.say(&PAYMENT.replace("/Payment", &format!("/{name}"))).await?;
    until_true("the agent's words are the heading", async || {
        let heading = browser::find(&customer.client, ".cx-speechstorm-panel h2").await?.text().await?;
        Ok(heading == name || heading == "Secure payment")
    })
    .await?;
    customer.begin_payment().await?;
    assert!(!is_there(&customer.client, ".cx-speechstorm img, .cx-speechstorm script").await?);
    assert_eq!(eval(&customer.client, "window.injected === undefined").await?, true);
    let record = server.record().await?;
    assert_eq!(record["microapps"].as_array().unwrap().len(), 1, "the one with markup in its token was not launched");
    customer.saw_no_line().await
}

/// Row 6.
#[tokio::test]
async fn words_before_the_prefix_make_a_line_ordinary_chat() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = chat(&driver, &stack, "/").await?;
    customer.may_be_shown("microapp://app/T3NB68E-/Payment");
    server.say("Do not type microapp://app/T3NB68E-/Payment, please.").await?;
    customer.reads("Do not type microapp://app/T3NB68E-/Payment, please.").await?;
    server.say("Anything else?").await?;
    customer.reads("Anything else?").await?;
    assert!(!is_there(&customer.client, SHELL).await?);
    assert_eq!(server.record().await?["microapps"].as_array().unwrap().len(), 0);
    Ok(())
}

/// Row 8.
#[tokio::test]
async fn progress_is_heard_however_the_base_url_is_written() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let base = stack.messaging.replace("http:", "HTTP:") + "/";
    let options: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("baseURL", &base).finish();
    let customer = Customer::visit(&driver, &stack, &format!("/placements/?{options}"), Window::default()).await?;
    customer.record_events().await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    until_true("progress is heard", async || {
        Ok(customer.events().await?.contains(&"progress block:Card Details".to_owned()))
    })
    .await
}

/// Row 11.
#[tokio::test]
async fn a_close_and_an_open_while_another_is_open_are_both_answered() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    browser::find(&customer.client, "[data-testid=chat-launcher]").await?;
    let open = || json!({ "appToken": TOKEN });
    assert_eq!(command(&customer, "CXSpeechStorm.open", open()).await?, "resolved");
    assert_eq!(command(&customer, "CXSpeechStorm.open", open()).await?, "resolved");
    assert_eq!(eval(&customer.client, "document.querySelectorAll('iframe').length").await?, 1);
    assert_eq!(command(&customer, "CXSpeechStorm.close", json!({})).await?, "resolved");
    assert!(!is_there(&customer.client, SHELL).await?);
    assert_eq!(command(&customer, "CXSpeechStorm.close", json!({})).await?, "rejected not_open");
    Ok(())
}

/// Row 12.
#[tokio::test]
async fn a_frame_that_the_page_took_away_does_not_block_the_next() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = chat(&driver, &stack, "/").await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    customer.client.execute(&format!("document.querySelector('{FRAME}').remove()"), Vec::new()).await?;
    assert_eq!(command(&customer, "CXSpeechStorm.close", json!({})).await?, "resolved");
    assert!(!is_there(&customer.client, SHELL).await?);
    server.say(PAYMENT).await?;
    customer.enter_app("[data-testid=amount]").await?;
    Ok(())
}

/// Row 13: the slide-out of the Toaster and the plugin's own closing used to race.
#[tokio::test]
async fn closing_in_the_toaster_hangs_up_first_and_reports_once() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) =
        placements::payment(&driver, &stack, "placement=toaster&transitions=1", Window::default()).await?;
    customer.begin_payment().await?;
    customer.enter_app("[data-testid=card]").await?;
    customer.leave_app().await?;
    customer.close_app().await?;
    customer.app_is_gone().await?;
    until_true("the server was told", async || Ok(server.record().await?["microapps"][0]["state"] == "closed")).await?;
    until_true("the Toaster is closed", async || Ok(!is_there(&customer.client, ".cx-docked-Toaster").await?)).await?;
    customer.say("I will pay later.").await?;
    server.hears("Client", "I will pay later.").await?;
    assert_eq!(reports(&server).await?, ["microapp:progress:closed"]);
    customer.saw_no_line().await
}

/// Row 15.
#[tokio::test]
async fn a_toaster_that_refuses_leaves_no_command_waiting() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/toaster.html", Window::default()).await?;
    browser::find(&customer.client, "[data-testid=chat-launcher]").await?;
    let reserve = "const done = arguments[0];
        const data = { type: 'generic', title: 'Offer', body: 'Two for one', controls: 'close', immutable: true };
        const other = window._genesys.widgets.bus.registerPlugin('Offer');
        other.command('Toaster.open', window.JSON.parse(JSON.stringify(data))).done(() => done('open')).fail(done);";
    assert_eq!(customer.client.execute_async(reserve, Vec::new()).await?, "open");
    assert_eq!(command(&customer, "CXSpeechStorm.open", json!({ "appToken": TOKEN })).await?, "resolved");
    assert!(is_there(&customer.client, &format!("{PANEL} {FRAME}")).await?, "a panel where there is no toast");
    assert!(is_there(&customer.client, ".cx-docked-Toaster").await?, "and the offer stays");
    Ok(())
}

/// Row 22.
#[tokio::test]
async fn the_configuration_is_found_under_its_documented_name() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    // The page sets nothing but `_genesys.widgets.speechstorm`.
    let (customer, _server) = placements::payment(&driver, &stack, "placement=overlay", Window::default()).await?;
    assert!(is_there(&customer.client, &format!("dialog{SHELL}")).await?);
    customer.begin_payment().await
}

/// Row 23.
#[tokio::test]
async fn no_failure_interrupts_with_a_dialog() -> Result<()> {
    let stack = Stack::start(&["--fault", "slow=60000"]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = chat(&driver, &stack, "/placements/?loadTimeout=1").await?;
    let count = "window.dialogs = 0;
        for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => { window.dialogs += 1; };";
    customer.client.execute(count, Vec::new()).await?;
    customer.record_events().await?;
    assert_eq!(command(&customer, "CXSpeechStorm.open", json!({})).await?, "rejected bad_command");
    assert_eq!(command(&customer, "CXSpeechStorm.close", json!({})).await?, "rejected not_open");
    assert_eq!(
        command(&customer, "CXSpeechStorm.configure", json!({ "baseURL": "http://ia.bank.example" })).await?,
        "rejected bad_config"
    );
    server.say("microapp://app/no token").await?;
    let right = json!({ "baseURL": stack.messaging });
    assert_eq!(command(&customer, "CXSpeechStorm.configure", right).await?, "resolved");
    server.say(PAYMENT).await?;
    phase(&customer, "failed").await?;
    let failures = customer.events().await?;
    for code in ["bad_config", "bad_token", "load_timeout"] {
        assert!(failures.contains(&format!("failed {code}")), "{failures:?}");
    }
    assert_eq!(eval(&customer.client, "window.dialogs").await?, 0);
    customer.say("It does not open.").await?;
    server.hears("Client", "It does not open.").await
}

/// Row 27.
#[tokio::test]
async fn the_frame_is_named_and_confined_and_learns_no_referrer() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = chat(&driver, &stack, "/").await?;
    server.say(PAYMENT).await?;
    customer.enter_app("[data-testid=begin]").await?;
    assert_eq!(eval(&customer.client, "document.referrer").await?, "");
    customer.leave_app().await?;
    let frame = browser::find(&customer.client, FRAME).await?;
    for (name, value) in [
        ("title", "Secure payment"),
        ("sandbox", "allow-forms allow-scripts allow-same-origin"),
        ("referrerpolicy", "no-referrer"),
    ] {
        until_true(name, async || Ok(frame.attr(name).await?.as_deref() == Some(value))).await?;
    }
    let allow = frame.attr("allow").await?.unwrap();
    assert!(allow.split("; ").all(|feature| feature.ends_with(&stack.messaging)), "to that origin alone: {allow}");
    assert!(allow.contains("payment "), "{allow}");
    Ok(())
}

/// Row 29.
#[tokio::test]
async fn opening_and_closing_leaves_no_listener_and_no_element_behind() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    browser::find(&customer.client, "[data-testid=chat-launcher]").await?;
    let cycle = async || -> Result<()> {
        assert_eq!(command(&customer, "CXSpeechStorm.open", json!({ "appToken": TOKEN })).await?, "resolved");
        assert_eq!(command(&customer, "CXSpeechStorm.close", json!({ "immediately": true })).await?, "resolved");
        Ok(())
    };
    cycle().await?;
    let count = "window.listeners = 0;
        const target = window.EventTarget.prototype;
        const { addEventListener: add, removeEventListener: remove } = target;
        target.addEventListener = function (...words) {
          window.listeners++;
          // A listener ends with its signal, too.
          if (words[2]?.signal) add.call(words[2].signal, 'abort', () => window.listeners--);
          return add.apply(this, words);
        };
        target.removeEventListener = function (...words) { window.listeners--; return remove.apply(this, words); };
        target.addEventListener.call(window, 'unload', () => {});
        return window.listeners;";
    assert_eq!(customer.client.execute(count, Vec::new()).await?, 1, "they are counted");
    let elements = "document.querySelectorAll('*').length";
    let before = eval(&customer.client, elements).await?;
    for _ in 0..5 {
        cycle().await?;
    }
    assert_eq!(eval(&customer.client, "window.listeners").await?, 1);
    assert_eq!(eval(&customer.client, elements).await?, before);
    Ok(())
}

/// Row 30.
#[tokio::test]
async fn nothing_is_added_to_the_globals_of_the_page() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let names = "Object.getOwnPropertyNames(window).filter((name) => !/^\\d+$/.test(name)).sort().join(' ')";
    let without = Customer::visit(&driver, &stack, "/without-plugin.html", Window::default()).await?;
    without.start_chat().await?;
    let first = DeskApi::accept(&stack).await?;
    let plain = eval(&without.client, names).await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept_another(&stack, &first).await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    assert_eq!(eval(&customer.client, names).await?, plain);
    Ok(())
}

/// Bus facts 0.3.
#[tokio::test]
async fn an_exception_in_our_pre_processor_does_not_stop_the_chat() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = chat(&driver, &stack, "/").await?;
    let breaks = "const prototype = window.RegExp.prototype;
        const test = prototype.test;
        window.thrown = 0;
        prototype.test = function (text) {
          if (!this.source.includes('microapp:')) return test.call(this, text);
          window.thrown += 1;
          throw new window.Error('broken page');
        };
        window.repair = () => { prototype.test = test; };";
    customer.client.execute(breaks, Vec::new()).await?;
    for text in ["Hello Jamie.", "Are you there?"] {
        server.say(text).await?;
        customer.reads(text).await?;
    }
    assert!(eval(&customer.client, "window.thrown").await?.as_u64().unwrap() >= 2, "it was our code that threw");
    customer.client.execute("window.repair()", Vec::new()).await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    customer.saw_no_line().await
}

/// Bus facts 0.4.
#[tokio::test]
async fn an_exception_in_our_extension_does_not_stop_widgets() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = chat(&driver, &stack, "/regressions/broken-extension.html").await?;
    assert!(eval(&customer.client, "window.broken").await?.as_u64().unwrap() >= 1, "it did break");
    server.say("Hello Jamie.").await?;
    customer.reads("Hello Jamie.").await
}

/// Bus facts 0.10: a reserved toast could not be closed by `App.closeAll`, one that is not must survive it.
#[tokio::test]
async fn closing_all_windows_leaves_the_form_to_the_customer() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = placements::payment(&driver, &stack, "placement=toaster", Window::default()).await?;
    customer.begin_payment().await?;
    customer.enter_app("[data-testid=card]").await?;
    customer.leave_app().await?;
    assert!(is_there(&customer.client, &format!(".cx-docked-Toaster {FRAME}")).await?);
    command(&customer, "App.closeAll", json!({})).await?;
    until_true("the Toaster is closed", async || Ok(!is_there(&customer.client, ".cx-docked-Toaster").await?)).await?;
    until_true("the form is in a panel", async || is_there(&customer.client, &format!("{PANEL} {FRAME}")).await)
        .await?;
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    server.hears("Client", "microapp:progress:ended").await?;
    assert_eq!(reports(&server).await?, ["microapp:progress:ended"]);
    Ok(())
}

/// Bus facts 0.15: the restored lines are there long before the core.
#[tokio::test]
async fn a_restored_request_stays_hidden_until_a_late_core_opens_it() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = chat(&driver, &stack, "/slow-wasm.html").await?;
    server.say("The form opens in a moment.").await?;
    server.say(PAYMENT).await?;
    customer.reads("The form opens in a moment.").await?;
    customer.client.refresh().await?;
    customer.reads("The form opens in a moment.").await?;
    assert!(!is_there(&customer.client, SHELL).await?, "the core is late");
    customer.begin_payment().await?;
    customer.saw_no_line().await
}
