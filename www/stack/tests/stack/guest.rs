//! The Guest Chat API over real HTTP and WebSocket (transports 2).

use futures_util::StreamExt;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::harness::Servers;

pub const P: &str = "/api/v2/webchat/guest/conversations";
pub const ORGANIZATION: &str = "5b1f0c1e-7d0c-4f5e-9d5f-2f6f0a6c1d11";
pub const DEPLOYMENT: &str = "8e3a2a54-0d35-4c0b-a2b9-6f5b6f1d9c01";

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        Self { status, headers, body: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    /// A refusal, with the shape that every one of them has.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> &Value {
        assert_eq!((self.status, &self.body["code"]), (status, &json!(code)), "{}", self.text);
        assert_eq!(self.body["status"], status);
        for text in ["message", "messageWithParams", "contextId"] {
            assert!(self.body[text].as_str().is_some_and(|text| !text.is_empty()), "{text} in {}", self.text);
        }
        assert!(self.body["messageParams"].is_object() && self.body["details"].is_array());
        assert_eq!(self.body["errors"], json!([]));
        assert_eq!(self.headers["inin-correlation-id"], self.body["contextId"].as_str().unwrap());
        assert_eq!(self.headers["cache-control"], "no-cache, no-store, must-revalidate");
        &self.body
    }

    #[track_caller]
    pub fn good(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.body
    }
}

/// What the widget sends to begin, with the fields that the server has to ignore.
pub fn create() -> Value {
    json!({
        "organizationId": ORGANIZATION,
        "deploymentId": DEPLOYMENT,
        "routingTarget": {
            "targetType": "queue", "targetAddress": "customer-support", "skills": ["Billing", "English"],
            "language": "English", "priority": 3,
        },
        "memberInfo": {
            "displayName": "Maria Gonzalez", "role": "CUSTOMER", "avatarImageUrl": "https://shop.example/m.png",
            "customFields": { "firstName": "Maria", "subject": "Invoice", "Tier": "Gold", "_genesys_source": "web" },
        },
        "journeyContext": { "customer": { "id": "c-1", "idType": "cookie" } },
    })
}

/// A guest, as a client of the API speaks for one.
pub struct Guest<'a> {
    pub servers: &'a Servers,
    pub id: String,
    pub member: String,
    pub jwt: String,
    pub stream: String,
}

pub async fn call(servers: &Servers, method: Method, path: &str, jwt: Option<&str>, body: Option<Value>) -> Answer {
    let mut request = servers.http.request(method, format!("{}{path}", servers.at.cloud));
    // The widget sends the type with every request, also where there is no body.
    request = request.header(CONTENT_TYPE, "application/json");
    if let Some(jwt) = jwt {
        request = request.header(AUTHORIZATION, format!("Bearer {jwt}"));
    }
    if let Some(body) = body {
        request = request.body(body.to_string());
    }
    Answer::of(request).await
}

impl<'a> Guest<'a> {
    pub async fn create(servers: &'a Servers) -> Self {
        Self::of(servers, call(servers, Method::POST, P, None, Some(create())).await)
    }

    pub fn of(servers: &'a Servers, answer: Answer) -> Self {
        let answer = answer.good();
        let text = |pointer: &str| answer.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        Self {
            servers,
            id: text("/id"),
            member: text("/member/id"),
            jwt: text("/jwt"),
            stream: text("/eventStreamUri"),
        }
    }

    /// A guest who is connected and an agent who has accepted; the stream has told of both.
    pub async fn in_a_chat(servers: &'a Servers) -> (Self, Stream, crate::harness::Agent<'a>) {
        let guest = Self::create(servers).await;
        let mut stream = guest.connect().await;
        let agent = servers.agent("Alex").await;
        assert_eq!(agent.post(&format!("/chats/{}/accept", guest.id), json!({})).await.0, StatusCode::OK);
        // The queue goes last.
        while stream.message("member-leave").await["sender"]["id"] == guest.member {}
        (guest, stream, agent)
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        call(self.servers, method, &format!("{P}/{}{path}", self.id), Some(&self.jwt), body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn say(&self, text: &str) -> Answer {
        self.call(Method::POST, &format!("/members/{}/messages", self.member), Some(json!({ "body": text }))).await
    }

    pub async fn leave(&self) -> Answer {
        self.call(Method::DELETE, &format!("/members/{}", self.member), None).await
    }

    pub async fn messages(&self, query: &str) -> Value {
        self.get(&format!("/messages{query}")).await.good()
    }

    pub async fn connect(&self) -> Stream {
        Stream(connect_async(self.stream.as_str()).await.unwrap().0)
    }
}

/// An open event stream.
pub struct Stream(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Stream {
    /// The next event; `None` once the server has closed, with its code.
    pub async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match self.0.next().await.expect("a close frame ends the stream").unwrap() {
                Frame::Text(text) => return Ok(serde_json::from_str(&text).unwrap()),
                Frame::Close(frame) => return Err(frame.unwrap().code.into()),
                _ => {}
            }
        }
    }

    /// The body of the next event of this type.
    pub async fn of_type(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next().await.expect("the stream goes on");
            if event["metadata"]["type"] == kind {
                return event["eventBody"].clone();
            }
        }
    }

