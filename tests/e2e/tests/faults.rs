//! A MicroApp that misbehaves (`--fault`), as customer and agent see it.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::Result;
use e2e::agent::Agent;
use e2e::browser::{Driver, Window, click, eval, find};
use e2e::customer::{CARD, CLOSE, CONFIRM_CLOSE};
use e2e::placements::{SHELL, payment};
use e2e::stack::Stack;

/// What a MicroApp with malformed progress says, and which no protocol knows.
const NONSENSE: [&str; 5] = ["blocks:", "ENDED", "xxxx", "guessed", "42"];

/// Waits until the page that has this has said all its nonsense.
async fn said(customer: &e2e::customer::Customer, selector: &str) -> Result<()> {
    customer.enter_app(&format!("body[data-said] {selector}")).await?;
    customer.leave_app().await
}

#[tokio::test]
async fn malformed_progress_costs_nobody_the_form_or_the_chat() -> Result<()> {
    let stack = Stack::start(&["--fault", "malformed-progress"]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, "", Window::default()).await?;
    customer.record_events().await?;
    let agent = Agent { client: driver.open(Window::default()).await? };
    agent.client.goto(&stack.desk).await?;
    find(&agent.client, "[data-testid=login-name]").await?.clear().await?;
    e2e::browser::type_into(&agent.client, "[data-testid=login-name]", "Kim Otieno").await?;
    click(&agent.client, "[data-testid=login-submit]").await?;
    click(&agent.client, "[data-testid=chat-item]").await?;

    // The form goes through to its end: each page says its nonsense, and the next one is there all the same.
    said(&customer, "[data-testid=begin]").await?;
    customer.begin_payment().await?;
    said(&customer, "[data-testid=card]").await?;
    customer.enter_card(CARD).await?;
    said(&customer, "[data-testid=pay]").await?;
    customer.pay().await?;
    said(&customer, "[data-testid=reference]").await?;

    // The chat goes on beside it.
    customer.say("That worked").await?;
    agent.reads("That worked").await?;
    agent.say("Thank you").await?;
    customer.reads("Thank you").await?;

    // The agent knows from the server where the customer is, and reads none of the nonsense.
    for block in ["Welcome", "Card Details", "Review", "Result"] {
        agent.sees_milestone(&format!("block:{block}")).await?;
    }
    agent.sees_case("MicroApp_Payment_State", "Approved").await?;
    assert_eq!(server.texts_of("Client").await?, ["That worked"]);
    let page = find(&agent.client, "#desk").await?.text().await?;
    // Nor does the customer. A block without a name is one by the grammar, and shows nothing.
    let window = eval(&customer.client, &format!("document.querySelector('{SHELL}').textContent")).await?;
    for nonsense in NONSENSE {
        let found = window.as_str().unwrap().contains(nonsense);
        assert!(!found && !page.contains(&format!("progress:{nonsense}")), "{nonsense} in {window} or {page}");
    }
    let mut events = customer.events().await?;
    // Whether the window was there before somebody listened.
    events.retain(|event| event != "opened");
    assert!(!events.is_empty() && events.iter().all(|event| event == "progress block:"), "{events:?}");

    // Of its end nothing was said, so the window asks before it closes, and the agent is told that the customer closed it.
    click(&customer.client, CLOSE).await?;
    click(&customer.client, CONFIRM_CLOSE).await?;
    customer.app_is_gone().await?;
    server.hears("Client", "microapp:progress:closed").await?;
    agent.sees_state("closed").await
}
