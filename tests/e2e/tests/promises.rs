//! What the plugin promises and no other file is about; docs/regressions.md links every promise to its tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{CLOSE, Customer, FRAME};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::devtools;
use e2e::placements::{self, SHELL, phase};
use e2e::stack::Stack;
use e2e::wait::{until, until_true};
use serde_json::json;

/// Older messages that the customer scrolls up to are published like new ones, but for a flag.
#[tokio::test]
async fn requests_in_history_that_is_paged_in_open_nothing() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say("Hello Jamie.").await?;
    customer.reads("Hello Jamie.").await?;
    let publish = "window.CXBus.configure(window.JSON.parse('{\"unlocked\": true}'));
        window.CXBus.getPluginInterface('WebChatService').publish('messageReceived', window.JSON.parse(arguments[0]));";
    let messages = |index: u32, old: bool| {
        let original = json!({ "index": index, "type": "Message", "text": PAYMENT, "from": { "type": "Agent" } });
        let shown = json!({ "index": index, "type": "Notice", "text": "", "from": { "type": "Agent" } });
        let data =
            json!({ "originalMessages": [original], "messages": [shown], "restoring": false, "oldMessages": old });
        vec![json!(data.to_string())]
    };
    customer.record_events().await?;
    customer.client.execute(publish, messages(900, true)).await?;
    customer.client.execute(publish, messages(901, false)).await?;
    // Only the second: the bus keeps the order.
    until_true("the new one is accepted", async || Ok(!customer.events().await?.is_empty())).await?;
    customer.enter_app("body").await?;
    customer.leave_app().await?;
    let accepted = customer.events().await?.into_iter().filter(|event| event == "requested").count();
    assert_eq!(accepted, 1);
    let state =
        "const done = arguments[0]; window.CXBus.command('CXSpeechStorm.getState').done((it) => done(it.waiting));";
    assert_eq!(customer.client.execute_async(state, Vec::new()).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_credentialless_frame_is_marked_so() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    for (options, marked) in [("", false), ("credentialless=true", true)] {
        let stack = if marked { &Stack::start(&[]).await? } else { &stack };
        let (customer, _server) = placements::payment(&driver, stack, options, Window::default()).await?;
        let frame = browser::find(&customer.client, FRAME).await?;
        assert_eq!(frame.attr("credentialless").await?.is_some(), marked, "{options}");
        customer.client.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_could_not_be_framed_can_be_opened_in_a_window() -> Result<()> {
    let stack = Stack::start(&["--fault", "slow=3000"]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = placements::payment(&driver, &stack, "loadTimeout=1", Window::default()).await?;
    phase(&customer, "failed").await?;
    let page = customer.client.window().await?;
    browser::click(&customer.client, ".cx-speechstorm-window").await?;
    let other = until("a second window", async || {
        Ok(customer.client.windows().await?.into_iter().find(|window| *window != page))
    })
    .await?;
    customer.client.switch_to_window(other).await?;
    let amount = browser::find(&customer.client, "[data-testid=amount]").await?.text().await?;
    assert!(amount.contains("77.80"), "{amount}");
    assert_eq!(eval(&customer.client, "window.opener === null").await?, true, "it has no hold on the page");
    Ok(())
}

#[tokio::test]
async fn on_a_phone_the_form_has_the_whole_screen_until_it_is_folded_up() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let phone = Window { width: 500, height: 900, ..Window::default() };
    let (customer, _server) = placements::payment(&driver, &stack, "", phone).await?;
    customer.begin_payment().await?;
    let covered = format!(
        "(() => {{ const it = document.querySelector('{SHELL}').getBoundingClientRect();
           return [it.left, it.top, innerWidth - it.right, innerHeight - it.bottom].map(Math.round).join(' '); }})()"
    );
    assert_eq!(eval(&customer.client, &covered).await?, "0 0 0 0");
    browser::find(&customer.client, CLOSE).await?;
    browser::click(&customer.client, ".cx-speechstorm-minimize").await?;
    // The chat can be read again.
    customer.say("One moment.").await?;
    customer.reads("One moment.").await
}

#[tokio::test]
async fn less_motion_and_forced_colours_are_respected() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = placements::payment(&driver, &stack, "", Window::default()).await?;
    customer.begin_payment().await?;
    let style = |name: &str| format!("getComputedStyle(document.querySelector('{SHELL}')).getPropertyValue('{name}')");
    assert_eq!(eval(&customer.client, &style("animation-name")).await?, "cx-speechstorm-rise");
    assert_eq!(eval(&customer.client, &style("border-top-width")).await?, "1px");
    let features = json!({ "features": [
        { "name": "prefers-reduced-motion", "value": "reduce" }, { "name": "forced-colors", "value": "active" },
    ] });
    devtools::send(&customer.client, "Emulation.setEmulatedMedia", features).await?;
    assert_eq!(eval(&customer.client, &style("animation-name")).await?, "none");
    assert_eq!(eval(&customer.client, &style("border-top-width")).await?, "2px", "an edge where shadows are gone");
    Ok(())
}
