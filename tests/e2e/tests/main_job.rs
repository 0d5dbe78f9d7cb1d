//! The vendor's "Detailed process summary", step by step, each step asserted where it can be observed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::agent::Agent;
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{CARD, CLOSE, Customer};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::stack::Stack;

#[tokio::test]
async fn the_nine_steps_of_the_vendors_process() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    customer.record_events().await?;
    customer.start_chat_by_hand().await?;
    let agent = Agent::log_in(&driver, &stack, Window::default()).await?;
    agent.accept().await?;
    agent.say("Hello Jamie, shall we settle the card?").await?;
    customer.reads("shall we settle the card?").await?;
    let server = DeskApi::watch(&stack).await?;

    // 1. The agent invokes the MicroApp, from a standard response.
    agent.insert_payment().await?;
    agent.send().await?;
    server.hears("Agent", PAYMENT).await?;

    // 2. The customer does not see it. 3. It is forwarded to the Messaging Server with the chat's values.
    customer.enter_app("[data-testid=amount]").await?;
    let shown = browser::find(&customer.client, "[data-testid=amount]").await?.text().await?;
    assert!(shown.contains("77.80"), "the amount of the agent's message, not {shown}");
    customer.leave_app().await?;
    customer.saw_no_line().await?;
    let source = eval(&customer.client, "document.querySelector('#speechstorm_webivr_iframe').src").await?;
    let asked = url::Url::parse(source.as_str().unwrap())?;
    let names: Vec<_> = asked.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["domain", "chatMessage", "chatInteractionID", "chatSecureKey", "chatUserID"]);
    assert!(asked.query_pairs().any(|(name, value)| name == "chatMessage" && value == PAYMENT));

    // 4. Attached data were read. 5. and 6. The transcript was fetched and the request found in it.
    let record = server.record().await?;
    let codes: Vec<_> = record["audit"].as_array().unwrap().iter().filter_map(|row| row["code"].as_str()).collect();
    for code in ["attached_data_read", "transcript_matched", "session_started"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    let transcript = server.chat().await?;
    let request = transcript["transcript"].as_array().unwrap().iter().find(|entry| entry["text"] == PAYMENT).unwrap();
    assert_eq!(record["microapps"][0]["transcriptIndex"], request["index"]);

    // 7. Status messages tell the agent where the customer is, and the customer does not see them.
    customer.begin_payment().await?;
    agent.sees_milestone("block:Card Details").await?;
    agent.sees_state("running").await?;
    customer.enter_card_by_hand(CARD).await?;
    agent.sees_milestone("block:Review").await?;

    // 8. The MicroApp attaches data, and Case Information shows them at once.
    customer.pay().await?;
    agent.sees_case("MicroApp_Payment_State", "Approved").await?;

    // 9. The plugin reports the end on behalf of the user, once, and the customer does not see it.
    server.hears("Client", "microapp:progress:ended").await?;
    agent.sees_state("ended").await?;
    let steps = "[...document.querySelectorAll('#microapp-card ol.steps li')].map((step) =>
        step.querySelector('time[datetime]') && step.querySelector('span').textContent)";
    let steps = eval(&agent.client, steps).await?;
    assert_eq!(
        steps,
        serde_json::json!(["Welcome", "Card Details", "Review", "Result", "Completed"]),
        "each with its time"
    );
    browser::click(&customer.client, CLOSE).await?;
    customer.app_is_gone().await?;
    customer.say("Thank you, that was quick!").await?;
    agent.reads("Thank you, that was quick!").await?;
    let ours: Vec<_> = server.texts_of("Client").await?.into_iter().filter(|text| text.contains("microapp")).collect();
    assert_eq!(ours, ["microapp:progress:ended"]);
    customer.saw_no_line().await?;
    assert_eq!(
        customer.events().await?,
        [
            "requested",
            "loading",
            "opened",
            "progress block:Welcome",
            "progress block:Card Details",
            "progress block:Review",
            "progress block:Result",
            "ended",
            "closed",
        ]
    );
    Ok(())
}

