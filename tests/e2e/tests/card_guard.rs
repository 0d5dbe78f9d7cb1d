//! Card numbers that a customer types into the chat never reach the agent.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{CARD, Customer};
use e2e::desk_api::DeskApi;
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::json;

async fn chat(driver: &Driver, stack: &Stack, options: &str) -> Result<(Customer, DeskApi)> {
    let customer = Customer::visit(driver, stack, &format!("/placements/?{options}"), Window::default()).await?;
    let note = "window.__guarded = [];
        document.addEventListener('cx-speechstorm:guarded', ({ detail }) => __guarded.push(detail));";
    customer.client.execute(note, Vec::new()).await?;
    customer.start_chat().await?;
    let agent = DeskApi::accept(stack).await?;
    Ok((customer, agent))
}

async fn agent_never_saw_a_card(agent: &DeskApi) -> Result<()> {
    let all = agent.chat().await?.to_string();
    assert!(!all.contains(CARD) && !all.contains("4111 1111"), "{all}");
    Ok(())
}

#[tokio::test]
async fn masked_the_message_arrives_without_the_number_and_the_customer_learns_why() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, agent) = chat(&driver, &stack, "cardGuard=mask").await?;
    customer.say("My card: 4111 1111 1111 1111, ok?").await?;
    agent.hears("Client", "My card: •••• •••• •••• 1111, ok?").await?;
    customer.reads("We hid a card number in your message.").await?;
    customer.say(CARD).await?;
    agent.hears("Client", "••••••••••••1111").await?;
    customer.say("My reference is 4111111111111112.").await?;
    agent.hears("Client", "My reference is 4111111111111112.").await?;
    assert_eq!(
        eval(&customer.client, "window.__guarded").await?,
        json!([{ "action": "masked" }, { "action": "masked" }])
    );
    assert!(!browser::console(&customer.client).await?.contains("4111"), "nothing of it is printed");
    agent_never_saw_a_card(&agent).await
}

#[tokio::test]
async fn blocked_the_message_is_not_sent_and_the_chat_goes_on() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, agent) = chat(&driver, &stack, "cardGuard=block&lang=de").await?;
    customer.say(CARD).await?;
    customer.reads("Ihre Nachricht wurde nicht gesendet").await?;
    browser::find(&customer.client, "[data-testid=chat-input]").await?.clear().await?;
    customer.say("Sorry.").await?;
    agent.hears("Client", "Sorry.").await?;
    let texts = agent.texts_of("Client").await?;
    assert!(!texts.iter().any(|text| text.contains("4111") || text.contains('•')), "{texts:?}");
    agent_never_saw_a_card(&agent).await
}

#[tokio::test]
async fn typing_ahead_shows_the_agent_no_card_either() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _agent) = chat(&driver, &stack, "cardGuard=block").await?;
    let note = "window.__typed = [];
        window.CXBus.registerPlugin('Ear').before('WebChatService.sendTyping', (data) => {
          window.__typed.push(data.message || '');
          return data;
        });
        window.CXBus.command('WebChatService.sendTyping', { message: 'card 4111 1111 1111 1111' });";
    customer.client.execute(note, Vec::new()).await?;
    until_true("the service is told of the typing", async || {
        Ok(eval(&customer.client, "window.__typed").await?.to_string().contains("card •••• •••• •••• 1111"))
    })
    .await
}

#[tokio::test]
async fn off_it_touches_no_message() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, agent) = chat(&driver, &stack, "").await?;
    customer.say(CARD).await?;
    agent.hears("Client", CARD).await
}
