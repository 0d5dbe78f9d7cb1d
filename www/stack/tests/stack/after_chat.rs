//! A MicroApp that runs when its chat ends.

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{Agent, Customer, GOOD_CARD, REQUEST, Servers};

const IDLE_MS: i64 = 900_000;

/// At the card form, with the chat just ended.
async fn at_the_card_form<'a>(servers: &'a Servers) -> (Customer<'a>, Agent<'a>, String) {
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let page = servers.microapp(&path).await;
    servers.submit(&path, &page, "begin", &[]).await.location();
    customer.call("disconnect", &[]).await;
    assert_eq!(agent.chat(&customer.id).await["state"], "ended");
    (customer, agent, path)
}

#[tokio::test]
async fn it_goes_on_to_its_end() {
    let servers = Servers::start().await;
    let (customer, agent, path) = at_the_card_form(&servers).await;
    let said = agent.chat(&customer.id).await["transcript"].as_array().unwrap().len();
    for (step, fields) in [("card", &GOOD_CARD[..]), ("pay", &[][..])] {
        let page = servers.microapp(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        servers.submit(&path, &page, step, fields).await.location();
    }
    let result = servers.microapp(&path).await;
    let reference = result.between("data-testid=\"reference\">", "<");
    assert!(result.text.contains("Payment approved") && result.text.contains("data-last"));
    let record = agent.record(&customer.id).await;
    assert_eq!(
        (&record["microapps"][0]["state"], &record["microapps"][0]["reference"]),
        (&json!("ended"), &json!(reference))
    );
    let milestones = record["microapps"][0]["milestones"].as_array().unwrap();
    assert_eq!(
        milestones.iter().map(|milestone| &milestone["name"]).collect::<Vec<_>>(),
        ["Welcome", "Card Details", "Review", "Result"]
    );
    assert_eq!(record["attachedData"]["MicroApp_Payment_State"], "Approved");
    assert_eq!(record["attachedData"]["Payment_Reference"], reference);
    let audit = agent.audit(&customer.id).await;
    assert_eq!(audit.iter().filter(|code| *code == "status_skipped").count(), 2, "{audit:?}");
    assert!(!audit.contains(&"status_failed".to_owned()), "{audit:?}");
    let chat = agent.chat(&customer.id).await;
    assert_eq!(chat["transcript"].as_array().unwrap().len(), said, "nothing is said in an ended chat");
}

#[tokio::test]
async fn it_is_over_when_it_is_left_alone() {
    let servers = Servers::start().await;
    let (customer, agent, path) = at_the_card_form(&servers).await;
    servers.clock.advance(IDLE_MS - 60_000);
    assert_eq!(servers.microapp(&path).await.status, StatusCode::OK);
    servers.clock.advance(IDLE_MS);
    assert_eq!(servers.microapp(&path).await.refusal(), (410, "session_timeout"));
    assert_eq!(agent.record(&customer.id).await["attachedData"]["MicroApp_Payment_State"], "Abandoned");
}

#[tokio::test]
async fn it_can_be_hung_up() {
    let servers = Servers::start().await;
    let (customer, agent, path) = at_the_card_form(&servers).await;
    let url = format!("{}{path}/hangup", servers.at.messaging);
    assert_eq!(servers.http.post(url).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(agent.record(&customer.id).await["microapps"][0]["state"], "closed");
    assert_eq!(servers.microapp(&path).await.refusal(), (410, "session_closed"));
}

#[tokio::test]
async fn no_launch_starts_or_resumes_one() {
    let servers = Servers::start().await;
    let (customer, agent, path) = at_the_card_form(&servers).await;
    assert_eq!(customer.go().await.refusal(), (410, "chat_ended"));
    assert_eq!(servers.microapp(&path).await.status, StatusCode::OK, "a refused launch takes nothing away");
    let record = agent.record(&customer.id).await;
    assert_eq!(record["microapps"].as_array().unwrap().len(), 1);
}
