//! A MicroApp that the customer has left alone.

use reqwest::StatusCode;

use crate::harness::{REQUEST, Servers};

const IDLE_MS: i64 = 900_000;

#[tokio::test]
async fn it_is_over_after_a_while_and_the_agent_sees_it() {
    let servers = Servers::start().await;
    let mut changes = servers.stack.interactions.subscribe();
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    servers.clock.advance(IDLE_MS);
    // Nobody asks for the page: the server notices by itself.
    loop {
        let change = changes.recv().await.unwrap();
        if change.changed.get("MicroApp_Payment_State").is_some_and(|state| state == "Abandoned") {
            break;
        }
    }
    assert_eq!(agent.record(&customer.id).await["microapps"][0]["state"], "timeout");
    // Nobody waits for the audit log.
    while !agent.audit(&customer.id).await.contains(&"session_timeout".to_owned()) {}
    assert_eq!(servers.microapp(&path).await.refusal(), (410, "session_timeout"));
    let url = format!("{}{path}/hangup", servers.at.messaging);
    assert_eq!(servers.http.post(url).send().await.unwrap().status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn whoever_is_at_it_is_not_thrown_out() {
    let servers = Servers::with(|config| config.microapp_idle = 60).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    for _ in 0..5 {
        servers.clock.advance(50_000);
        assert_eq!(servers.microapp(&path).await.status, StatusCode::OK);
    }
    let page = servers.microapp(&path).await;
    servers.clock.advance(50_000);
    servers.submit(&path, &page, "begin", &[]).await.location();
    servers.clock.advance(60_000);
    assert_eq!(servers.microapp(&path).await.refusal(), (410, "session_timeout"));
    assert_eq!(agent.record(&customer.id).await["microapps"][0]["block"], "Card Details");
}

#[tokio::test]
async fn a_launch_does_not_resume_it() {
    let servers = Servers::with(|config| config.microapp_idle = 60).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    customer.go().await.location();
    servers.clock.advance(60_000);
    assert_eq!(customer.go().await.refusal(), (410, "session_timeout"));
    agent.say(&customer.id, REQUEST).await;
    customer.go().await.location();
}
