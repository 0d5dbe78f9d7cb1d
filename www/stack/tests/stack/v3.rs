//! The chat API v3 over real HTTP (transports 3).

use base64::Engine;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::harness::Servers;

const BASE: &str = "/nexus/v3/chat/sessions";
const API_KEY: &str = "demo-api-key";

/// An answer, read to its end.
struct Answer {
    status: u16,
    text: String,
    body: Value,
}

impl Answer {
    async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
        Self { status, body: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    #[track_caller]
    fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, &self.body["status"]["code"]), (status, &json!(code)), "{}", self.text);
        assert!(self.body["status"]["message"].as_str().is_some_and(|text| !text.is_empty()));
    }

    #[track_caller]
    fn good(self) -> Value {
        assert_eq!((self.status, &self.body["status"]["code"]), (200, &json!(1)), "{}", self.text);
        self.body
    }
}

/// The payload of a token as the client reads it: `atob` of what stands there.
fn payload(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    assert!(!payload.contains(['-', '_']), "atob knows neither (trap 7)");
    let bytes = base64::engine::general_purpose::STANDARD_NO_PAD.decode(payload).unwrap();
    assert!(bytes.is_ascii());
    serde_json::from_slice(&bytes).unwrap()
}

/// A customer, as the widget's transport speaks for one.
struct Customer<'a> {
    servers: &'a Servers,
    session: String,
    participant: String,
    token: String,
}

fn request(servers: &Servers, method: Method, path: &str) -> RequestBuilder {
    servers.http.request(method, format!("{}{BASE}{path}", servers.at.cloud)).header("x-api-key", API_KEY)
}

async fn start(servers: &Servers, fields: &[(&str, &str)]) -> Answer {
    Answer::of(request(servers, Method::POST, "").form(fields)).await
}

const START: [(&str, &str); 11] = [
    ("data[firstName]", "Maria"),
    ("data[lastName]", "Gonzalez"),
    ("data[nickname]", "Mária"),
    ("data[endpoint]", "customer-support"),
    ("data[stream]", "customer-support"),
    ("data[email]", "maria@example.com"),
    ("data[subject]", "Invoice"),
    ("data[contract]", "C-77"),
    ("data[userData][Tier]", "Gold"),
    ("data[userData][_genesys_source]", "web"),
    ("operationId", "op-1"),
];

impl<'a> Customer<'a> {
    async fn start(servers: &'a Servers) -> Self {
        Self::of(servers, start(servers, &START).await)
    }

    fn of(servers: &'a Servers, answer: Answer) -> Self {
        let body = answer.good();
        let token = body["data"]["clientToken"].as_str().unwrap().to_owned();
        let claims = payload(&token);
        let text = |key: &str| claims[key].as_str().unwrap().to_owned();
        assert!(!text("transportId").is_empty());
        assert_eq!(body["data"]["selfUri"], format!("{BASE}/{}", text("sessionId")));
        Self { servers, session: text("sessionId"), participant: text("participantId"), token }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        request(self.servers, method, &format!("/{}{path}", self.session)).header("x-nexus-client-key", &self.token)
    }

    async fn get(&self, query: &str) -> Value {
        let answer = Answer::of(self.request(Method::GET, &format!("/messages?operationId=7{query}"))).await.good();
        assert_eq!(answer["operationId"], "7");
        answer["data"].clone()
    }

    async fn post(&self, fields: &[(&str, &str)]) -> Answer {
        Answer::of(self.request(Method::POST, "/messages").form(fields)).await
    }

    async fn say(&self, text: &str) {
        self.post(&[("operationId", "8"), ("data[type]", "Text"), ("data[text]", text)]).await.good();
    }

    async fn leave(&self) -> Answer {
        let path = format!("/participants/{}", self.participant);
        Answer::of(self.request(Method::DELETE, &path).form(&[("operationId", "9")])).await
    }
}

fn indexes(data: &Value) -> Vec<&str> {
    data["messages"].as_array().unwrap().iter().map(|message| message["index"].as_str().unwrap()).collect()
}

fn texts(data: &Value) -> Vec<&str> {
    data["messages"].as_array().unwrap().iter().filter_map(|message| message["text"].as_str()).collect()
}

