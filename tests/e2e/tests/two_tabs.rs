//! Two tabs of one visitor share a chat against the stack, whichever way it goes (bus facts 0.13 and 3): cookies are all that
//! they have in common.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{Driver, Window, click, eval, find};
use e2e::customer::Customer;
use e2e::desk_api::DeskApi;
use e2e::stack::Stack;
use e2e::wait::until_true;

/// What the conversation in the tab shows, line by line.
const LINES: &str = "[...document.querySelectorAll('.cx-transcript .cx-message-text')].map((line) => line.textContent)";

/// How many lines of the tab say each of these texts.
async fn counts(customer: &Customer, texts: &[&str]) -> Result<Vec<usize>> {
    let shown = eval(&customer.client, LINES).await?;
    let shown = shown.as_array().unwrap();
    Ok(texts.iter().map(|text| shown.iter().filter(|line| *line == text).count()).collect())
}

async fn share_a_chat(flags: &[&str], page: &str) -> Result<()> {
    const TEXTS: [&str; 4] = ["Hello, Kim here.", "I am in two tabs.", "So I see.", "Back in the first."];
    let [greeting, from_second, answer, from_first] = TEXTS;
    let stack = Stack::start(flags).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, page, Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say(greeting).await?;
    customer.reads(greeting).await?;

    let first = customer.client.window().await?;
    customer.client.new_tab().await?;
    let second = customer.client.window().await?;
    assert_ne!(first, second);
    customer.client.goto(&format!("{}{page}", stack.site)).await?;
    find(&customer.client, "[data-testid=chat-input]").await?;
    customer.reads(greeting).await?;
    let same = "window.CXBus.data('WebChatService.WebChatService.sessionData').sessionID";
    let chat = eval(&customer.client, same).await?;
    customer.say(from_second).await?;
    server.hears("Client", from_second).await?;
    server.say(answer).await?;
    customer.reads(answer).await?;

    customer.client.switch_to_window(first.clone()).await?;
    assert_eq!(eval(&customer.client, same).await?, chat, "one chat");
    customer.reads(from_second).await?;
    customer.reads(answer).await?;
    customer.say(from_first).await?;
    customer.reads(from_first).await?;
    assert_eq!(counts(&customer, &TEXTS).await?, [1; 4], "the first tab");
    customer.client.switch_to_window(second).await?;
    customer.reads(from_first).await?;
    assert_eq!(counts(&customer, &TEXTS).await?, [1; 4], "the second tab");

    click(&customer.client, "[data-testid=chat-close]").await?;
    click(&customer.client, "[data-testid=chat-confirm-end]").await?;
    customer.client.switch_to_window(first).await?;
    until_true("the first tab says that the chat is over", async || {
        let over = "document.querySelector('[data-testid=chat-done]')?.hidden === false
            && window.CXBus.data('WebChatService.sessionActive') === false";
        Ok(eval(&customer.client, over).await? == true)
    })
    .await?;
    let chat = server.chat().await?;
    let left = |entry: &&serde_json::Value| entry["type"] == "ParticipantLeft" && entry["from"]["type"] == "Client";
    assert_eq!(chat["transcript"].as_array().unwrap().iter().filter(left).count(), 1, "the customer left once");
    let said = server.texts_of("Client").await?;
    assert_eq!(
        said.iter().filter(|text| TEXTS.contains(&text.as_str())).collect::<Vec<_>>(),
        [from_second, from_first]
    );
    customer.saw_no_line().await
}

#[tokio::test]
async fn two_tabs_share_a_chat_by_rest() -> Result<()> {
    share_a_chat(&[], "/").await
}

#[tokio::test]
async fn two_tabs_share_a_chat_over_comet() -> Result<()> {
    share_a_chat(&["--enable-notification-mode"], "/versions/comet.html").await
}
