//! The page that starts a chat by Chat Immediate, and the agent to whom it is routed, with all that `cargo xtask demo` starts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{Driver, Window, click, eval, type_into};
use e2e::desk_api::DeskApi;
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::json;

use crate::failover::DEPLOYMENT;

const STAGE: &str = "(document.querySelector('[aria-current=step]') || {dataset: {}}).dataset.stage || ''";

#[tokio::test]
async fn a_page_starts_a_chat_at_once_and_shows_it() -> Result<()> {
    let demo = ["--workflow", "www/stack/demo/workflow.ini", "--idle-enabled"];
    let stack = Stack::start(&[&DEPLOYMENT[..], &demo].concat()).await?;
    let browser = Driver::start().await?.open(Window::default()).await?;
    browser.goto(&stack.site).await?;
    click(&browser, "nav [href='/chat-immediate/']").await?;
    click(&browser, "#start [type=submit]").await?;
    until_true("the page says that somebody is looked for", async || Ok(eval(&browser, STAGE).await? == "QUEUED"))
        .await?;
    let agent = DeskApi::watch(&stack).await?;
    until_true("the page says that an agent is asked", async || Ok(eval(&browser, STAGE).await? == "ROUTING")).await?;
    let chat = agent.chat().await?;
    assert_eq!((&chat["offeredTo"], &chat["subject"]), (&json!("Kim Otieno"), &json!("My October statement")));
    agent.take_offered().await?;
    until_true("the page says so", async || Ok(eval(&browser, STAGE).await? == "COMPLETED")).await?;
    agent.say("Hello Jamie <b>").await?;
    let transcript = "document.getElementById('transcript').textContent";
    until_true("the customer reads it", async || {
        Ok(eval(&browser, transcript).await?.as_str().unwrap().contains("Hello Jamie <b>"))
    })
    .await?;
    type_into(&browser, "#text", "It is too high").await?;
    click(&browser, "#say [type=submit]").await?;
    agent.hears("Client", "It is too high").await?;
    agent.end().await?;
    until_true("the customer learns the end", async || {
        Ok(eval(&browser, "document.getElementById('fault').textContent").await? == "The chat has ended.")
    })
    .await?;
    let lines =
        eval(&browser, "[...document.querySelectorAll('#transcript li')].map(line => line.textContent)").await?;
    let expected = [
        "Jamie Rivers is here",
        "Quayside BankWelcome. An agent will be with you shortly.",
        "Kim Otieno is here",
        "Kim OtienoHello Jamie <b>",
        "Jamie RiversIt is too high",
        "Kim Otieno has left",
    ];
    assert_eq!(lines, json!(expected), "everything once and in order");
    Ok(())
}
