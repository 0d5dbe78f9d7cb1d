//! Chat v2 over CometD (backend 1.7 and 1.8): long-polling and files.

use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::Servers;
use crate::silence::{departures, until_gone};

pub const CHANNEL: &str = "/service/chatV2/customer-support";

async fn start() -> Servers {
    Servers::with(|config| config.gms.enable_notification_mode = true).await
}

/// Servers that let a customer go of whom nothing was heard for a minute.
pub async fn start_impatient() -> Servers {
    Servers::with(|config| {
        config.gms.enable_notification_mode = true;
        config.silence.flex_disconnect_timeout = 60;
    })
    .await
}

/// A Bayeux client over long-polling.
pub struct Comet<'a> {
    servers: &'a Servers,
    pub cookie: String,
    id: String,
}

async fn send(servers: &Servers, cookie: &str, messages: Value) -> Response {
    let url = format!("{}/genesys/cometd", servers.at.gms);
    let request = servers.http.post(url).header(CONTENT_TYPE, "application/json;charset=UTF-8").header(COOKIE, cookie);
    request.body(messages.to_string()).send().await.unwrap()
}

fn handshake() -> Value {
    json!([{ "channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"], "id": "1" }])
}

impl<'a> Comet<'a> {
    pub async fn new(servers: &'a Servers) -> Self {
        let response = send(servers, "", handshake()).await;
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let reply: Value = response.json().await.unwrap();
        Self { servers, cookie, id: reply[0]["clientId"].as_str().unwrap().to_owned() }
    }

    /// Another client of the same browser, as after a reload.
    pub async fn again(&self) -> Self {
        let reply: Value = send(self.servers, &self.cookie, handshake()).await.json().await.unwrap();
        let id = reply[0]["clientId"].as_str().unwrap().to_owned();
        Self { servers: self.servers, cookie: self.cookie.clone(), id }
    }

    pub async fn ask(&self, mut message: Value) -> Vec<Value> {
        message["clientId"] = json!(self.id);
        message["id"] = json!("7");
        send(self.servers, &self.cookie, json!([message])).await.json().await.unwrap()
    }

    /// One poll: what was delivered.
    pub async fn poll(&self) -> Vec<Value> {
        let mut all = self.ask(json!({ "channel": "/meta/connect", "connectionType": "long-polling" })).await;
        let reply = all.pop().unwrap();
        assert_eq!((&reply["channel"], &reply["successful"]), (&json!("/meta/connect"), &json!(true)), "{reply}");
        all
    }

    /// What waits, without waiting for more.
    pub async fn drain(&self) -> Vec<Value> {
        let connect =
            json!({ "channel": "/meta/connect", "connectionType": "long-polling", "advice": { "timeout": 0 } });
        let mut all = self.ask(connect).await;
        all.pop();
        all
    }

    /// Publishes and answers with the data that comes back for it.
    pub async fn operate(&self, data: Value) -> Value {
        let acknowledged = self.ask(json!({ "channel": CHANNEL, "data": data })).await;
        assert_eq!((&acknowledged[0]["successful"], &acknowledged[0]["id"]), (&json!(true), &json!("7")));
        let delivered = self.drain().await;
        let last = delivered.last().unwrap();
        assert_eq!(last["channel"], CHANNEL);
        last["data"].clone()
    }

    /// Polls until an entry of this type comes.
    async fn until(&self, kind: &str) -> Value {
        loop {
            for message in self.poll().await {
                let entries = message["data"]["messages"].as_array().unwrap().clone();
                if let Some(entry) = entries.into_iter().find(|entry| entry["type"] == kind) {
                    return entry;
                }
            }
        }
    }
}

pub fn ids(chat: &Value) -> Value {
    json!({ "chatId": chat["chatId"], "userId": chat["userId"], "secureKey": chat["secureKey"], "alias": chat["alias"] })
}

pub fn with(ids: &Value, more: Value) -> Value {
    let mut data = ids.clone();
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    data
}

