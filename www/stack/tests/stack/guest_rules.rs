//! What the real client suffers from if the server does not keep to it (transports 2.6), and what a restart keeps.

use std::collections::HashSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::guest::{Guest, P, Stream, call};
use crate::harness::{Folder, GOOD_CARD, Page, REQUEST, Servers, contains, database_bytes};

fn ids(messages: &Value) -> Vec<String> {
    messages["entities"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

/// Reads until the message with this text has come; the ids of all messages on the way.
async fn ids_until(stream: &mut Stream, text: &str) -> Vec<String> {
    let mut ids = Vec::new();
    loop {
        let message = stream.of_type("message").await;
        ids.push(message["id"].as_str().unwrap().to_owned());
        if message["body"] == text {
            return ids;
        }
    }
}

#[tokio::test]
async fn everything_a_guest_tells_is_kept() {
    let servers = Servers::start().await;
    let mut body = crate::guest::create();
    let told = json!({
        "displayName": "Maria", "firstName": "Maria", "lastName": "Gonzalez", "email": "maria@shop.example",
        "phoneNumber": "+34 1", "avatarImageUrl": "https://shop.example/m.png", "customFields": { "Tier": "Gold" },
    });
    body["memberInfo"] = told.clone();
    body["journeyContext"] = json!({
        "customer": { "id": "c-1", "idType": "cookie" },
        "customerSession": { "id": "s-1", "type": "web" },
        "triggeringAction": { "id": "a-1", "actionMap": { "id": "m-1", "version": 2 } },
    });
    let guest = Guest::of(&servers, call(&servers, Method::POST, P, None, Some(body)).await);
    let _stream = guest.connect().await;
    // The member has every field under its own name.
    let member = guest.get(&format!("/members/{}", guest.member)).await.good();
    for (name, value) in told.as_object().unwrap() {
        assert_eq!(&member[name], value, "{name}");
    }
    assert_eq!((&member["role"], &member["state"]), (&json!("CUSTOMER"), &json!("CONNECTED")));
    // The agent has them as of every other customer.
    let data = servers.agent("Alex").await.chat(&guest.id).await["attachedData"].clone();
    for (key, value) in [
        ("FirstName", "Maria"),
        ("LastName", "Gonzalez"),
        ("EmailAddress", "maria@shop.example"),
        ("PhoneNumber", "+34 1"),
        ("Tier", "Gold"),
        ("Journey.customer.id", "c-1"),
        ("Journey.customer.idType", "cookie"),
        ("Journey.customerSession.id", "s-1"),
        ("Journey.customerSession.type", "web"),
        ("Journey.triggeringAction.id", "a-1"),
        ("Journey.triggeringAction.actionMap.id", "m-1"),
        ("Journey.triggeringAction.actionMap.version", "2"),
    ] {
        assert_eq!(data[key], value, "{key}");
    }
}

#[tokio::test]
async fn paging_by_message_id() {
    let servers = Servers::start().await;
    let (guest, _stream, agent) = Guest::in_a_chat(&servers).await;
    for number in 0..6 {
        agent.say(&guest.id, &format!("line {number}")).await;
    }
    let all = ids(&guest.messages("").await);
    assert_eq!(all.len(), 10);
    let whole = guest.messages("?pageSize=&pageNumber=&after=&before=&sortOrder=&maxResults=").await;
    assert_eq!((&whole["pageSize"], ids(&whole)), (&json!(100), all.clone()), "empty values are none (rule 6)");
    assert!(whole.get("next").is_none(), "nothing follows (rule 5)");
    assert!(whole["selfUri"].as_str().unwrap().starts_with(&format!("{P}/{}/messages?", guest.id)));

    // Forwards and backwards, by the path that the server gives.
    for (query, expected) in [
        ("?maxResults=4".to_owned(), all.clone()),
        ("?maxResults=4&sortOrder=descending".to_owned(), all.iter().rev().cloned().collect()),
        (format!("?maxResults=3&after={}&before={}", all[1], all[8]), all[2..8].to_vec()),
        (
            format!("?maxResults=3&sortOrder=descending&after={}&before={}", all[1], all[8]),
            all[2..8].iter().rev().cloned().collect(),
        ),
    ] {
        let mut page = guest.messages(&query).await;
        let (size, mut seen) = (page["pageSize"].as_u64().unwrap(), ids(&page));
        assert!(query.contains(&format!("maxResults={size}")) && seen.len() as u64 == size);
        while let Some(next) = page.get("next").and_then(Value::as_str) {
            assert!(next.starts_with("/api/"));
            page = call(&servers, Method::GET, next, Some(&guest.jwt), None).await.good();
            seen.extend(ids(&page));
        }
        assert_eq!(seen, expected, "{query}");
    }
    // What a client asks after a gap, and when it pages back.
    assert_eq!(ids(&guest.messages(&format!("?after={}", all[7])).await), all[8..]);
    let older = format!("?sortOrder=DESCENDING&maxResults=2&before={}", all[2]);
    assert_eq!(ids(&guest.messages(&older).await), [all[1].clone(), all[0].clone()]);
    for query in ["?after=x", "?before=1", "?sortOrder=up", "?maxResults=0", "?maxResults=101", "?maxResults=x"] {
        guest.get(&format!("/messages{query}")).await.refused(400, "invalid.value");
    }

    // Members by page number.
    let page = guest.get("/members?pageSize=1&pageNumber=2").await.good();
    let path = |number: u32| json!(format!("{P}/{}/members?pageSize=1&pageNumber={number}", guest.id));
    for (key, value) in [
        ("pageSize", json!(1)),
        ("pageNumber", json!(2)),
        ("total", json!(3)),
        ("pageCount", json!(3)),
        ("firstUri", path(1)),
        ("previousUri", path(1)),
        ("selfUri", path(2)),
        ("nextUri", path(3)),
        ("lastUri", path(3)),
    ] {
        assert_eq!(page[key], value, "{key}");
    }
    let roles = |page: &Value| -> Vec<String> {
        page["entities"].as_array().unwrap().iter().map(|member| member["role"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(roles(&page), ["ACD"]);
    let everybody = guest.get("/members?pageSize=&pageNumber=&excludeDisconnectedMembers=").await.good();
    assert_eq!(
        (roles(&everybody), &everybody["pageSize"]),
        (["CUSTOMER", "ACD", "AGENT"].map(str::to_owned).into(), &json!(25))
    );
    assert!(everybody.get("nextUri").is_none() && everybody.get("previousUri").is_none());
    let present = guest.get("/members?excludeDisconnectedMembers=true").await.good();
    assert_eq!(roles(&present), ["CUSTOMER", "AGENT"]);
    for query in ["?pageSize=0", "?pageNumber=0", "?excludeDisconnectedMembers=maybe"] {
        guest.get(&format!("/members{query}")).await.refused(400, "invalid.value");
    }
}

#[tokio::test]
async fn every_tab_has_a_stream_and_none_hears_anything_twice() {
    let servers = Servers::start().await;
    let guest = Guest::create(&servers).await;
    let (mut one, mut two) = tokio::join!(guest.connect(), guest.connect());
    let agent = servers.agent("Alex").await;
    agent.post(&format!("/chats/{}/accept", guest.id), json!({})).await;
    for number in 0..50 {
        agent.say(&guest.id, &format!("line {number}")).await;
    }
    let (heard, too) = tokio::join!(ids_until(&mut one, "line 49"), ids_until(&mut two, "line 49"));
    for heard in [&heard, &too] {
        assert_eq!(heard.iter().collect::<HashSet<_>>().len(), heard.len(), "{heard:?}");
        assert!(heard.len() >= 50);
    }
    // Both tabs came at once, but the guest has joined once.
    let messages = guest.messages("").await;
    let joins = messages["entities"].as_array().unwrap().iter().filter(|entry| entry["bodyType"] == "member-join");
    assert_eq!(joins.count(), 3);

    // After a gap nothing is repeated: the client asks for it.
    let last = heard.last().unwrap().clone();
    drop(one);
    agent.say(&guest.id, "missed").await;
    let mut again = guest.connect().await;
    agent.say(&guest.id, "heard").await;
    assert_eq!(ids_until(&mut again, "heard").await.len(), 1);
    assert_eq!(ids(&guest.messages(&format!("?after={last}")).await).len(), 2);

    // A sign of life every five seconds.
    assert_eq!(ids_until(&mut two, "heard").await.len(), 2);
    for _ in 0..2 {
        servers.clock.advance(5000);
        assert_eq!(two.next().await.unwrap()["eventBody"]["message"], "WebSocket Heartbeat");
    }

    // The guest goes, in one tab: all learn it, and all are let go.
    assert_eq!(guest.leave().await.status, 204);
    for stream in [&mut two, &mut again] {
        assert_eq!(stream.message("member-leave").await["sender"]["id"], guest.member);
    }
    servers.clock.advance(3000);
    for stream in [&mut two, &mut again] {
        let closed = loop {
            if let Err(code) = stream.next().await {
                break code;
            }
        };
        assert_eq!(closed, 1000);
    }
    assert_eq!(agent.chat(&guest.id).await["state"], "ended");
}

#[tokio::test]
async fn a_microapp_runs_inside() {
    let folder = Folder::new();
    let config = folder.config();
    let servers = Servers::from_config(&config).await;
    let (guest, mut stream, agent) = Guest::in_a_chat(&servers).await;
    agent.say(&guest.id, REQUEST).await;
    let request = stream.message("standard").await;
    assert_eq!(request["body"], REQUEST, "byte for byte");
    let launch = |key: &str| {
        vec![
            ("domain", servers.at.site.clone()),
            ("chatMessage", REQUEST.to_owned()),
            ("chatInteractionID", guest.id.clone()),
            ("chatUserID", guest.member.clone()),
            ("chatSecureKey", key.to_owned()),
        ]
    };
    let go = async |key: &str| {
        let url = format!("{}/fish-messaging/go/T3NB68E-", servers.at.messaging);
        Page::of(servers.http.get(url).query(&launch(key)).send().await.unwrap()).await
    };
    // A key that is not his opens nothing and throws nobody out.
    let stream_token = guest.stream.rsplit('/').next().unwrap();
    for wrong in ["0011223344556677", stream_token, &format!("{}x", guest.jwt)] {
        assert_eq!(go(wrong).await.refusal(), (403, "credentials_refused"));
    }
    let path = go(&guest.jwt).await.location();
    for (step, fields) in [("begin", &[][..]), ("card", &GOOD_CARD[..]), ("pay", &[][..])] {
        let page = servers.microapp(&path).await;
        servers.submit(&path, &page, step, fields).await.location();
    }
    assert!(servers.microapp(&path).await.text.contains("Payment approved"));
    assert!(agent.statuses(&guest.id).await.len() >= 4);
    // Status messages are for agents: none is on the stream, none in the messages (visibility INT).
    agent.say(&guest.id, "Thank you").await;
    assert_eq!(stream.of_type("message").await["body"], "Thank you");
    assert!(!guest.messages("").await.to_string().contains("microapp:progress"));
    assert_eq!(guest.get("/members").await.good()["total"], 3, "no server that the guest never hears of");

    // No key is kept, and all of it outlives the process.
    let database = database_bytes(&servers.at.db);
    for secret in [guest.jwt.rsplit('.').next().unwrap(), stream_token.rsplit('.').next().unwrap()] {
        assert!(!contains(&database, secret));
    }
    assert!(contains(&database, &guest.member), "the search itself works");
    let before = guest.messages("").await;
    let (id, member, jwt, token) = (guest.id.clone(), guest.member.clone(), guest.jwt.clone(), stream_token.to_owned());
    drop((stream, servers));
    let servers = Servers::from_config(&config).await;
    let stream = format!("{}/v1/token/{token}", servers.at.cloud.replace("http:", "ws:"));
    let guest = Guest { servers: &servers, id, member, jwt, stream };
    assert_eq!(guest.messages("").await["entities"], before["entities"]);
    let mut stream = guest.connect().await;
    let said = guest.say("Still here").await.good();
    assert_eq!(stream.message("standard").await, said);
    let agent = servers.agent("Alex").await;
    assert_eq!(agent.post(&format!("/chats/{}/end", guest.id), json!({})).await.0, StatusCode::OK);
    assert_eq!(stream.of_type("member-change").await["member"]["state"], "DISCONNECTED");
}

#[tokio::test]
async fn servers_that_speak_to_everybody_are_members() {
    let servers = Servers::with(|config| config.progress_visibility = cx_stack::config::ProgressVisibility::All).await;
    let (guest, mut stream, _agent) = Guest::in_a_chat(&servers).await;
    servers
        .stack
        .chat
        .external_message(&guest.id, "Robot", "I am a robot", cx_stack::chat_server::entry::Visibility::All)
        .unwrap();
    servers
        .stack
        .chat
        .external_message(&guest.id, "Robot", "for agents", cx_stack::chat_server::entry::Visibility::Int)
        .unwrap();
    servers
        .stack
        .chat
        .external_message(&guest.id, "Robot", "Beep", cx_stack::chat_server::entry::Visibility::All)
        .unwrap();
    let said = stream.message("standard").await;
    assert_eq!(stream.message("standard").await["body"], "Beep");
    // The client asks who it was before it shows anything.
    let robot = guest.get(&format!("/members/{}", said["sender"]["id"].as_str().unwrap())).await.good();
    assert_eq!((&robot["role"], &robot["displayName"]), (&json!("WORKFLOW"), &json!("Robot")));
    assert_eq!(robot["state"], "CONNECTED");
    assert_eq!(guest.get("/members").await.good()["total"], 4);
    let party = servers.stack.chat.external_join(&guest.id, "Survey").unwrap();
    let joined = stream.message("member-join").await;
    let survey = guest.get(&format!("/members/{}", joined["sender"]["id"].as_str().unwrap())).await.good();
    assert_eq!((&survey["role"], &survey["displayName"]), (&json!("WORKFLOW"), &json!("Survey")));
    servers.stack.chat.external_leave(&guest.id, party).unwrap();
    assert_eq!(stream.message("member-leave").await["sender"], joined["sender"]);
}

#[tokio::test]
async fn a_fault_of_the_database_is_told_in_json() {
    let servers = Servers::start().await;
    let guest = Guest::create(&servers).await;
    let database = rusqlite::Connection::open(&servers.at.db).unwrap();
    database
        .execute_batch("ALTER TABLE guest_conversation RENAME TO a; ALTER TABLE nexus_session RENAME TO b")
        .unwrap();
    let refused = guest.get("/messages").await;
    refused.refused(500, "internal.server.error");
    assert!(!refused.text.contains("guest_conversation"), "nothing of the inside: {}", refused.text);
    let url = format!("{}/nexus/v3/chat/sessions/X/messages", servers.at.cloud);
    let v3 = servers.http.get(url).header("x-api-key", "demo-api-key").send().await.unwrap();
    assert_eq!(v3.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(v3.json::<Value>().await.unwrap()["status"]["code"], "INTERNAL_ERROR");
}
