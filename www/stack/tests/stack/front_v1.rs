//! Services of API v1 and their chats over several Chat Servers (Chat Support, "Web API Server Configuration": the page's
//! chat API is this one).

use reqwest::header::SET_COOKIE;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::chat_immediate::USER;
use crate::front::{Front, PAIR, SECOND};
use crate::harness::{Agent, Servers};
use crate::live::with_poke;

async fn two() -> Front {
    Front::start(&format!("{}{PAIR}{SECOND}", with_poke())).await
}

async fn post(front: &Front, path: &str, form: &[(&str, &str)]) -> Response {
    front.http.post(format!("{}{path}", front.at.gms)).form(form).send().await.unwrap()
}

async fn object(front: &Front, path: &str, form: &[(&str, &str)]) -> Value {
    let answer = post(front, path, form).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.json().await.unwrap()
}

/// The alias of the Chat Server that has this service's chat.
async fn alias(front: &Front, path: &str) -> Value {
    object(front, &format!("{path}/refresh"), &[("_verbose", "true")]).await["chatServerLoadBalancerAlias"].clone()
}

/// The desk of the second Chat Server's agents.
pub fn second(front: &Front, spare: Servers) -> Servers {
    let at = cx_stack::Addresses { desk: front.at.desks[0].clone(), ..front.at.clone() };
    Servers { at, ..spare }
}

