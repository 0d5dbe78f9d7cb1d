//! The corpus before several Chat Servers: the front reads calls itself, and the operator's page is another listener.

use futures_util::StreamExt;
use reqwest::StatusCode;
use serde_json::json;

use super::streams::no_frame_of_cometd_is_a_fault;
use super::{nothing_raw_is_a_fault, requests};
use crate::chat_immediate::callback;
use crate::front::{Front, OPTIONS, PAIR, SECOND};
use crate::harness::REQUEST;
use crate::openapi::description;

#[tokio::test]
async fn neither_the_front_nor_the_operators_page_has_a_fault() {
    let front = Front::with(&format!("{OPTIONS}{PAIR}{SECOND}"), &["--enable-notification-mode"]).await;
    let (customer, agent) = front.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let microapp = customer.go().await.location();
    let service = callback(&front, "chat-immediate").await;
    let ids = [("userId", customer.user_id.as_str()), ("secureKey", customer.key.as_str()), ("alias", "117")];
    let (at, operator) = (&front.at, front.operator());
    let gms = json!({
        "service": "customer-support", "chatId": customer.id, "fileId": "0", "kind": "connect", "name": "chat-immediate",
        "id": service["_id"], "key": "kept",
    });
    let mut all = Vec::new();
    for (origin, live) in [
        (at.gms.as_str(), gms),
        (&at.messaging, json!({ "token": "T3NB68E-", "id": microapp.rsplit('/').next().unwrap() })),
        (at.esp.as_ref().unwrap(), json!({ "application": "ChatServer1", "id": customer.id })),
        (operator, json!({ "name": "ChatServer3" })),
    ] {
        all.extend(requests(origin, &description(&front, origin).await, &live, &ids));
    }
    // Headers and queries are read by the servers behind it.
    all.retain(|hostile| hostile.turn() == 0 && hostile.is_for_a_front());
    assert!(all.len() > 1000, "{}", all.len());
    let send = async |hostile: &super::Hostile| hostile.send(hostile.request(&front.http)).await;
    futures_util::stream::iter(&all).map(send).buffer_unordered(8).collect::<Vec<u16>>().await;
    for origin in [at.gms.as_str(), &at.messaging, at.esp.as_ref().unwrap(), operator] {
        nothing_raw_is_a_fault(origin).await;
        description(&front, origin).await;
    }
    assert_eq!(customer.call("refresh", &[]).await["statusCode"], 0);
    assert_eq!(front.microapp(&microapp).await.status, StatusCode::OK);
    // It hands the frames of CometD on to one of several Chat Servers.
    no_frame_of_cometd_is_a_fault(&front, &agent).await;
    // The button works whatever comes along with it.
    front.ready(0).await;
    let pressed =
        front.http.post(format!("{operator}/fail/ChatServer1")).body(vec![0xff; 100_000]).send().await.unwrap();
    assert_eq!(pressed.status(), StatusCode::SEE_OTHER);
    assert_eq!(customer.call("refresh", &[]).await["alias"], "118");
}
