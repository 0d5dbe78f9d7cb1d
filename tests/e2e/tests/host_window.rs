//! The host's own windows against the stack: inactivity as servers have it (bus facts 5 and 7; backend facts 1.3 and 1.4).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{Driver, Window, click, eval};
use e2e::customer::Customer;
use e2e::desk_api::DeskApi;
use e2e::devtools::accessibility_violations_in;
use e2e::stack::Stack;
use e2e::wait::until_true;

async fn fine(customer: &Customer, selector: &str, what: &str) -> Result<()> {
    assert_eq!(accessibility_violations_in(&customer.client, selector).await?, Vec::<String>::new(), "{what}");
    Ok(())
}

async fn is_true(customer: &Customer, expression: &str) -> Result<()> {
    until_true(expression, async || Ok(eval(&customer.client, expression).await? == true)).await
}

/// Who says nothing is asked, may stay, and is asked again before the server ends the chat.
#[tokio::test]
async fn an_idle_customer_is_asked_may_stay_and_is_let_go() -> Result<()> {
    let stack = Stack::start(&["--idle-enabled", "--idle-timeout-alert", "3", "--idle-timeout-close", "5"]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/without-plugin.html", Window::default()).await?;
    customer.start_chat().await?;
    let _server = DeskApi::accept(&stack).await?;
    let asked = "!document.querySelector('[data-testid=chat-idle]').hidden";
    is_true(&customer, asked).await?;
    let time = "/^0:0[0-5]$/.test(document.querySelector('.cx-idle-time').textContent)";
    assert_eq!(eval(&customer.client, time).await?, true, "the time that is left");
    fine(&customer, ".cx-webchat", "the question whether somebody is there").await?;
    click(&customer.client, "[data-testid=chat-idle-stay]").await?;
    is_true(&customer, "document.querySelector('[data-testid=chat-idle]').hidden").await?;
    assert_eq!(eval(&customer.client, "window.CXBus.data('WebChatService.sessionActive')").await?, true);
    is_true(&customer, asked).await?;
    is_true(&customer, "!document.querySelector('[data-testid=chat-done]').hidden").await?;
    is_true(&customer, "window.CXBus.data('WebChatService.sessionActive') === false").await
}