#[tokio::test]
async fn a_handshake_gives_a_client_and_a_cookie_of_the_right_form() {
    let servers = start().await;
    let response = send(&servers, "", handshake()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let line = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(line.starts_with("BAYEUX_BROWSER=117-") && line.ends_with("; HttpOnly; Path=/"), "{line}");
    let reply: Value = response.json::<Vec<Value>>().await.unwrap().remove(0);
    assert_eq!((&reply["channel"], &reply["successful"]), (&json!("/meta/handshake"), &json!(true)));
    assert_eq!(
        (&reply["version"], &reply["minimumVersion"], &reply["id"]),
        (&json!("1.0"), &json!("1.0"), &json!("1"))
    );
    assert_eq!(reply["supportedConnectionTypes"], json!(["websocket", "long-polling"]));
    assert_eq!(reply["advice"], json!({ "reconnect": "retry", "interval": 0, "timeout": 30_000 }));

    // A browser that has the cookie keeps it.
    let cookie = line.split(';').next().unwrap();
    assert!(send(&servers, cookie, handshake()).await.headers().get(SET_COOKIE).is_none());
    // The kind of message may stand in the address, and the list in a form.
    let url = format!("{}/genesys/cometd/handshake", servers.at.gms);
    let form = servers.http.post(url).form(&[("message", handshake().to_string())]).send().await.unwrap();
    assert_eq!(form.json::<Value>().await.unwrap()[0]["successful"], true);
    let none = json!([{ "channel": "/meta/handshake", "supportedConnectionTypes": ["callback-polling"] }]);
    let refused: Value = send(&servers, "", none).await.json().await.unwrap();
    assert_eq!((&refused[0]["successful"], &refused[0]["advice"]["reconnect"]), (&json!(false), &json!("none")));
    assert_eq!(send(&servers, "", json!("x")).await.status(), StatusCode::BAD_REQUEST);

    // Behind https the cookie is for pages of other sites.
    let secure = "; SameSite=None; Secure; HttpOnly; Path=/; Partitioned";
    let url = format!("{}/genesys/cometd", servers.at.gms);
    let forwarded = servers.http.post(&url).header("x-forwarded-proto", "https").body(handshake().to_string());
    let line = forwarded.send().await.unwrap().headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(line.starts_with("BAYEUX_BROWSER=") && line.ends_with(secure), "{line}");
    let https = Servers::with(|config| config.gms.gms_https = true).await;
    let line = send(&https, "", handshake()).await.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(line.ends_with(secure), "{line}");
}

#[tokio::test]
async fn a_chat_by_long_polling() {
    let servers = start().await;
    let comet = Comet::new(&servers).await;
    let subscribed = comet.ask(json!({ "channel": "/meta/subscribe", "subscription": CHANNEL })).await;
    assert_eq!((&subscribed[0]["successful"], &subscribed[0]["subscription"]), (&json!(true), &json!(CHANNEL)));
    // A chat needs no subscription, so what follows goes on without one.
    let dropped = comet.ask(json!({ "channel": "/meta/unsubscribe", "subscription": CHANNEL })).await;
    assert_eq!((&dropped[0]["channel"], &dropped[0]["successful"]), (&json!("/meta/unsubscribe"), &json!(true)));
    assert_eq!(dropped[0]["subscription"], CHANNEL);
    let of_what = comet.ask(json!({ "channel": "/meta/unsubscribe" })).await;
    assert_eq!(of_what[0]["error"], "403::subscription_missing");
    let chat = comet
        .operate(
            json!({ "operation": "requestChat", "nickname": "Ann", "subject": "Bill", "userData": { "Tier": "Gold" } }),
        )
        .await;
    assert_eq!((&chat["statusCode"], &chat["chatEnded"]), (&json!(0), &json!(false)));
    assert_eq!((&chat["messages"][0]["type"], &chat["messages"][0]["index"]), (&json!("ParticipantJoined"), &json!(1)));
    let (id, own) = (chat["chatId"].as_str().unwrap().to_owned(), ids(&chat));
    let agent = servers.agent("Alex").await;
    assert_eq!(agent.chat(&id).await["attachedData"]["Tier"], "Gold");

    // A poll is held until something happens.
    let accept = format!("/chats/{id}/accept");
    let (entry, accepted) = tokio::join!(comet.until("ParticipantJoined"), agent.post(&accept, json!({})));
    assert_eq!((&entry["from"]["type"], accepted.0), (&json!("Agent"), StatusCode::OK));
    let (entry, _) = tokio::join!(comet.until("Message"), agent.say(&id, "Hello"));
    assert_eq!(entry["text"], "Hello");

    // Some clients send nothing but the key.
    let key_only = json!({ "secureKey": chat["secureKey"] });
    for (operation, more, kind) in [
        ("sendMessage", json!({ "message": "Hi", "messageType": "text" }), "Message"),
        ("startTyping", json!({ "message": "I wou" }), "TypingStarted"),
        ("stopTyping", json!({}), "TypingStopped"),
        ("customNotice", json!({ "message": "n", "eventAttributes": { "purpose": "x" } }), "CustomNotice"),
        ("updateNickname", json!({ "nickname": "Ann L." }), "NicknameUpdated"),
        ("pushUrl", json!({ "pushUrl": "https://shop.example/" }), "PushUrl"),
    ] {
        for own in [&own, &key_only] {
            let answer = comet.operate(with(&with(own, json!({ "operation": operation })), more.clone())).await;
            assert_eq!(answer["statusCode"], 0, "{operation}: {answer}");
            if operation == "startTyping" {
                assert_eq!(agent.chat(&id).await["preview"], "I wou");
            }
        }
        let chat = agent.chat(&id).await;
        let kinds: Vec<&str> =
            chat["transcript"].as_array().unwrap().iter().map(|e| e["type"].as_str().unwrap()).collect();
        assert!(kinds.contains(&kind), "{operation}: {kinds:?}");
    }
    let update = json!({ "operation": "updateData", "userData": { "Tier": "Platinum" } });
    comet.operate(with(&own, update)).await;
    comet.operate(with(&own, json!({ "operation": "readReceipt", "transcriptPosition": 3 }))).await;
    let seen = agent.chat(&id).await;
    assert_eq!((&seen["attachedData"]["Tier"], &seen["customerRead"]), (&json!("Platinum"), &json!(3)));

    let refused = comet.operate(with(&own, json!({ "operation": "sendMessage", "message": "" }))).await;
    assert_eq!((&refused["statusCode"], &refused["errors"][0]["code"]), (&json!(2), &json!(182)));
    let unknown = comet.operate(with(&own, json!({ "operation": "dance" }))).await;
    assert_eq!(unknown["errors"][0]["code"], 400);
    let ended = comet.operate(with(&own, json!({ "operation": "disconnect" }))).await;
    assert_eq!((&ended["statusCode"], &ended["chatEnded"]), (&json!(0), &json!(true)));
    assert_eq!(agent.chat(&id).await["state"], "ended");
}

#[tokio::test]
async fn nothing_is_told_twice_and_nothing_is_left_out() {
    let servers = start().await;
    let comet = Comet::new(&servers).await;
    let chat = comet.operate(json!({ "operation": "requestChat", "nickname": "Ann" })).await;
    let (id, own) = (chat["chatId"].as_str().unwrap().to_owned(), ids(&chat));
    let agent = servers.agent("Alex").await;
    agent.post(&format!("/chats/{id}/accept"), json!({})).await;
    for n in 0..10 {
        agent.say(&id, &format!("a{n}")).await;
        let send = with(&own, json!({ "operation": "sendMessage", "message": format!("c{n}") }));
        comet.ask(json!({ "channel": CHANNEL, "data": send })).await;
    }
    agent.say(&id, "internal and last").await;
    servers.stack.chat.external_message(&id, "M", "secret", cx_stack::chat_server::entry::Visibility::Int).unwrap();
    agent.post(&format!("/chats/{id}/end"), json!({})).await;
    let (mut indexes, mut ended) = (Vec::new(), false);
    while !ended {
        for message in comet.poll().await {
            let entries = message["data"]["messages"].as_array().unwrap().clone();
            indexes.extend(entries.iter().map(|entry| entry["index"].as_u64().unwrap()));
            ended = message["data"]["chatEnded"] == true;
            assert!(!message.to_string().contains("secret"));
        }
    }
    // 1 was in the first answer, 24 is internal.
    let expected: Vec<u64> = (2..=25).filter(|index| *index != 24).collect();
    assert_eq!(indexes, expected);
}

#[tokio::test]
async fn a_held_poll_is_a_sign_of_life_and_silence_is_8209() {
    let servers = start_impatient().await;
    let comet = Comet::new(&servers).await;
    let chat = comet.operate(json!({ "operation": "requestChat", "nickname": "Ann" })).await;
    let id = chat["chatId"].as_str().unwrap();
    let agent = servers.agent("Alex").await;
    agent.post(&format!("/chats/{id}/accept"), json!({})).await;
    comet.drain().await;
    for _ in 0..4 {
        tokio::join!(comet.poll(), agent.say(id, "One moment"));
        servers.clock.advance(35_000);
        comet.drain().await;
    }
    assert_eq!(departures(&agent.chat(id).await), 0);
    servers.clock.advance(60_000);
    let seen = until_gone(&agent, id).await;
    assert_eq!((&seen["state"], departures(&seen)), (&json!("active"), 1));
    // Whoever comes back is told why, with the key alone as well.
    let again = Comet::new(&servers).await;
    let key = json!({ "operation": "requestNotifications", "secureKey": chat["secureKey"] });
    let send = with(&ids(&chat), json!({ "operation": "sendMessage", "message": "Back" }));
    for data in [key, send] {
        let answer = again.operate(data).await;
        assert_eq!((&answer["statusCode"], &answer["errors"][0]["code"]), (&json!(2), &json!(8209)), "{answer}");
    }
}

#[tokio::test]
async fn a_stale_client_is_told_and_resumes() {
    let servers = start().await;
    let comet = Comet::new(&servers).await;
    let chat = comet.operate(json!({ "operation": "requestChat", "nickname": "Ann" })).await;
    comet.operate(with(&ids(&chat), json!({ "operation": "sendMessage", "message": "before" }))).await;
    servers.clock.advance(120_000);
    let publish = json!({ "channel": CHANNEL, "data": { "operation": "sendMessage", "message": "lost" } });
    for message in [publish, json!({ "channel": "/meta/connect", "connectionType": "long-polling" })] {
        let stale = comet.ask(message.clone()).await.remove(0);
        assert_eq!((&stale["channel"], &stale["id"]), (&message["channel"], &json!("7")));
        assert_eq!((&stale["successful"], &stale["error"]), (&json!(false), &json!("402::Unknown client")));
        assert_eq!(stale["advice"]["reconnect"], "handshake");
    }
    let again = Comet::new(&servers).await;
    let key = json!({ "operation": "requestNotifications", "secureKey": chat["secureKey"] });
    let indexes = |answer: Value| -> Vec<u64> {
        assert_eq!(answer["chatId"], chat["chatId"], "{answer}");
        answer["messages"].as_array().unwrap().iter().map(|entry| entry["index"].as_u64().unwrap()).collect()
    };
    assert_eq!(indexes(again.operate(key.clone()).await), [1, 2]);
    assert_eq!(indexes(again.operate(with(&key, json!({ "transcriptPosition": 0 }))).await), [1, 2]);
    assert_eq!(indexes(again.operate(with(&key, json!({ "transcriptPosition": 2 }))).await), [2]);
    let agent = servers.agent("Alex").await;
    let accept = format!("/chats/{}/accept", chat["chatId"].as_str().unwrap());
    let (joined, _) = tokio::join!(again.until("ParticipantJoined"), agent.post(&accept, json!({})));
    assert_eq!(joined["from"]["nickname"], "Alex");
    // Whoever only says something is in the chat again as well.
    let third = Comet::new(&servers).await;
    let said = third.operate(with(&ids(&chat), json!({ "operation": "sendMessage", "message": "after" }))).await;
    assert_eq!(said["messages"][0]["text"], "after");
    let wrong = json!({ "operation": "requestNotifications", "secureKey": "0000000000000000" });
    assert_eq!(
        third.operate(wrong).await["errors"][0]["code"],
        8201,
        "a guessed key opens nothing and costs nobody the chat"
    );
    assert_eq!(third.operate(json!({ "operation": "requestNotifications" })).await["errors"][0]["code"], 401);
}

#[tokio::test]
async fn a_client_belongs_to_its_browser() {
    let servers = start().await;
    let comet = Comet::new(&servers).await;
    let connect = json!([{ "channel": "/meta/connect", "clientId": comet.id, "advice": { "timeout": 0 } }]);
    for cookie in ["", "BAYEUX_BROWSER=0123"] {
        let refused: Value = send(&servers, cookie, connect.clone()).await.json().await.unwrap();
        assert_eq!(refused[0]["error"], "402::Unknown client", "{cookie}");
    }
    assert!(comet.drain().await.is_empty());
    assert_eq!(comet.ask(json!({ "channel": "/nowhere", "data": {} })).await[0]["error"], "404::Unknown channel");
    assert_eq!(comet.ask(json!({ "channel": CHANNEL })).await[0]["error"], "400::data missing");
    assert_eq!(comet.ask(json!({ "channel": "/meta/disconnect" })).await[0]["successful"], true);
    assert_eq!(comet.ask(json!({ "channel": "/meta/connect" })).await[0]["error"], "402::Unknown client");
}

#[tokio::test]
async fn without_notification_mode_there_is_none() {
    let servers = Servers::start().await;
    let comet = Comet::new(&servers).await;
    let data = json!({ "operation": "requestChat", "nickname": "Ann" });
    let refused = comet.ask(json!({ "channel": CHANNEL, "data": data })).await.remove(0);
    assert_eq!((&refused["successful"], &refused["error"]), (&json!(false), &json!("403::notification mode is off")));
    let files = servers.http.post(format!("{}/genesys/2/chat-ntf", servers.at.gms));
    assert_eq!(files.form(&[("operation", "fileGetLimits")]).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let other = start().await;
    let comet = Comet::new(&other).await;
    let data = json!({ "operation": "requestChat", "nickname": "Ann" });
    comet.ask(json!({ "channel": "/service/chatV2/other", "data": data })).await;
    assert_eq!(comet.drain().await[0]["data"]["errors"][0]["code"], 306);
}

#[tokio::test]
async fn files_go_beside_it() {
    let servers = start().await;
    let comet = Comet::new(&servers).await;
    let chat = comet.operate(json!({ "operation": "requestChat", "nickname": "Ann" })).await;
    let key = chat["secureKey"].as_str().unwrap().to_owned();
    let call = async |cookie: &str, form: Form| {
        let url = format!("{}/genesys/2/chat-ntf", servers.at.gms);
        servers.http.post(url).header(COOKIE, cookie).multipart(form).send().await.unwrap()
    };
    let form = |operation: &str| Form::new().text("operation", operation.to_owned()).text("secureKey", key.clone());
    let part = || Part::bytes(b"%PDF".to_vec()).file_name("bill.pdf").mime_str("application/pdf").unwrap();

    let limits: Value = call(&comet.cookie, form("fileGetLimits")).await.json().await.unwrap();
    assert_eq!(limits["messages"][0]["userData"]["upload-max-files"], "3");
    let (stored, told) =
        tokio::join!(call(&comet.cookie, form("fileUpload").part("file", part())), comet.until("FileUploaded"));
    let stored: Value = stored.json().await.unwrap();
    let id = stored["userData"]["file-id"].as_str().unwrap().to_owned();
    assert_eq!((&told["userData"]["file-id"], &told["userData"]["file-name"]), (&json!(id), &json!("bill.pdf")));
    let got = call(&comet.cookie, form("fileDownload").text("fileId", id.clone())).await;
    assert_eq!((got.status(), got.bytes().await.unwrap().as_ref()), (StatusCode::OK, &b"%PDF"[..]));
    let unknown: Value = call(&comet.cookie, form("fileBurn")).await.json().await.unwrap();
    assert_eq!(unknown["errors"][0]["code"], 400);
    // The cookie and the key belong together.
    for cookie in ["", "BAYEUX_BROWSER=0123"] {
        let refused: Value = call(cookie, form("fileGetLimits")).await.json().await.unwrap();
        assert_eq!(refused["errors"][0]["code"], 401, "{cookie}");
    }
    let deleted = call(&comet.cookie, form("fileDelete").text("fileId", id));
    let (deleted, told) = tokio::join!(deleted, comet.until("FileDeleted"));
    assert_eq!((deleted.status(), &told["userData"]["file-name"]), (StatusCode::OK, &json!("bill.pdf")));
}