#[tokio::test]
async fn nothing_secret_is_left_behind() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    customer
        .client
        .execute(
            "window.__bus = [];
         const spy = window._genesys.widgets.bus.registerPlugin('Spy');
         for (const name of ['ready', 'requested', 'loading', 'opened', 'closed', 'progress', 'ended', 'failed'])
           spy.subscribe('CXSpeechStorm.' + name, (event) => window.__bus.push(event));",
            Vec::new(),
        )
        .await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    server.hears("Client", "microapp:progress:ended").await?;

    let session = eval(&customer.client, "document.querySelector('#speechstorm_webivr_iframe').src").await?;
    let session = url::Url::parse(session.as_str().unwrap())?;
    let key = session.query_pairs().find(|(name, _)| name == "chatSecureKey").unwrap().1.into_owned();
    let published = eval(&customer.client, "JSON.stringify(window.__bus)").await?.to_string();
    let stored = eval(&customer.client, "JSON.stringify([{...sessionStorage}, {...localStorage}])").await?.to_string();
    let console = browser::console(&customer.client).await?;
    assert!(published.contains("ended"), "the spy works");
    assert!(stored.contains("cx-speechstorm.ledger"), "there is something stored to look at");
    for (place, text) in [("events", &published), ("storage", &stored), ("console", &console)] {
        for secret in [key.as_str(), "USD77.80", "AccountNumber", CARD, "microapp://"] {
            assert!(!text.contains(secret), "{place} hold {secret}");
        }
    }
    let files = std::fs::read_dir(stack.db.parent().unwrap())?.map(|file| std::fs::read(file?.path()));
    let everything = String::from_utf8_lossy(&files.collect::<Result<Vec<_>, _>>()?.concat()).into_owned();
    assert!(everything.contains("microapp:progress:ended"), "the database was read");
    assert!(!everything.contains(CARD));
    let chat = server.chat().await?.to_string();
    assert!(!chat.contains(CARD) && !chat.contains(&key));
    Ok(())
}

#[tokio::test]
async fn the_toaster_shows_the_microapp_where_the_page_asks_for_it() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/toaster.html", Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    assert!(browser::is_there(&customer.client, ".cx-toaster #speechstorm_webivr_iframe").await?);
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    server.hears("Client", "microapp:progress:ended").await?;
    browser::click(&customer.client, ".cx-toaster .cx-speechstorm-close").await?;
    customer.app_is_gone().await?;
    customer.saw_no_line().await
}

#[tokio::test]
async fn other_plugins_open_and_close_by_command() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    browser::find(&customer.client, "[data-testid=chat-launcher]").await?;
    let command = "
        const done = arguments[arguments.length - 1];
        const bus = window._genesys.widgets.bus;
        const settled = (word) => (value) => done([word, value && value.code]);
        bus.command('CXSpeechStorm.' + arguments[0], arguments[1]).done(settled('resolved')).fail(settled('rejected'));";
    let run = async |name: &str, data: serde_json::Value| -> Result<serde_json::Value> {
        Ok(customer.client.execute_async(command, vec![name.into(), data]).await?)
    };
    use serde_json::json;
    assert_eq!(run("close", json!({})).await?, json!(["rejected", "not_open"]));
    assert_eq!(run("open", json!({ "appToken": "a/b" })).await?, json!(["rejected", "bad_token"]));
    assert_eq!(run("open", json!({ "appToken": "T", "chatMessage": "x" })).await?, json!(["rejected", "bad_command"]));
    assert_eq!(run("configure", json!({ "placement": "popup" })).await?, json!(["rejected", "bad_config"]));
    assert_eq!(run("configure", json!({ "placement": "panel" })).await?[0], "resolved");
    customer.client.execute("document.querySelector('[data-testid=chat-launcher]').focus()", Vec::new()).await?;
    // The server refuses a token without a chat; the frame shows its page all the same.
    assert_eq!(run("open", json!({ "appToken": "T3NB68E-" })).await?[0], "resolved");
    assert!(browser::is_there(&customer.client, e2e::customer::FRAME).await?);
    let focused =
        async |selector: &str| eval(&customer.client, &format!("document.activeElement.matches({selector:?})")).await;
    assert_eq!(focused(".cx-speechstorm *").await?, true, "the focus is in our window");
    assert_eq!(run("close", json!({ "immediately": true })).await?[0], "resolved");
    assert!(!browser::is_there(&customer.client, e2e::customer::FRAME).await?);
    assert_eq!(focused("[data-testid=chat-launcher]").await?, true, "the focus is back where it was");
    Ok(())
}
