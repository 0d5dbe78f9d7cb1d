//! A Chat Server is killed by the demo's button while a customer is in a MicroApp; the page does not notice.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::Result;
use e2e::browser::{Driver, Window, click, find, is_there};
use e2e::customer::{CARD, CLOSE, Customer};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::stack::Stack;
use e2e::wait::until_true;

/// The deployment of the demo.
pub const DEPLOYMENT: [&str; 4] = ["--deployment", "www/stack/demo/deployment.ini", "--operator-port", "0"];

#[tokio::test]
async fn the_page_goes_on_when_the_chat_server_is_killed() -> Result<()> {
    let stack = Stack::start(&DEPLOYMENT).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    customer.record_events().await?;
    customer.start_chat().await?;
    let before = DeskApi::accept(&stack).await?;
    before.say("Shall we settle the card?").await?;
    before.say(PAYMENT).await?;
    customer.begin_payment().await?;
    customer.enter_app("[data-testid=card]").await?;
    customer.leave_app().await?;

    let operator = driver.open(Window::default()).await?;
    operator.goto(stack.operator.as_deref().unwrap()).await?;
    click(&operator, "form button").await?;
    until_true("the standby serves", async || {
        Ok(is_there(&operator, "tbody td").await?
            && find(&operator, "tbody td").await?.text().await? == "ChatServer1_B")
    })
    .await?;

    // The form that was open is sent, the chat goes on in both directions, and nothing is there twice.
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    customer.say("That was quick").await?;
    let after = DeskApi::watch(&stack).await?;
    after.hears("Client", "microapp:progress:ended").await?;
    after.hears("Client", "That was quick").await?;
    after.say("Thank you, Jamie").await?;
    customer.reads("Thank you, Jamie").await?;
    click(&customer.client, CLOSE).await?;
    customer.app_is_gone().await?;
    customer.saw_no_line().await?;
    assert_eq!(after.texts_of("Agent").await?, ["Shall we settle the card?", PAYMENT, "Thank you, Jamie"]);
    let events = customer.events().await?;
    assert_eq!(events.iter().filter(|event| *event == "opened").count(), 1, "{events:?}");
    assert!(!events.iter().any(|event| event.starts_with("failed")), "{events:?}");
    Ok(())
}
