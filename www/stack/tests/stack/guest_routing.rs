//! Who gets a guest's chat, and what the guest sees of the agents who are asked (transports 2.2, 2.5).

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::chat_immediate::{accept, with_services};
use crate::guest::{Guest, P, Stream, call, create};
use crate::harness::{Agent, Servers};

/// The next change of a member: id and state.
async fn change(stream: &mut Stream) -> (String, String) {
    let member = stream.of_type("member-change").await["member"].clone();
    let text = |key: &str| member[key].as_str().unwrap().to_owned();
    (text("id"), text("state"))
}

/// A guest who asks for this.
async fn guest<'a>(servers: &'a Servers, skills: Value, language: Value, priority: u8) -> Guest<'a> {
    let mut body = create();
    body["routingTarget"]["skills"] = skills;
    body["routingTarget"]["language"] = language;
    body["routingTarget"]["priority"] = json!(priority);
    Guest::of(servers, call(servers, Method::POST, P, None, Some(body)).await)
}

async fn offered(agent: &Agent<'_>, guest: &Guest<'_>) -> Value {
    agent.chat(&guest.id).await["offeredTo"].clone()
}

fn chat(guest: &Guest<'_>) -> Value {
    json!({ "chatSessionId": guest.id })
}

#[tokio::test]
async fn an_agent_is_alerting_while_the_chat_is_offered() {
    let servers = with_services("[inbound_chat]\napp_selected_agent_group=Front\n").await;
    let guest = Guest::create(&servers).await;
    let mut stream = guest.connect().await;
    let mut here = vec![change(&mut stream).await, change(&mut stream).await];
    here.retain(|(id, _)| *id != guest.member);
    let queue = here.pop().unwrap().0;

    let fay = servers.agent_with("Fay", json!({ "groups": ["Front"] })).await;
    let (first, state) = change(&mut stream).await;
    assert_eq!(state, "ALERTING");
    let member = guest.get(&format!("/members/{first}")).await.good();
    assert_eq!((&member["role"], &member["state"]), (&json!("AGENT"), &json!("ALERTING")));
    assert_eq!((&member["displayName"], member.get("leaveDate")), (&json!("Fay"), None));
    let decline = format!("/chats/{}/decline", guest.id);
    assert_eq!(fay.post(&decline, json!({})).await.0, StatusCode::OK);
    assert_eq!(change(&mut stream).await, (first.clone(), "DISCONNECTED".to_owned()));
    let member = guest.get(&format!("/members/{first}")).await.good();
    assert_eq!(member["state"], "DISCONNECTED");
    assert!(member["leaveDate"].is_string());

    // The next one lets the time go by, and so it is asked again who has declined.
    let finn = servers.agent_with("Finn", json!({ "groups": ["Front"] })).await;
    let (second, state) = change(&mut stream).await;
    assert_eq!((state.as_str(), second != first), ("ALERTING", true));
    servers.clock.advance(30_000);
    assert_eq!(change(&mut stream).await, (second, "DISCONNECTED".to_owned()));
    let (third, state) = change(&mut stream).await;
    assert_eq!(state, "ALERTING");
    assert_eq!(accept(&finn, &chat(&guest)).await.0, StatusCode::CONFLICT);
    assert_eq!(accept(&fay, &chat(&guest)).await.0, StatusCode::OK);
    assert_eq!(
        change(&mut stream).await,
        (third.clone(), "CONNECTED".to_owned()),
        "the same member, and no alert again"
    );
    assert_eq!(stream.message("member-join").await["sender"]["id"], third);
    assert_eq!(change(&mut stream).await, (queue, "DISCONNECTED".to_owned()));
    let members = guest.get("/members?excludeDisconnectedMembers=true").await.good();
    let states: Vec<_> = members["entities"].as_array().unwrap().iter().map(|member| &member["state"]).collect();
    assert_eq!(states, ["CONNECTED", "CONNECTED"]);
    let asked = guest.get("/members").await.good();
    let named =
        |name: &str| asked["entities"].as_array().unwrap().iter().filter(|one| one["displayName"] == name).count();
    assert_eq!((named("Fay"), named("Finn")), (2, 1), "each time somebody is asked is a member of its own");
}

#[tokio::test]
async fn a_chat_goes_to_whom_its_guest_needs() {
    let servers = Servers::start().await;
    let alex = servers.agent("Alex").await;
    let ann = servers.agent_with("Ann", json!({ "skills": { "Billing": 3, "English": 20 } })).await;
    servers.agent_with("Bob", json!({ "skills": { "Billing": 9 } })).await;

    // All skills and the language; the others when the time is over.
    let wanted = guest(&servers, json!(["Billing"]), json!("English"), 0).await;
    let _stream = wanted.connect().await;
    assert_eq!(offered(&alex, &wanted).await, "Ann");
    assert_eq!(accept(&alex, &chat(&wanted)).await.1["error"]["code"], "offered_to_other");
    servers.clock.advance(30_000);
    assert_eq!(accept(&alex, &chat(&wanted)).await.0, StatusCode::OK);

    // Nobody who is there speaks it, no such skill can be: whoever likes, at once.
    for (skills, language) in [(json!([]), json!("Klingon")), (json!(["Billing>0|English"]), Value::Null)] {
        let anybody = guest(&servers, skills, language, 0).await;
        let _stream = anybody.connect().await;
        assert_eq!(accept(&alex, &chat(&anybody)).await.0, StatusCode::OK);
    }

    // As many as can be asked for, with names as long as they may be.
    let most = guest(&servers, json!(vec!["a".repeat(64); 16]), json!("b".repeat(64)), 0).await;
    let _most = most.connect().await;
    assert_eq!(accept(&alex, &chat(&most)).await.0, StatusCode::OK);

    // The more important first, and then who waits longer.
    ann.post("/ready", json!({ "ready": false })).await;
    let mut guests = Vec::new();
    for priority in [0, 3, 10, 3] {
        let guest = guest(&servers, json!([]), json!("English"), priority).await;
        let stream = guest.connect().await;
        servers.clock.advance(1_000);
        guests.push((guest, stream));
    }
    ann.post("/ready", json!({ "ready": true })).await;
    let mut order = Vec::new();
    while order.len() < guests.len() {
        for (number, (guest, _)) in guests.iter().enumerate() {
            if offered(&ann, guest).await == "Ann" {
                order.push(number);
                assert_eq!(accept(&ann, &chat(guest)).await.0, StatusCode::OK);
                break;
            }
        }
    }
    assert_eq!(order, [2, 1, 3, 0]);
}

#[tokio::test]
async fn where_there_is_a_group_it_comes_after_the_skilled() {
    let servers = with_services("[inbound_chat]\napp_selected_agent_group=Front\napp_find_agent_timeout=10\n").await;
    let fay = servers.agent_with("Fay", json!({ "groups": ["Front"] })).await;
    servers.agent_with("Ann", json!({ "groups": ["Back"], "skills": { "Billing": 3 } })).await;
    let guest = guest(&servers, json!(["Billing"]), Value::Null, 0).await;
    let _stream = guest.connect().await;
    assert_eq!(offered(&fay, &guest).await, "Ann");
    servers.clock.advance(10_000);
    fay.get("/chats").await;
    assert_eq!(accept(&fay, &chat(&guest)).await.0, StatusCode::OK);
}