    /// The next message of this body type.
    pub async fn message(&mut self, body_type: &str) -> Value {
        loop {
            let message = self.of_type("message").await;
            if message["bodyType"] == body_type {
                return message;
            }
        }
    }
}

pub fn kinds(messages: &Value) -> Vec<&str> {
    messages["entities"].as_array().unwrap().iter().map(|entry| entry["bodyType"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_conversation_from_beginning_to_end() {
    let servers = Servers::start().await;
    let guest = Guest::create(&servers).await;
    assert!(guest.stream.starts_with(&servers.at.cloud.replace("http:", "ws:")) && guest.stream.contains("/v1/token/"));
    assert_eq!(guest.jwt.split('.').count(), 3, "the shape of a JWT");
    let agent = servers.agent("Alex").await;

    // Nothing is routed and nothing is answered before the stream is connected.
    assert_eq!(agent.get("/chats").await.1, json!([]));
    let early = guest.say("Hello?").await;
    let params = &early.refused(400, "chat.error.conversation.state")["messageParams"];
    assert_eq!(params["message"], "The conversation is not active");
    assert_eq!(early.body["message"], "Conversation State");
    for path in ["/members", "/messages", "/mediarequests", &format!("/members/{}", guest.member)] {
        guest.get(path).await.refused(400, "chat.error.conversation.state");
    }

    // First a heartbeat, then the guest's own join together with that of the queue (2.6, rule 3).
    let mut stream = guest.connect().await;
    let first = stream.next().await.unwrap();
    assert_eq!(first["topicName"], "channel.metadata");
    assert_eq!(first["eventBody"], json!({ "message": "WebSocket Heartbeat" }));
    assert!(first.get("metadata").is_none());
    let mut begin = Vec::new();
    for _ in 0..4 {
        begin.push(stream.next().await.unwrap());
    }
    for (event, (kind, topic)) in begin.iter().zip([("member-change", "members"), ("message", "messages")].repeat(2)) {
        assert_eq!(event["metadata"]["type"], kind);
        assert_eq!(event["topicName"], format!("v2.conversations.chats.{}.{topic}", guest.id));
        assert_eq!(event["version"], "2");
        assert_eq!(event["metadata"]["CorrelationId"].as_str().unwrap().len(), 36);
    }
    assert_eq!(begin[0]["eventBody"]["member"], json!({ "id": guest.member, "state": "CONNECTED" }));
    assert_eq!(begin[0]["eventBody"]["conversation"], json!({ "id": guest.id }));
    assert_eq!(begin[1]["eventBody"]["sender"], json!({ "id": guest.member }));
    assert_eq!(
        (&begin[1]["eventBody"]["bodyType"], &begin[1]["eventBody"]["body"]),
        (&json!("member-join"), &json!(""))
    );
    let queue = begin[2]["eventBody"]["member"]["id"].as_str().unwrap().to_owned();
    assert_eq!(begin[3]["eventBody"]["sender"]["id"], queue);
    let member = guest.get(&format!("/members/{queue}")).await.good();
    assert_eq!((&member["role"], &member["displayName"]), (&json!("ACD"), &json!("customer-support")));

    // The agents see the guest with all he told.
    let chats = agent.get("/chats").await.1;
    assert_eq!((&chats[0]["customer"], &chats[0]["subject"]), (&json!("Maria Gonzalez"), &json!("Invoice")));
    let data = agent.chat(&guest.id).await["attachedData"].clone();
    for (key, value) in [
        ("FirstName", "Maria"),
        ("Subject", "Invoice"),
        ("Tier", "Gold"),
        ("_genesys_source", "web"),
        ("Queue", "customer-support"),
        ("Skills", "Billing, English"),
        ("Language", "English"),
        ("Priority", "3"),
        ("Journey.customer.idType", "cookie"),
        ("IsOnline", "1"),
    ] {
        assert_eq!(data[key], value, "{key}");
    }

    // The agent: alerting, connected, joined; then the queue goes.
    assert_eq!(agent.post(&format!("/chats/{}/accept", guest.id), json!({})).await.0, StatusCode::OK);
    let alerting = stream.of_type("member-change").await["member"].clone();
    let alex = alerting["id"].as_str().unwrap().to_owned();
    assert_eq!(alerting["state"], "ALERTING");
    assert_eq!(stream.of_type("member-change").await["member"], json!({ "id": alex, "state": "CONNECTED" }));
    // The member is in place before the event is there (rule 1).
    let joined = stream.of_type("message").await;
    assert_eq!((&joined["bodyType"], &joined["sender"]["id"]), (&json!("member-join"), &json!(alex)));
    let member = guest.get(&format!("/members/{alex}")).await.good();
    assert_eq!((&member["role"], &member["state"]), (&json!("AGENT"), &json!("CONNECTED")));
    assert_eq!(member["displayName"], "Alex");
    assert!(member["joinDate"].is_string() && member.get("leaveDate").is_none());
    assert_eq!(stream.of_type("member-change").await["member"], json!({ "id": queue, "state": "DISCONNECTED" }));
    assert_eq!(stream.of_type("message").await["bodyType"], "member-leave");
    let member = guest.get(&format!("/members/{queue}")).await.good();
    assert_eq!(member["state"], "DISCONNECTED");
    assert!(member["leaveDate"].is_string());

    // Both write; one's own message comes back on the stream as it was answered.
    let sent = guest.say("Hello <b>you</b> – \u{1f44b}").await.good();
    let echo = stream.message("standard").await;
    assert_eq!(sent, echo);
    assert_eq!(
        (&sent["body"], &sent["sender"]),
        (&json!("Hello <b>you</b> – \u{1f44b}"), &json!({ "id": guest.member }))
    );
    assert_eq!(sent["conversation"]["selfUri"], format!("/api/v2/conversations/{}", guest.id));
    assert_eq!(sent["selfUri"], format!("{P}/{}/messages/{}", guest.id, sent["id"].as_str().unwrap()));
    let at = sent["timestamp"].as_str().unwrap();
    assert!(at.len() == 24 && at.ends_with('Z') && at.as_bytes()[19] == b'.', "{at}");
    assert_eq!(
        call(&servers, Method::GET, sent["selfUri"].as_str().unwrap(), Some(&guest.jwt), None).await.good(),
        sent
    );
    agent.say(&guest.id, "Good morning").await;
    let answer = stream.message("standard").await;
    assert_eq!((&answer["body"], &answer["sender"]["id"]), (&json!("Good morning"), &json!(alex)));
    let notice = json!({ "body": "seen", "bodyType": "notice" });
    let path = format!("/members/{}/messages", guest.member);
    assert_eq!(guest.call(Method::POST, &path, Some(notice)).await.good()["bodyType"], "notice");
    assert_eq!(stream.message("notice").await["body"], "seen");

    // Typing, in both directions; the guest's is over by itself.
    let typing = guest.call(Method::POST, &format!("/members/{}/typing", guest.member), None).await.good();
    assert_eq!(typing["sender"], json!({ "id": guest.member }));
    assert!(typing["id"].is_string() && typing["timestamp"].is_string());
    assert_eq!(typing["conversation"]["selfUri"], format!("/api/v2/conversations/{}", guest.id));
    assert_eq!(stream.of_type("typing-indicator").await["sender"]["id"], guest.member);
    assert_eq!(agent.chat(&guest.id).await["customerTyping"], true);
    let mut changes = servers.stack.chat.subscribe();
    servers.clock.advance(5000);
    while !matches!(changes.recv().await.unwrap(), cx_stack::chat_server::ChatChange::Entry { entry, .. }
        if entry.kind == cx_stack::chat_server::entry::EntryType::TypingStopped)
    {}
    assert_eq!(agent.chat(&guest.id).await["customerTyping"], false);
    agent.post(&format!("/chats/{}/typing", guest.id), json!({ "on": true })).await;
    let indicator = stream.of_type("typing-indicator").await;
    assert_eq!((&indicator["sender"]["id"], &indicator["conversation"]), (&json!(alex), &json!({ "id": guest.id })));

    // Everything so far is in the messages, and only that: typing is none.
    let messages = guest.messages("").await;
    let expected = ["member-join", "member-join", "member-join", "member-leave", "standard", "standard", "notice"];
    assert_eq!(kinds(&messages), expected);
    let times: Vec<&str> =
        messages["entities"].as_array().unwrap().iter().map(|entry| entry["timestamp"].as_str().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "strictly later (rule 2): {times:?}");

    // The agent ends it: the guest's own leave, in the member, on the stream and in the messages; then the socket closes.
    agent.post(&format!("/chats/{}/end", guest.id), json!({})).await;
    assert_eq!(stream.message("member-leave").await["sender"]["id"], alex);
    assert_eq!(stream.of_type("member-change").await["member"], json!({ "id": guest.member, "state": "DISCONNECTED" }));
    let farewell = stream.message("member-leave").await;
    assert_eq!(farewell["sender"]["id"], guest.member);
    let own = guest.get(&format!("/members/{}", guest.member)).await.good();
    assert_eq!(own["state"], "DISCONNECTED");
    assert!(own["leaveDate"].is_string());
    assert_eq!(own["customFields"]["Tier"], "Gold");
    assert_eq!(own["avatarImageUrl"], "https://shop.example/m.png");
    let all = guest.messages("").await;
    assert_eq!(all["entities"].as_array().unwrap().last(), Some(&farewell));
    guest.say("Still there?").await.refused(400, "chat.error.conversation.state");
    servers.clock.advance(3000);
    let closed = loop {
        // A heartbeat may come first.
        if let Err(code) = stream.next().await {
            break code;
        }
    };
    assert_eq!(closed, 1000);

    // Whoever connects now is told nothing twice, and let go.
    let mut late = guest.connect().await;
    assert_eq!(late.next().await.unwrap()["topicName"], "channel.metadata");
    servers.clock.advance(3000);
    assert_eq!(late.next().await, Err(1000));
    assert_eq!(guest.leave().await.status, 204);
}

#[tokio::test]
async fn an_agent_asks_for_media_and_the_guest_answers() {
    let servers = Servers::start().await;
    let (guest, _stream, agent) = Guest::in_a_chat(&servers).await;
    assert_eq!(guest.get("/mediarequests").await.good(), json!({ "entities": [] }));
    let path = format!("/chats/{}/media-requests", guest.id);
    for types in [json!([]), json!(["SCREENSHARE", "TELEPATHY"])] {
        let refused = agent.post(&path, json!({ "types": types })).await;
        assert_eq!((refused.0, &refused.1["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("invalid.value")));
    }
    let mut requests = Vec::new();
    for types in [json!(["COBROWSE"]), json!(["SCREENSHARE", "COBROWSE"])] {
        requests.push(agent.post(&path, json!({ "types": types })).await.1["id"].as_str().unwrap().to_owned());
    }
    let entities = guest.get("/mediarequests").await.good()["entities"].clone();
    let uri = |id: &str| format!("{P}/{}/mediarequests/{id}", guest.id);
    assert_eq!(
        entities[1],
        json!({
            "id": requests[1], "types": ["SCREENSHARE", "COBROWSE"], "state": "PENDING", "selfUri": uri(&requests[1]),
        })
    );
    let (first, second) = (format!("/mediarequests/{}", requests[0]), format!("/mediarequests/{}", requests[1]));
    assert_eq!(guest.get(&first).await.good(), entities[0]);
    guest.get("/mediarequests/none").await.refused(404, "not.found");
    // Only an answer counts, and only once.
    for state in ["PENDING", "TIMEDOUT", "CANCELLED", "accepted", ""] {
        let body = json!({ "types": ["COBROWSE"], "state": state });
        guest.call(Method::PATCH, &first, Some(body)).await.refused(400, "invalid.value");
    }
    let declined = guest.call(Method::PATCH, &first, Some(json!({ "state": "DECLINED" }))).await.good();
    assert_eq!(declined["state"], "DECLINED");
    guest.call(Method::PATCH, &first, Some(json!({ "state": "ACCEPTED" }))).await.refused(400, "invalid.value");
    let accepted = json!({ "types": ["SCREENSHARE"], "state": "ACCEPTED" });
    assert_eq!(guest.call(Method::PATCH, &second, Some(accepted)).await.good()["state"], "ACCEPTED");
    assert_eq!(guest.get(&second).await.good()["state"], "ACCEPTED");
    // None of it became a message: the real client would not bear it (trap 1).
    assert!(!guest.messages("").await.to_string().contains("media-request"));

    let other = servers.customer().await;
    let refused = agent.post(&format!("/chats/{}/media-requests", other.id), json!({ "types": ["COBROWSE"] })).await;
    assert_eq!((refused.0, &refused.1["error"]["code"]), (StatusCode::NOT_FOUND, &json!("not.found")));
    let id = agent.post(&path, json!({ "types": ["COBROWSE"] })).await.1["id"].as_str().unwrap().to_owned();
    assert_eq!(guest.leave().await.status, 204);
    let late = guest.call(Method::PATCH, &format!("/mediarequests/{id}"), Some(json!({ "state": "ACCEPTED" }))).await;
    late.refused(400, "chat.error.conversation.state");
    assert_eq!(agent.post(&path, json!({ "types": ["COBROWSE"] })).await.0, StatusCode::CONFLICT);
}
