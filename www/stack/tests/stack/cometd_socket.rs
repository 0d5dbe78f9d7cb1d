//! Chat v2 over CometD by WebSocket, and how long a poll is held (backend 1.8).

use std::pin::pin;

use futures_util::future::{Either, select};
use futures_util::{FutureExt, SinkExt, StreamExt};
use reqwest::StatusCode;
use reqwest::header::ORIGIN;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::cometd::{CHANNEL, Comet, ids, start_impatient, with};
use crate::silence::departures;

#[tokio::test]
async fn a_chat_by_web_socket() {
    let servers = start_impatient().await;
    let url = format!("{}/genesys/cometd", servers.at.gms.replace("http://", "ws://"));
    let request = |origin: &str| {
        let mut request = url.as_str().into_client_request().unwrap();
        request.headers_mut().insert(ORIGIN, origin.parse().unwrap());
        request
    };
    assert!(tokio_tungstenite::connect_async(request("http://evil.example")).await.is_err(), "a foreign page");
    let (mut socket, _) = tokio_tungstenite::connect_async(request(&servers.at.site)).await.unwrap();
    async fn say<S: SinkExt<Message> + Unpin>(socket: &mut S, message: Value)
    where
        S::Error: std::fmt::Debug,
    {
        socket.send(Message::text(json!([message]).to_string())).await.unwrap();
    }
    /// Reads until a message of this channel comes for which `wanted` holds.
    async fn until<S>(socket: &mut S, channel: &str, wanted: impl Fn(&Value) -> bool) -> Value
    where
        S: StreamExt<Item = Result<Message, tokio_tungstenite::tungstenite::Error>> + Unpin,
    {
        loop {
            let text = socket.next().await.unwrap().unwrap().into_text().unwrap();
            let list: Vec<Value> = serde_json::from_str(&text).unwrap();
            if let Some(found) = list.into_iter().find(|message| message["channel"] == channel && wanted(message)) {
                return found;
            }
        }
    }
    let types = json!(["websocket", "long-polling"]);
    say(&mut socket, json!({ "channel": "/meta/handshake", "supportedConnectionTypes": types })).await;
    let client = until(&mut socket, "/meta/handshake", |_| true).await["clientId"].clone();
    let connect = |timeout: Value| {
        json!({ "channel": "/meta/connect", "clientId": client, "connectionType": "websocket",
        "advice": timeout, "id": "c" })
    };
    say(&mut socket, connect(json!({ "timeout": 0 }))).await;
    assert_eq!(until(&mut socket, "/meta/connect", |_| true).await["successful"], true);
    say(&mut socket, connect(Value::Null)).await;
    let publish = |data: Value| json!({ "channel": CHANNEL, "clientId": client, "data": data });
    say(&mut socket, publish(json!({ "operation": "requestChat", "nickname": "Ann" }))).await;
    let chat = until(&mut socket, CHANNEL, |message| message.get("data").is_some()).await["data"].clone();
    let id = chat["chatId"].as_str().unwrap().to_owned();

    // While a poll is held, what happens comes at once.
    let agent = servers.agent("Alex").await;
    agent.post(&format!("/chats/{id}/accept"), json!({})).await;
    agent.say(&id, "Hello").await;
    let text = |wanted: &'static str| move |message: &Value| message["data"]["messages"].to_string().contains(wanted);
    until(&mut socket, CHANNEL, text("Hello")).await;
    say(&mut socket, publish(with(&ids(&chat), json!({ "operation": "sendMessage", "message": "Hi there" })))).await;
    until(&mut socket, CHANNEL, text("Hi there")).await;
    assert!(agent.chat(&id).await["transcript"].to_string().contains("Hi there"));
    // A new poll answers the one before.
    say(&mut socket, connect(Value::Null)).await;
    assert_eq!(until(&mut socket, "/meta/connect", |_| true).await["successful"], true);

    // Its polls are signs of life, for longer than a customer may be silent.
    for _ in 0..3 {
        // The poll's time is over, and the next one begins.
        servers.clock.advance(35_000);
        assert_eq!(until(&mut socket, "/meta/connect", |_| true).await["successful"], true);
        say(&mut socket, connect(Value::Null)).await;
        say(&mut socket, json!({ "channel": "/meta/subscribe", "clientId": client, "subscription": CHANNEL })).await;
        assert_eq!(until(&mut socket, "/meta/subscribe", |_| true).await["successful"], true);
    }
    assert_eq!(departures(&agent.chat(&id).await), 0);

    // Files of a client without a cookie go by the key alone.
    let key = chat["secureKey"].as_str().unwrap().to_owned();
    let limits = servers.http.post(format!("{}/genesys/2/chat-ntf", servers.at.gms));
    let limits = limits.form(&[("operation", "fileGetLimits"), ("secureKey", &key)]).send().await.unwrap();
    assert_eq!(limits.status(), StatusCode::OK);
    agent.post(&format!("/chats/{id}/end"), json!({})).await;
    until(&mut socket, CHANNEL, |message| message["data"]["chatEnded"] == true).await;
    servers.clock.advance(120_000);
    say(&mut socket, connect(Value::Null)).await;
    let stale = until(&mut socket, "/meta/connect", |message| message["successful"] == false).await;
    assert_eq!(stale["error"], "402::Unknown client");
}

#[tokio::test]
async fn a_poll_that_hears_nothing_is_held_for_its_thirty_seconds() {
    let servers = start_impatient().await;
    let comet = Comet::new(&servers).await;
    let poll = || comet.ask(json!({ "channel": "/meta/connect", "connectionType": "long-polling" }));
    // Of two polls the newer ends the older, so that one comes back tells that the other is held.
    let (one, other) = (pin!(poll()), pin!(poll()));
    let (ended, mut held) = match select(one, other).await {
        Either::Left((ended, held)) | Either::Right((ended, held)) => (ended, held),
    };
    assert_eq!((ended.len(), &ended[0]["successful"]), (1, &json!(true)));
    servers.clock.advance(29_000);
    comet.ask(json!({ "channel": "/meta/subscribe", "subscription": CHANNEL })).await;
    assert!((&mut held).now_or_never().is_none(), "not before");
    servers.clock.advance(1_000);
    let over = held.await;
    assert_eq!((over.len(), &over[0]["channel"], &over[0]["successful"]), (1, &json!("/meta/connect"), &json!(true)));
    assert_eq!(over[0]["advice"], json!({ "reconnect": "retry", "interval": 0, "timeout": 30_000 }));
}
