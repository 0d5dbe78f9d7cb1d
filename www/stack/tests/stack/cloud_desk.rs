//! What customers of the cloud see of a team at work: transfers, colleagues who advise, supervisors who listen in; and what
//! agents see of them.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::guest::{Guest, kinds};
use crate::harness::{Agent, Servers};
use crate::v3;

async fn accept(agent: &Agent<'_>, id: &str) {
    assert_eq!(agent.post(&format!("/chats/{id}/accept"), json!({})).await.0, StatusCode::OK);
}

async fn hand_on(agent: &Agent<'_>, id: &str, to: &str) {
    let body = json!({ "agent": to, "note": "Has the wrong invoice" });
    assert_eq!(agent.post(&format!("/chats/{id}/transfer"), body).await.0, StatusCode::OK);
}

/// Type and name of who came, went and spoke.
fn who(messages: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let messages = messages["messages"].as_array().unwrap().iter();
    messages.map(|one| (text(&one["type"]), text(&one["from"]["nickname"]))).collect()
}

#[tokio::test]
async fn a_guest_sees_one_agent_go_and_another_come() {
    let servers = Servers::start().await;
    let (guest, mut stream, alex) = Guest::in_a_chat(&servers).await;
    let bea = servers.agent("Bea").await;
    let before = kinds(&guest.messages("").await).len();
    hand_on(&alex, &guest.id, "Bea").await;
    let gone = stream.message("member-leave").await["sender"]["id"].clone();
    assert_eq!(guest.get(&format!("/members/{}", gone.as_str().unwrap())).await.good()["displayName"], "Alex");
    let asked = stream.of_type("member-change").await["member"].clone();
    assert_eq!(asked["state"], "ALERTING");
    accept(&bea, &guest.id).await;
    let come = stream.of_type("member-change").await["member"].clone();
    assert_eq!((&come["id"], &come["state"]), (&asked["id"], &json!("CONNECTED")));
    assert_eq!(guest.get(&format!("/members/{}", come["id"].as_str().unwrap())).await.good()["displayName"], "Bea");
    bea.say(&guest.id, "I am Bea").await;
    assert_eq!(stream.message("standard").await["sender"]["id"], come["id"]);
    guest.say("Hello Bea").await.good();
    let messages = guest.messages("").await;
    assert_eq!(kinds(&messages)[before..], ["member-leave", "member-join", "standard", "standard"]);
    assert!(!messages.to_string().contains("wrong invoice"), "the note is for agents");
}

#[tokio::test]
async fn a_session_of_v3_sees_one_agent_go_and_another_come() {
    let servers = Servers::start().await;
    let customer = v3::Customer::start(&servers).await;
    let (alex, bea) = (servers.agent("Alex").await, servers.agent("Bea").await);
    accept(&alex, &customer.session).await;
    customer.get("").await;
    hand_on(&alex, &customer.session, "Bea").await;
    accept(&bea, &customer.session).await;
    bea.say(&customer.session, "I am Bea").await;
    let told = customer.get("").await;
    let pair = |kind: &str, name: &str| (kind.to_owned(), name.to_owned());
    let expected = [pair("ParticipantLeft", "Alex"), pair("ParticipantJoined", "Bea"), pair("Message", "Bea")];
    assert_eq!((who(&told), &told["chatEnded"]), (expected.to_vec(), &json!(false)));
}

#[tokio::test]
async fn nobody_of_the_cloud_learns_who_advises_or_listens() {
    let servers = Servers::start().await;
    let (guest, mut stream, alex) = Guest::in_a_chat(&servers).await;
    let customer = v3::Customer::start(&servers).await;
    accept(&alex, &customer.session).await;
    let bea = servers.agent("Bea").await;
    let sue = servers.agent_with("Sue", json!({ "role": "supervisor", "media": [] })).await;
    for id in [&guest.id, &customer.session] {
        let path = |rest: &str| format!("/chats/{id}{rest}");
        let done = async |agent: &Agent<'_>, rest: &str, body: Value| {
            let (status, answer) = agent.post(&path(rest), body).await;
            assert_eq!(status, StatusCode::OK, "{rest}: {answer}");
        };
        done(&alex, "/consult", json!({ "agent": "Bea", "note": "Is it hers?" })).await;
        done(&bea, "/consult/answer", json!({ "step": "join" })).await;
        done(&bea, "/messages", json!({ "text": "It is hers", "visibility": "INT" })).await;
        done(&sue, "/supervise", json!({ "mode": "monitor" })).await;
        done(&sue, "/messages", json!({ "text": "It is on file", "visibility": "VIP" })).await;
        done(&alex, "/messages", json!({ "text": "It is yours" })).await;
    }
    let mut heard = Vec::new();
    while !heard.last().is_some_and(|event: &Value| event["eventBody"]["body"] == "It is yours") {
        heard.push(stream.next().await.unwrap());
    }
    let members = guest.get("/members").await.good();
    let (messages, told) = (guest.messages("").await, customer.get("").await);
    // There would be something to see: the supervisor sees all of it.
    let all = sue.chat(&guest.id).await.to_string();
    for secret in ["Bea", "Sue", "Is it hers?", "It is hers", "It is on file"] {
        assert!(all.contains(secret), "{secret}");
        for seen in [json!(heard), members.clone(), messages.clone(), told.clone()] {
            assert!(!seen.to_string().contains(secret), "{secret} in {seen}");
        }
    }
    for seen in [&messages, &told] {
        assert!(seen.to_string().contains("It is yours"));
    }
    assert_eq!(members["total"], 3, "guest, queue and agent");
    let changes = heard.iter().filter(|event| event["metadata"]["type"] == "member-change").count();
    assert_eq!(changes, 0, "nobody has come or gone, for the guest");
}

#[tokio::test]
async fn a_guests_typing_is_over_with_the_message() {
    let servers = Servers::start().await;
    let (guest, _stream, agent) = Guest::in_a_chat(&servers).await;
    guest.call(reqwest::Method::POST, &format!("/members/{}/typing", guest.member), None).await.good();
    assert_eq!(agent.chat(&guest.id).await["customerTyping"], true);
    guest.say("There").await.good();
    assert_eq!(agent.chat(&guest.id).await["customerTyping"], false, "at once: the clock stands still");
}

#[tokio::test]
async fn every_type_that_v3_takes_is_written() {
    let servers = Servers::start().await;
    let customer = v3::Customer::start(&servers).await;
    let before = who(&customer.get("").await).len();
    for kind in ["Text", "Message", "Notice", "CustomNotice"] {
        customer.post(&[("operationId", "8"), ("data[type]", kind), ("data[text]", kind)]).await.good();
    }
    let all = customer.get("&count=100").await;
    let written: Vec<_> = all["messages"].as_array().unwrap()[before..]
        .iter()
        .map(|one| (one["type"].as_str().unwrap(), one["text"].as_str().unwrap()))
        .collect();
    let expected =
        [("Message", "Text"), ("Message", "Message"), ("CustomNotice", "Notice"), ("CustomNotice", "CustomNotice")];
    assert_eq!(written, expected);
}