#[tokio::test]
async fn a_session_from_beginning_to_end() {
    let servers = Servers::start().await;
    let customer = Customer::start(&servers).await;
    let agent = servers.agent("Alex").await;
    let chat = agent.chat(&customer.session).await;
    assert_eq!((&chat["customer"], &chat["subject"]), (&json!("Mária"), &json!("Invoice")));
    for (key, value) in [
        ("FirstName", "Maria"),
        ("LastName", "Gonzalez"),
        ("EmailAddress", "maria@example.com"),
        ("Subject", "Invoice"),
        ("contract", "C-77"),
        ("Tier", "Gold"),
        ("_genesys_source", "web"),
    ] {
        assert_eq!(chat["attachedData"][key], value, "{key}");
    }
    assert!(chat["attachedData"].get("endpoint").is_none());

    // A poll names no position: what was delivered is remembered.
    let first = customer.get("").await;
    assert_eq!((indexes(&first), &first["chatEnded"]), (vec!["0-000001"], &json!(false)));
    let joined = &first["messages"][0];
    assert_eq!(joined["type"], "ParticipantJoined");
    assert_eq!(
        joined["from"],
        json!({ "nickname": "Mária", "participantId": customer.participant, "type": "Customer" })
    );
    assert!(joined["utcTime"].as_i64().unwrap() > 1_600_000_000_000);
    assert_eq!(customer.get("").await["messages"], json!([]));
    assert_eq!(agent.post(&format!("/chats/{}/accept", customer.session), json!({})).await.0, StatusCode::OK);
    customer.say("Hello").await;
    agent.say(&customer.session, "Good morning").await;
    let news = customer.get("").await;
    assert_eq!(indexes(&news), ["0-000002", "0-000003", "0-000004"]);
    assert_eq!(texts(&news), ["Hello", "Good morning"]);
    assert_eq!(
        (&news["messages"][2]["type"], &news["messages"][2]["from"]["type"]),
        (&json!("Message"), &json!("Agent"))
    );

    // After a pause it names the last index, as it keeps it, without the dash; or with it.
    for index in ["0000002", "0-000002"] {
        assert_eq!(indexes(&customer.get(&format!("&index={index}")).await), ["0-000003", "0-000004"]);
    }
    // A restore: the newest so many. An older page: up to and with the index, oldest first.
    assert_eq!(customer.get("&count=10000").await["messages"].as_array().unwrap().len(), 4);
    assert_eq!(indexes(&customer.get("&count=2").await), ["0-000003", "0-000004"]);
    assert_eq!(indexes(&customer.get("&index=0000003&count=2").await), ["0-000002", "0-000003"]);
    assert_eq!(indexes(&customer.get("&index=0000001&count=20").await), ["0-000001"], "where the client stops");
    // An older page moves nothing: the poll goes on where it was.
    agent.say(&customer.session, "Anything else?").await;
    assert_eq!(indexes(&customer.get("&index=0000002&count=1").await), ["0-000002"]);
    assert_eq!(texts(&customer.get("").await), ["Anything else?"]);

    // Typing with its preview, a notice, user data.
    customer.post(&[("data[type]", "TypingStarted"), ("data[text]", "No, th")]).await.good();
    let chat = agent.chat(&customer.session).await;
    assert_eq!((&chat["customerTyping"], &chat["preview"]), (&json!(true), &json!("No, th")));
    customer.post(&[("data[type]", "TypingStopped"), ("data[text]", "")]).await.good();
    assert_eq!(agent.chat(&customer.session).await["customerTyping"], false);
    customer.post(&[("data[type]", "CustomNotice"), ("data[text]", "seen")]).await.good();
    let kinds: Vec<String> = customer.get("").await["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["TypingStarted", "TypingStopped", "CustomNotice"]);
    let put = customer.request(Method::PUT, "/userdata").form(&[("data[Order]", "A-1"), ("operationId", "5")]);
    assert_eq!(Answer::of(put).await.good()["operationId"], "5");
    assert_eq!(agent.chat(&customer.session).await["attachedData"]["Order"], "A-1");

    // The customer leaves; the last poll says that it is over, and tells the rest.
    assert_eq!(customer.leave().await.good()["operationId"], "9");
    let last = customer.get("").await;
    assert_eq!((&last["chatEnded"], &last["messages"][0]["type"]), (&json!(true), &json!("ParticipantLeft")));
    customer.post(&[("data[type]", "Text"), ("data[text]", "Still there?")]).await.refused(409, "SESSION_ENDED");
    customer.leave().await.good();
    assert_eq!(agent.chat(&customer.session).await["state"], "ended");
}
