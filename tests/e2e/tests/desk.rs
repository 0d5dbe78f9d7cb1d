//! The agent desk in the browser: an agent and a supervisor at the same chat, by keyboard where that is quicker.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::agent::Agent;
use e2e::browser::{Browser, Driver, Window, click, eval, find, type_into};
use e2e::devtools::accessibility_violations_in;
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::Value;

const ENTER: &str = "\u{e007}";
const ALT_DOWN: &str = "\u{e00a}\u{e015}";

async fn fine(browser: &Browser, what: &str) -> Result<()> {
    assert_eq!(accessibility_violations_in(browser, "body").await?, Vec::<String>::new(), "{what}");
    Ok(())
}

async fn eval_true(browser: &Browser, expression: &str) -> Result<()> {
    until_true(expression, async || Ok(eval(browser, expression).await? == true)).await
}

/// A customer who has come without a page.
async fn customer(stack: &Stack, fields: &str) -> Result<(String, String)> {
    let url = format!("{}/genesys/2/chat/customer-support", stack.gms);
    let request = reqwest::Client::new().post(&url).header("Content-Type", "application/x-www-form-urlencoded");
    let answer: Value = request.body(fields.to_owned()).send().await?.json().await?;
    let text = |key: &str| answer[key].as_str().unwrap().to_owned();
    let credentials = format!("userId={}&secureKey={}", text("userId"), text("secureKey"));
    Ok((format!("{url}/{}", text("chatId")), credentials))
}

async fn ask(chat: &(String, String), verb: &str, fields: &str) -> Result<String> {
    let request = reqwest::Client::new().post(format!("{}/{verb}", chat.0));
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    Ok(request.body(format!("{}&{fields}", chat.1)).send().await?.text().await?)
}

async fn sign_in(driver: &Driver, stack: &Stack, name: &str, supervisor: bool) -> Result<Agent> {
    let client = driver.open_own(Window::default()).await?;
    client.goto(&stack.desk).await?;
    find(&client, "[data-testid=login-name]").await?.clear().await?;
    type_into(&client, "[data-testid=login-name]", name).await?;
    if supervisor {
        click(&client, ".profile summary").await?;
        click(&client, "[data-testid=login-supervisor]").await?;
        fine(&client, "signing in").await?;
    }
    click(&client, "[data-testid=login-submit]").await?;
    Ok(Agent { client })
}

#[tokio::test]
async fn agents_and_a_supervisor_at_work() -> Result<()> {
    let stack = Stack::start(&["--idle-enabled"]).await?;
    let driver = Driver::start().await?;
    let fields = "firstName=Maria&lastName=Gonzalez&subject=Invoice&userData[AccountNumber]=1234567";
    let maria = customer(&stack, fields).await?;
    let alex = sign_in(&driver, &stack, "Alex", false).await?;

    // By keyboard: to the first chat, and into it.
    find(&alex.client, "[data-testid=chat-item]").await?;
    find(&alex.client, "body").await?.send_keys(ALT_DOWN).await?;
    click(&alex.client, "[data-testid=accept]").await?;
    eval_true(&alex.client, "document.activeElement.id === 'composer'").await?;
    eval_true(&alex.client, "/^Silence: [0-4]:[0-5]\\d$/.test(document.getElementById('idle').textContent)").await?;

    // A standard response, found by words and filled in for this customer.
    type_into(&alex.client, "[data-testid=response-search]", "hello").await?;
    eval_true(&alex.client, "document.getElementById('responses-found').textContent === '1 found'").await?;
    click(&alex.client, "[data-testid=standard-response-greeting]").await?;
    eval_true(&alex.client, "document.getElementById('composer').value.startsWith('Hello Maria, this is Alex.')")
        .await?;
    find(&alex.client, "[data-testid=composer]").await?.send_keys(ENTER).await?;
    alex.reads("Hello Maria").await?;
    find(&alex.client, "[data-testid=response-search]").await?.clear().await?;
    click(&alex.client, "[data-testid=standard-response-payment]").await?;
    eval_true(&alex.client, "document.getElementById('response-account').value === '1234567'").await?;

    // Case Information is changed here and comes back live.
    type_into(&alex.client, "[data-testid=case-key]", "Tier").await?;
    type_into(&alex.client, "[data-testid=case-value]", "Gold").await?;
    click(&alex.client, "[data-testid=case-save]").await?;
    alex.sees_case("Tier", "Gold").await?;
    fine(&alex.client, "a chat").await?;

    // A supervisor coaches: the agent reads it, the customer does not.
    let sue = sign_in(&driver, &stack, "Sue", true).await?;
    click(&sue.client, "[data-testid=chat-item]").await?;
    click(&sue.client, "[data-testid=coach]").await?;
    eval_true(&sue.client, "document.getElementById('audience').value === 'INT'").await?;
    sue.say("Offer her a discount").await?;
    alex.reads("Offer her a discount").await?;
    alex.reads("Sue coaches").await?;
    eval_true(&sue.client, "document.querySelectorAll('[data-testid=team-agent]').length === 2").await?;
    fine(&sue.client, "coaching").await?;
    assert!(!ask(&maria, "refresh", "transcriptPosition=1").await?.contains("discount"));

    // The chat is handed on; Escape would leave the dialog.
    let bea = sign_in(&driver, &stack, "Bea", false).await?;
    click(&alex.client, "[data-testid=transfer]").await?;
    fine(&alex.client, "handing on").await?;
    click(&alex.client, "[value='agent:Bea']").await?;
    type_into(&alex.client, "[data-testid=transfer-note]", "Wrong invoice").await?;
    click(&alex.client, "[data-testid=transfer-submit]").await?;
    eval_true(&alex.client, "document.getElementById('composer-form').hidden").await?;
    bea.accept().await?;
    bea.reads("Wrong invoice").await?;
    ask(&maria, "startTyping", "message=Is+anybody").await?;
    eval_true(&bea.client, "document.getElementById('customer-typing').textContent.includes('Is anybody')").await?;
    Ok(())
}
