//! The MicroApp among the rest of the chat's life.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{CARD, CLOSE, CONFIRM_CLOSE, Customer, FRAME, PANEL};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::stack::Stack;
use e2e::wait::until_true;

async fn with_open_app(stack: &Stack, driver: &Driver) -> Result<(Customer, DeskApi)> {
    let customer = Customer::visit(driver, stack, "/", Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(stack).await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    customer.enter_app("[data-testid=card]").await?;
    customer.leave_app().await?;
    Ok((customer, server))
}

#[tokio::test]
async fn normal_chat_goes_on_while_the_customer_works() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = with_open_app(&stack, &driver).await?;
    customer.say("Where is the code on my card?").await?;
    server.hears("Client", "Where is the code on my card?").await?;
    server.say("On the back, three digits.").await?;
    customer.reads("On the back, three digits.").await?;
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    server.hears("Client", "microapp:progress:ended").await?;
    customer.saw_no_line().await
}

#[tokio::test]
async fn a_second_request_replaces_the_first_with_a_hang_up() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = with_open_app(&stack, &driver).await?;
    let second = PAYMENT.replace("77.80", "12.00");
    server.say(&second).await?;
    customer.reads_in_app("[data-testid=amount]", "12.00").await?;
    let frames = eval(&customer.client, "document.querySelectorAll('iframe').length").await?;
    assert_eq!(frames, 1);
    server.hears("Client", "microapp:progress:replaced").await?;
    let record = server.record().await?;
    let states: Vec<_> = record["microapps"].as_array().unwrap().iter().map(|app| app["state"].clone()).collect();
    assert_eq!(states, ["closed", "running"], "the server was told that the first is over");
    Ok(())
}

#[tokio::test]
async fn the_customer_closes_and_the_agent_learns_it_once() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = with_open_app(&stack, &driver).await?;
    customer.close_app().await?;
    customer.app_is_gone().await?;
    assert!(!browser::is_there(&customer.client, PANEL).await?);
    server.hears("Client", "microapp:progress:closed").await?;
    until_true("the server hung up", async || Ok(server.record().await?["microapps"][0]["state"] == "closed")).await?;
    customer.say("I will pay later.").await?;
    server.hears("Client", "I will pay later.").await?;
    let reports = server.texts_of("Client").await?.iter().filter(|text| text.starts_with("microapp:")).count();
    assert_eq!(reports, 1);
    customer.saw_no_line().await
}

#[tokio::test]
async fn a_reload_resumes_the_app_where_it_was_and_does_not_reopen_it_after_its_end() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = with_open_app(&stack, &driver).await?;
    customer.client.refresh().await?;
    customer.enter_app("[data-testid=card]").await?;
    customer.leave_app().await?;
    customer.saw_no_line().await?;
    assert_eq!(server.record().await?["microapps"].as_array().unwrap().len(), 1, "the same session");
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    server.hears("Client", "microapp:progress:ended").await?;

    customer.client.refresh().await?;
    server.say("All done, thank you.").await?;
    customer.reads("All done, thank you.").await?;
    assert!(!browser::is_there(&customer.client, FRAME).await?);
    customer.saw_no_line().await?;
    let reports = server.texts_of("Client").await?.iter().filter(|text| text.starts_with("microapp:")).count();
    assert_eq!(reports, 1);
    Ok(())
}

#[tokio::test]
async fn the_end_of_the_chat_ends_the_app() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = with_open_app(&stack, &driver).await?;
    server.end().await?;
    // Asked whether to finish, the customer does not want to.
    browser::click(&customer.client, ".cx-speechstorm-dismiss").await?;
    customer.app_is_gone().await
}

#[tokio::test]
async fn a_payment_can_be_finished_after_the_chat() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = with_open_app(&stack, &driver).await?;
    server.end().await?;
    browser::click(&customer.client, ".cx-speechstorm-finish").await?;
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    customer.enter_app("[data-testid=reference]").await?;
    let shown = browser::find(&customer.client, "main").await?.text().await?;
    assert!(shown.contains("Payment approved") && shown.contains("77.80"), "{shown}");
    let reference = browser::find(&customer.client, "[data-testid=reference]").await?.text().await?;
    customer.leave_app().await?;
    let record = server.record().await?;
    assert_eq!(record["microapps"][0]["state"], "ended");
    assert_eq!(record["attachedData"]["Payment_Reference"], reference.as_str());
    browser::click(&customer.client, CLOSE).await?;
    customer.app_is_gone().await?;
    let late = server.texts_of("Client").await?;
    assert!(!late.iter().any(|text| text.starts_with("microapp:")), "nobody is left to tell: {late:?}");
    Ok(())
}

#[tokio::test]
async fn another_window_of_the_same_origin_cannot_fake_the_end() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = with_open_app(&stack, &driver).await?;
    customer.record_events().await?;
    // From the page itself, and from a second frame of the Messaging Server's very origin.
    let forge = "window.postMessage('microapp:progress:ended', '*');
        const frame = document.createElement('iframe');
        const origin = arguments[0];
        frame.src = origin + '/fish-messaging/go/none';
        frame.onload = () => {
          const forged = { data: 'microapp:progress:ended', origin };
          const post = (source) => window.dispatchEvent(new MessageEvent('message', { ...forged, source }));
          // Firefox makes no event that names a window of another origin as its source.
          try { post(frame.contentWindow); } catch { post(window); }
          window.__forged = true;
        };
        document.body.append(frame);";
    customer.client.execute(forge, vec![stack.messaging.clone().into()]).await?;
    until_true("the other frame has spoken", async || Ok(eval(&customer.client, "window.__forged").await? == true))
        .await?;
    customer.enter_card(CARD).await?;
    customer.enter_app("[data-testid=pay]").await?;
    customer.leave_app().await?;
    assert!(!customer.events().await?.contains(&"ended".to_owned()));
    assert!(!server.texts_of("Client").await?.contains(&"microapp:progress:ended".to_owned()));
    Ok(())
}

#[tokio::test]
async fn the_panel_is_worked_by_keyboard() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = with_open_app(&stack, &driver).await?;
    let named = eval(
        &customer.client,
        "document.getElementById(document.querySelector('[role=dialog].cx-speechstorm').getAttribute('aria-labelledby')).textContent",
    )
    .await?;
    assert_eq!(named, "Card details", "what the app calls itself");
    let title = eval(&customer.client, "document.querySelector('#speechstorm_webivr_iframe').title").await?;
    assert_eq!(title, "Card details");
    browser::find(&customer.client, CLOSE).await?.send_keys("\u{e007}").await?;
    browser::find(&customer.client, CONFIRM_CLOSE).await?.send_keys("\u{e007}").await?;
    customer.app_is_gone().await?;
    let focus = eval(&customer.client, "document.activeElement === document.body").await?;
    assert_eq!(focus, false, "the focus went back to the chat");
    Ok(())
}