#[tokio::test]
async fn services_are_spread_and_found_by_their_ids() {
    let front = two().await;
    let desk = second(&front, Servers::start().await);
    let path = "/genesys/1/service/request-chat";
    assert_eq!(post(&front, path, &[]).await.status(), StatusCode::SERVICE_UNAVAILABLE, "no agent anywhere");
    // Only the second has an agent, so it gets them all; with an agent at both they are spread.
    let bea = desk.agent("Bea").await;
    let mut chats = Vec::new();
    for round in 0..4 {
        if round == 2 {
            front.agent("Alex").await;
        }
        let service = object(&front, path, &[("usr_reason", "bill")]).await;
        let url = service["_chatIxnAPI-CREATE-URL"].as_str().unwrap().to_owned();
        let chat = object(&front, &url, &[("firstName", "Maria"), ("_verbose", "true")]).await;
        chats.push((url, chat));
    }
    let aliases: Vec<_> = chats.iter().map(|(_, chat)| chat["chatServerLoadBalancerAlias"].as_str().unwrap()).collect();
    assert_eq!(aliases, ["119", "119", "117", "117"], "whoever has the fewest");
    let started: Vec<_> = front.balancer().await.as_array().unwrap().iter().map(|one| one["started"].clone()).collect();
    assert_eq!(started, [2, 2]);

    // The chat goes on wherever it is: its verbs, its agent, the poke of his desktop, its storage.
    let (url, chat) = &chats[0];
    let chat_id = chat["chatSessionId"].as_str().unwrap();
    assert_eq!(bea.post(&format!("/chats/{chat_id}/accept"), json!({})).await.0, StatusCode::OK);
    bea.say(chat_id, "Hello").await;
    let sent = object(&front, &format!("{url}/send"), &[("message", "Hi"), ("transcriptPosition", "3")]).await;
    let texts: Vec<_> = sent["transcriptToShow"].as_array().unwrap().iter().map(|entry| &entry[2]).collect();
    assert_eq!(texts, ["Hello", "Hi"]);
    let id = url.split('/').nth(4).unwrap();
    // The number of an id is that of the alias.
    for ((url, _), number) in chats.iter().zip(["371-", "371-", "369-", "369-"]) {
        assert!(url.split('/').nth(4).unwrap().starts_with(number), "{url} {number}");
    }
    assert_eq!(post(&front, &format!("/genesys/1/internal-poke/{id}"), &[]).await.status(), StatusCode::NO_CONTENT);
    let storage = format!("/genesys/1/service/{id}/storage");
    assert_eq!(post(&front, &storage, &[("a", "1")]).await.status(), StatusCode::OK);
    assert_eq!(front.get(&format!("{}{storage}", front.at.gms)).await.text, "{\"a\":\"1\"}");

    // Killing the second's primary loses nothing of it, and the first does not notice.
    front.kill(1).await;
    assert_eq!(alias(&front, url).await, "120");
    assert_eq!(alias(&front, &chats[2].0).await, "117");
    let refreshed = object(&front, &format!("{url}/refresh"), &[]).await;
    let texts: Vec<_> = refreshed["transcriptToShow"].as_array().unwrap().iter().map(|entry| &entry[2]).collect();
    assert!(
        texts.contains(&&json!("Hello")) && texts.contains(&&json!("Hi")) && texts.contains(&&json!("Please look"))
    );
    assert_eq!(front.get(&format!("{}{storage}", front.at.gms)).await.text, "{\"a\":\"1\"}");
    assert_eq!(post(&front, &format!("/genesys/1/internal-poke/{id}"), &[]).await.status(), StatusCode::NO_CONTENT);
    let unknown = post(&front, "/genesys/1/service/369-0/ixn/chat", &[]).await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn callbacks_of_all_servers_are_listed_and_their_agents_counted() {
    let front = two().await;
    let desk = second(&front, Servers::start().await);
    let base = "/genesys/1/service/callback/chat-immediate";
    let mut ids = Vec::new();
    for _ in 0..4 {
        let service = object(&front, base, &[("_customer_number", "5551")]).await;
        ids.push(service["_id"].as_str().unwrap().to_owned());
        let chat = object(&front, &format!("/genesys/1/service/{}/ixn/chat", ids.last().unwrap()), &[]).await;
        assert_eq!(chat["chatIxnState"], "CONNECTED");
    }
    let started: Vec<_> = front.balancer().await.as_array().unwrap().iter().map(|one| one["started"].clone()).collect();
    assert_eq!(started, [2, 2]);
    let list = front.get(&format!("{}{base}?_customer_number=5551", front.at.gms)).await;
    let list: Vec<Value> = serde_json::from_str(&list.text).unwrap();
    let mut listed: Vec<_> = list.iter().map(|service| service["_id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    listed.sort();
    assert_eq!(listed, ids);
    for everybody in crate::gms_v1::EVERYBODY {
        let list = front.get(&format!("{}{base}?{everybody}", front.at.gms)).await;
        assert_eq!(list.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{everybody}");
        assert!(!ids.iter().any(|id| list.text.contains(id)));
    }

    let slots = async || -> Value {
        let times = "start=2099-05-01T10:00:00Z&max-time-slots=1";
        let answer = front.get(&format!("{}{base}/availability?{times}", front.at.gms)).await;
        serde_json::from_str(&answer.text).unwrap()
    };
    assert_eq!(slots().await, json!({ "2099-05-01T10:00:00Z": 0 }));
    front.agent("Alex").await;
    desk.agent("Bea").await;
    desk.agent("Carl").await;
    assert_eq!(slots().await, json!({ "2099-05-01T10:00:00Z": 3 }));
    // Changes and cancellations find their service after a failover as well; the agents have to sign in again.
    front.kill(1).await;
    assert_eq!(slots().await, json!({ "2099-05-01T10:00:00Z": 1 }));
    for id in &ids {
        let url = format!("{}{base}/{id}", front.at.gms);
        let changed = front.http.put(&url).json(&json!({ "usr_reason": "other" })).send().await.unwrap();
        assert_eq!(changed.json::<Value>().await.unwrap()["usr_reason"], "other");
        assert_eq!(front.http.delete(&url).send().await.unwrap().status(), StatusCode::OK);
    }
}

/// A device of this user that listens for news by long-polling: its cookie and its client.
pub async fn device(front: &Front, user: &str) -> (String, Value) {
    let url = format!("{}/genesys/cometd", front.at.gms);
    let request = front.http.post(&url).header("gms_user", user).body("[{\"channel\":\"/meta/handshake\"}]");
    let response = request.send().await.unwrap();
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let client = response.json::<Value>().await.unwrap()[0]["clientId"].clone();
    let subscribe = json!([{ "channel": "/meta/subscribe", "clientId": client, "subscription": "/_genesys" }]);
    let request = front.http.post(&url).header("gms_user", user).header("cookie", &cookie).body(subscribe.to_string());
    assert_eq!(request.send().await.unwrap().json::<Value>().await.unwrap()[0]["successful"], true);
    (cookie, client)
}

/// The answer to a device's poll, which is held for so many ms.
pub async fn polled(front: &Front, user: &str, (cookie, client): &(String, Value), held: u32) -> Value {
    let connect = json!([{ "channel": "/meta/connect", "clientId": client, "advice": { "timeout": held } }]);
    let request = front.http.post(format!("{}/genesys/cometd", front.at.gms)).header("gms_user", user);
    request.header("cookie", cookie).body(connect.to_string()).send().await.unwrap().json().await.unwrap()
}

/// What a device hears until this text comes.
pub async fn heard(front: &Front, user: &str, device: &(String, Value), text: &str) -> Value {
    loop {
        let answer = polled(front, user, device, 30_000).await;
        let told = answer.as_array().unwrap().iter().find(|message| message["data"].to_string().contains(text));
        if let Some(message) = told {
            return message["data"]["message"].clone();
        }
    }
}

#[tokio::test]
async fn news_reach_a_device_wherever_its_chats_are() {
    let front = two().await;
    let desk = second(&front, Servers::start().await);
    let (alex, bea) = (front.agent("Alex").await, desk.agent("Bea").await);
    let mut aliases = Vec::new();
    // A device hears at the Chat Server that has its user's chats.
    for user in [USER, "another", "a-third", "a-fourth", "a-fifth", "a-sixth"] {
        let device = device(&front, user).await;
        let create = front.http.post(format!("{}/genesys/1/service/callback/chat-immediate", front.at.gms));
        let create = create.header("gms_user", user).form(&[("_customer_number", "1"), ("_device_os", "comet")]);
        let service: Value = create.send().await.unwrap().json().await.unwrap();
        let start = front.http.post(service["_start_chat_url"].as_str().unwrap()).header("gms_user", user);
        let start = start.form(&[("notify_by", "comet"), ("_verbose", "true")]);
        let chat: Value = start.send().await.unwrap().json().await.unwrap();
        let id = chat["chatSessionId"].as_str().unwrap();
        let alias = chat["chatServerLoadBalancerAlias"].as_str().unwrap().to_owned();
        let agent: &Agent<'_> = if alias == "117" { &alex } else { &bea };
        assert_eq!(agent.post(&format!("/chats/{id}/accept"), json!({})).await.0, StatusCode::OK);
        agent.say(id, &format!("Hello {user}")).await;
        assert_eq!(heard(&front, user, &device, &format!("Hello {user}")).await["chatSessionId"], id);
        aliases.push(alias);
    }
    assert!(aliases.contains(&"117".to_owned()) && aliases.contains(&"119".to_owned()), "{aliases:?}");
}
