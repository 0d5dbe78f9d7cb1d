//! The page that starts a chat by Chat Immediate, and the agent to whom it is routed, with all that `cargo xtask demo` starts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::agent::Agent;
use e2e::browser::{Driver, Window, click, eval, find, is_there, type_into};
use e2e::desk_api::DeskApi;
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::{Value, json};

use crate::failover::DEPLOYMENT;

const FAULT: &str = "document.getElementById('fault').textContent";
const TRANSCRIPT: &str = "document.getElementById('transcript').textContent";

/// Notes what the page says went wrong whenever it puts something off.
const NOTE: &str = "(window.setTimeout = ((later) => (...all) => {
    window.noted = document.getElementById('fault').textContent; return later(...all);
})(window.setTimeout), 0)";

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
    until_true("the customer reads it", async || {
        Ok(eval(&browser, TRANSCRIPT).await?.as_str().unwrap().contains("Hello Jamie <b>"))
    })
    .await?;
    // What GMS refuses, here for its length, is still in the field, and polls do not take back what is said of it.
    eval(&browser, "(document.getElementById('text').value = 'x'.repeat(20000), 0)").await?;
    click(&browser, "#say [type=submit]").await?;
    let refused = "The chat cannot be reached.";
    until_true("the page says so", async || Ok(eval(&browser, FAULT).await? == refused)).await?;
    for text in ["Are you there?", "I can wait."] {
        agent.say(text).await?;
        until_true("a poll", async || Ok(eval(&browser, TRANSCRIPT).await?.as_str().unwrap().contains(text))).await?;
    }
    assert_eq!(eval(&browser, FAULT).await?, refused);
    assert_eq!(eval(&browser, "document.getElementById('text').value.length").await?, 20_000);
    eval(&browser, "(document.getElementById('text').value = '', 0)").await?;
    type_into(&browser, "#text", "It is too high").await?;
    click(&browser, "#say [type=submit]").await?;
    agent.hears("Client", "It is too high").await?;
    until_true("the field is empty again", async || {
        Ok(eval(&browser, "document.getElementById('text').value").await? == "" && eval(&browser, FAULT).await? == "")
    })
    .await?;
    agent.end().await?;
    until_true("the customer learns the end", async || Ok(eval(&browser, FAULT).await? == "The chat has ended."))
        .await?;
    let lines =
        eval(&browser, "[...document.querySelectorAll('#transcript li')].map(line => line.textContent)").await?;
    let expected = [
        "Jamie Rivers is here",
        "Quayside BankWelcome. An agent will be with you shortly.",
        "Kim Otieno is here",
        "Kim OtienoHello Jamie <b>",
        "Kim OtienoAre you there?",
        "Kim OtienoI can wait.",
        "Jamie RiversIt is too high",
        "Kim Otieno has left",
    ];
    assert_eq!(lines, json!(expected), "everything once and in order");

    // One whose service is gone is over as well, and is asked for no more.
    browser.goto(&format!("{}/chat-immediate/", stack.site)).await?;
    click(&browser, "#start [type=submit]").await?;
    until_true("it begins", async || Ok(eval(&browser, TRANSCRIPT).await?.as_str().unwrap().contains("is here")))
        .await?;
    eval(&browser, NOTE).await?;
    let (http, services) = (reqwest::Client::new(), format!("{}/genesys/1/service/callback/chat-immediate", stack.gms));
    let list = http.get(format!("{services}?_customer_number=1234567")).send().await?.json::<Vec<Value>>().await?;
    for service in list {
        http.delete(format!("{services}/{}", service["_id"].as_str().unwrap())).send().await?.error_for_status()?;
    }
    let gone = "This chat is no longer there.";
    until_true("the customer learns it", async || Ok(eval(&browser, FAULT).await? == gone)).await?;
    assert_eq!(eval(&browser, "document.getElementById('say').hidden").await?, true);
    assert_ne!(eval(&browser, "window.noted || ''").await?, gone);
    Ok(())
}

#[tokio::test]
async fn an_agent_at_a_place_pokes_the_customer() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = |name: &str, text: &str| -> Result<String> {
        let path = folder.path().join(name);
        std::fs::write(&path, text)?;
        Ok(path.display().to_string())
    };
    // The demo's, but for the processes.
    let demo = include_str!("../../../www/stack/demo/deployment.ini");
    let deployment = file("deployment.ini", demo.split_once("\n[chat-server:").unwrap().0)?;
    let services = "[service.chat-immediate]\n_target=Desk 7@StatServer.AP\n_urs_virtual_queue=q\n";
    let services = file("services.ini", services)?;
    let stack = Stack::start(&["--deployment", &deployment, "--services", &services]).await?;
    let driver = Driver::start().await?;
    let customer = driver.open_own(Window::default()).await?;
    customer.goto(&format!("{}/chat-immediate/", stack.site)).await?;
    click(&customer, "#start [type=submit]").await?;

    // Nobody but who sits there is asked.
    let client = driver.open_own(Window::default()).await?;
    client.goto(&stack.desk).await?;
    click(&client, ".profile summary").await?;
    type_into(&client, "[data-testid=login-place]", "Desk 7").await?;
    type_into(&client, "[data-testid=login-place-groups]", "First floor, Corner").await?;
    type_into(&client, "[data-testid=login-campaign-groups]", "Spring").await?;
    click(&client, "[data-testid=login-submit]").await?;
    let agent = Agent { client };
    agent.accept().await?;
    let keep = "fetch('/api/me').then(me => me.json()).then(me => { document.body.dataset.profile = JSON.stringify(me.profile); })";
    eval(&agent.client, &format!("void {keep}")).await?;
    let profile = "JSON.parse(document.body.dataset.profile || '{}')";
    until_true("the desk knows who it is", async || {
        let profile = eval(&agent.client, profile).await?;
        Ok(profile["place"] == "Desk 7"
            && profile["placeGroups"] == json!(["First floor", "Corner"])
            && profile["campaignGroups"] == json!(["Spring"]))
    })
    .await?;

    find(&agent.client, "[data-testid=poke]").await?;
    click(&agent.client, "[data-testid=poke]").await?;
    let said = "document.getElementById('transcript').textContent";
    until_true("the customer reads it", async || {
        Ok(eval(&customer, said).await?.as_str().unwrap().contains("GMS: We are waiting for you in this chat."))
    })
    .await?;
    until_true("the agent sees it", async || {
        Ok(eval(&agent.client, said).await?.as_str().unwrap().contains("Notice from GMS"))
    })
    .await?;
    click(&agent.client, "[data-testid=end-chat]").await?;
    let shown = "[data-testid=poke]:not([hidden])";
    until_true("a chat that is over has no poke", async || Ok(!is_there(&agent.client, shown).await?)).await
}
