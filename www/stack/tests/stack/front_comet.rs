//! CometD clients before several Chat Servers (backend 1.7: affinity; 2.1: `gms_user`).

use futures_util::{SinkExt, StreamExt};
use reqwest::StatusCode;
use reqwest::header::{COOKIE, ORIGIN};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::cometd::{CHANNEL, Comet, ids, with};
use crate::front::{Front, OPTIONS, PAIR, SECOND};
use crate::front_v1::second;
use crate::harness::Servers;

async fn two() -> Front {
    Front::with(&format!("{OPTIONS}{PAIR}{SECOND}"), &["--enable-notification-mode"]).await
}

/// A WebSocket to CometD, with its client.
struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    client: Value,
}

impl Socket {
    async fn open(front: &Front, cookie: &str, extension: Value) -> Self {
        let url = format!("{}/genesys/cometd", front.at.gms.replace("http://", "ws://"));
        let request = |origin: &str| {
            let mut request = url.as_str().into_client_request().unwrap();
            request.headers_mut().insert(ORIGIN, origin.parse().unwrap());
            request.headers_mut().insert(COOKIE, cookie.parse().unwrap());
            request
        };
        assert!(connect_async(request("http://evil.example")).await.is_err(), "a foreign page");
        let (stream, _) = connect_async(request(&front.at.site)).await.unwrap();
        let mut socket = Self { stream, client: Value::Null };
        socket.say(json!({ "channel": "/meta/handshake", "ext": extension })).await;
        socket.client = socket.until(|message| message["channel"] == "/meta/handshake").await["clientId"].clone();
        assert!(socket.client.is_string());
        socket
    }

    async fn say(&mut self, mut message: Value) {
        message["clientId"] = self.client.clone();
        self.stream.send(Message::text(json!([message]).to_string())).await.unwrap();
    }

    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let text = self.stream.next().await.unwrap().unwrap().into_text().unwrap();
            let list: Vec<Value> = serde_json::from_str(&text).unwrap();
            if let Some(found) = list.into_iter().find(&wanted) {
                return found;
            }
        }
    }

    /// Publishes, and answers with what comes for it.
    async fn operate(&mut self, data: Value) -> Value {
        self.say(json!({ "channel": CHANNEL, "data": data })).await;
        self.until(|message| message["channel"] == CHANNEL && message.get("data").is_some()).await["data"].clone()
    }
}

#[tokio::test]
async fn browsers_are_spread_and_come_back_to_their_chats() {
    let front = two().await;
    let mut browsers = Vec::new();
    for alias in ["117", "119"] {
        let comet = Comet::new(&front).await;
        assert!(comet.cookie.starts_with(&format!("BAYEUX_BROWSER={alias}-")), "{}", comet.cookie);
        let chat = comet.operate(json!({ "operation": "requestChat", "nickname": "Ann" })).await;
        assert_eq!((&chat["statusCode"], &chat["alias"]), (&json!(0), &json!(alias)));
        browsers.push((comet, chat));
    }
    let started: Vec<_> = front.balancer().await.as_array().unwrap().iter().map(|one| one["started"].clone()).collect();
    assert_eq!(started, [1, 1]);
    let (comet, chat) = &browsers[1];
    let key = chat["secureKey"].as_str().unwrap();
    // Files go to the same one, by the cookie.
    let files = front.http.post(format!("{}/genesys/2/chat-ntf", front.at.gms)).header(COOKIE, &comet.cookie);
    let files = files.form(&[("operation", "fileGetLimits"), ("secureKey", key)]).send().await.unwrap();
    assert_eq!(files.status(), StatusCode::OK);
    // After a reload a new client of the browser finds its chat, by either way.
    let resume = json!({ "operation": "requestNotifications", "secureKey": key });
    assert_eq!(comet.again().await.operate(resume.clone()).await["chatId"], chat["chatId"]);
    let mut socket = Socket::open(&front, &comet.cookie, json!({})).await;
    assert_eq!(socket.operate(resume.clone()).await["chatId"], chat["chatId"]);
    let said = socket.operate(with(&ids(chat), json!({ "operation": "sendMessage", "message": "Hello" }))).await;
    assert_eq!((&said["alias"], &said["messages"][0]["text"]), (&json!("119"), &json!("Hello")));
    // And when its Chat Server was killed, at the backup.
    front.kill(1).await;
    while let Some(Ok(_)) = socket.stream.next().await {}
    let again = comet.again().await;
    let resumed = again.operate(resume).await;
    assert_eq!((&resumed["alias"], &resumed["messages"][1]["text"]), (&json!("120"), &json!("Hello")));
    // The other browser has not noticed.
    let (comet, chat) = &browsers[0];
    let said = comet.operate(with(&ids(chat), json!({ "operation": "sendMessage", "message": "Hi" }))).await;
    assert_eq!((&said["statusCode"], &said["alias"]), (&json!(0), &json!("117")));
    // Who has no cookie and cannot get one is at the first.
    let mut socket = Socket::open(&front, "", json!({})).await;
    let chat = socket.operate(json!({ "operation": "requestChat", "nickname": "Ann" })).await;
    assert_eq!((&chat["alias"], &front.balancer().await[0]["started"]), (&json!("117"), &json!(2)));
}

#[tokio::test]
async fn a_user_by_web_socket_is_where_the_users_chats_are() {
    let front = two().await;
    let desk = second(&front, Servers::start().await);
    let (alex, bea) = (front.agent("Alex").await, desk.agent("Bea").await);
    let mut aliases = Vec::new();
    for user in ["another", "a-third", "a-fourth", "a-fifth", "a-sixth"] {
        let mut socket = Socket::open(&front, "", json!({ "gms_user": user })).await;
        socket.say(json!({ "channel": "/meta/subscribe", "subscription": "/_genesys" })).await;
        socket.until(|message| message["channel"] == "/meta/subscribe").await;
        socket.say(json!({ "channel": "/meta/connect" })).await;
        let create = front.http.post(format!("{}/genesys/1/service/callback/chat-immediate", front.at.gms));
        let create = create.header("gms_user", user).form(&[("_customer_number", "1")]);
        let service: Value = create.send().await.unwrap().json().await.unwrap();
        let start = front.http.post(service["_start_chat_url"].as_str().unwrap());
        let start = start.form(&[("notify_by", "comet"), ("_verbose", "true")]);
        let chat: Value = start.send().await.unwrap().json().await.unwrap();
        let (id, alias) =
            (chat["chatSessionId"].as_str().unwrap(), chat["chatServerLoadBalancerAlias"].as_str().unwrap());
        let agent = if alias == "117" { &alex } else { &bea };
        assert_eq!(agent.post(&format!("/chats/{id}/accept"), json!({})).await.0, StatusCode::OK);
        agent.say(id, &format!("Hello {user}")).await;
        let told = socket.until(|message| message["data"].to_string().contains(&format!("Hello {user}"))).await;
        assert_eq!((&told["channel"], &told["data"]["id"]), (&json!("/_genesys"), &json!(user)));
        aliases.push(alias.to_owned());
    }
    assert!(aliases.contains(&"117".to_owned()) && aliases.contains(&"119".to_owned()), "{aliases:?}");
}
