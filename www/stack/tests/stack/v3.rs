//! The chat API v3 over real HTTP (transports 3).

use base64::Engine;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Folder, GOOD_CARD, Page, REQUEST, Servers, contains, database_bytes};

pub const BASE: &str = "/nexus/v3/chat/sessions";
pub const API_KEY: &str = "demo-api-key";

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    text: String,
    body: Value,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
        Self { status, body: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, &self.body["status"]["code"]), (status, &json!(code)), "{}", self.text);
        assert!(self.body["status"]["message"].as_str().is_some_and(|text| !text.is_empty()));
    }

    #[track_caller]
    pub fn good(self) -> Value {
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
pub struct Customer<'a> {
    servers: &'a Servers,
    pub session: String,
    pub participant: String,
    pub token: String,
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
    pub async fn start(servers: &'a Servers) -> Self {
        Self::of(servers, start(servers, &START).await)
    }

    /// One whose start says whether its chat is asynchronous.
    pub async fn start_async(servers: &'a Servers, mode: &str) -> Self {
        let fields = [&START[..], &[("data[userData][GCTI_Chat_AsyncMode]", mode)]].concat();
        Self::of(servers, start(servers, &fields).await)
    }

    /// One who comes back with nothing but a token, as in async mode; a new session if the old one is over.
    pub async fn come_back(servers: &'a Servers, token: &str) -> Self {
        let request = request(servers, Method::POST, "").header("x-nexus-client-key", token);
        Self::of(servers, Answer::of(request.form(&START)).await)
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

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        request(self.servers, method, &format!("/{}{path}", self.session)).header("x-nexus-client-key", &self.token)
    }

    pub async fn get(&self, query: &str) -> Value {
        let answer = Answer::of(self.request(Method::GET, &format!("/messages?operationId=7{query}"))).await.good();
        assert_eq!(answer["operationId"], "7");
        answer["data"].clone()
    }

    pub async fn post(&self, fields: &[(&str, &str)]) -> Answer {
        Answer::of(self.request(Method::POST, "/messages").form(fields)).await
    }

    pub async fn say(&self, text: &str) {
        self.post(&[("operationId", "8"), ("data[type]", "Text"), ("data[text]", text)]).await.good();
    }

    pub async fn leave(&self) -> Answer {
        let path = format!("/participants/{}", self.participant);
        Answer::of(self.request(Method::DELETE, &path).form(&[("operationId", "9")])).await
    }
}

fn indexes(data: &Value) -> Vec<&str> {
    data["messages"].as_array().unwrap().iter().map(|message| message["index"].as_str().unwrap()).collect()
}

pub fn texts(data: &Value) -> Vec<&str> {
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

#[tokio::test]
async fn what_is_refused() {
    let servers = Servers::start().await;
    let customer = Customer::start(&servers).await;
    let other = Customer::start(&servers).await;
    let bare = |method: Method, path: &str| servers.http.request(method, format!("{}{path}", servers.at.cloud));

    // Starting: the key of the contact centre, the endpoint, a name.
    Answer::of(bare(Method::POST, BASE).form(&START)).await.refused(403, "INVALID_CONTACT_CENTER");
    let wrong = bare(Method::POST, BASE).header("x-api-key", "another").form(&START);
    Answer::of(wrong).await.refused(403, "INVALID_CONTACT_CENTER");
    let without = |field: &'static str| START.into_iter().filter(move |(name, _)| *name != field).collect::<Vec<_>>();
    start(&servers, &without("data[endpoint]")).await.refused(400, "INVALID_ENDPOINT");
    let elsewhere = [("data[firstName]", "Ann"), ("data[endpoint]", "nowhere")];
    start(&servers, &elsewhere).await.refused(400, "INVALID_ENDPOINT");
    start(&servers, &[("data[endpoint]", "customer-support")]).await.refused(400, "INVALID_NICKNAME");
    let first_name = Customer::of(&servers, start(&servers, &without("data[nickname]")).await);
    assert_eq!(first_name.get("").await["messages"][0]["from"]["nickname"], "Maria");

    // Every later request: both keys, the right session.
    let messages = format!("{BASE}/{}/messages", customer.session);
    Answer::of(bare(Method::GET, &messages)).await.refused(403, "INVALID_CONTACT_CENTER");
    let keyed =
        |token: &str| bare(Method::GET, &messages).header("x-api-key", API_KEY).header("x-nexus-client-key", token);
    let forged = format!("{}.{}", customer.token.rsplit_once('.').unwrap().0, "A".repeat(43));
    for wrong in ["", "x", &forged, &other.token] {
        Answer::of(keyed(wrong)).await.refused(401, "AUTHENTICATION_REQUIRED");
    }
    let unknown =
        request(&servers, Method::GET, "/NOSUCHSESSION000/messages").header("x-nexus-client-key", &customer.token);
    Answer::of(unknown).await.refused(404, "INVALID_SESSION");
    Answer::of(request(&servers, Method::GET, "/%FF/messages")).await.refused(400, "INVALID_REQUEST");
    Answer::of(customer.request(Method::GET, "/nothing")).await.refused(404, "NOT_FOUND");
    Answer::of(customer.request(Method::PUT, "/messages")).await.refused(405, "METHOD_NOT_ALLOWED");
    let stranger = customer.request(Method::DELETE, &format!("/participants/{}", other.participant));
    Answer::of(stranger).await.refused(404, "NOT_FOUND");

    // Messages and positions that are of no use.
    customer.post(&[("data[type]", "Text"), ("data[text]", "")]).await.refused(400, "INVALID_MESSAGE");
    let long = "x".repeat(20_000);
    customer.post(&[("data[type]", "Text"), ("data[text]", &long)]).await.refused(400, "INVALID_MESSAGE");
    customer.post(&[("data[type]", "Telepathy"), ("data[text]", "x")]).await.refused(400, "INVALID_MESSAGE_TYPE");
    for query in ["index=x", "index=0--1", "count=x", "count=-1"] {
        let answer = Answer::of(customer.request(Method::GET, &format!("/messages?{query}"))).await;
        answer.refused(400, "INVALID_REQUEST");
    }
    // The other chat has gone on undisturbed.
    assert_eq!(other.get("").await["chatEnded"], false);

    // A page of another origin gets nowhere; this one is asked for one key before a start, and later for both.
    for (path, asked) in [(BASE, "x-api-key"), (messages.as_str(), "x-api-key,x-nexus-client-key")] {
        let preflight = bare(Method::OPTIONS, path)
            .header("Origin", &servers.at.site)
            .header("Access-Control-Request-Headers", asked)
            .send()
            .await
            .unwrap();
        assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
        assert_eq!(preflight.headers()["access-control-allow-origin"], servers.at.site.as_str());
        assert_eq!(preflight.headers()["access-control-allow-headers"], "x-api-key, x-nexus-client-key, Content-Type");
        assert_eq!(preflight.headers()["access-control-allow-methods"], "GET, POST, PUT, DELETE, OPTIONS");
    }
    let refused = customer.request(Method::GET, "/messages").header("Origin", "https://evil.example");
    Answer::of(refused).await.refused(403, "FOREIGN_ORIGIN");
    let refused = bare(Method::GET, &messages).header("Origin", &servers.at.site).send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["access-control-allow-origin"]),
        (403, &servers.at.site.parse().unwrap())
    );
}

#[tokio::test]
async fn the_session_goes_on_with_another_token() {
    let servers = Servers::start().await;
    let customer = Customer::start(&servers).await;
    customer.say("Hello").await;
    let again = async |token: &str| {
        Answer::of(request(&servers, Method::POST, "").header("x-nexus-client-key", token).form(&START)).await
    };
    let resumed = Customer::of(&servers, again(&customer.token).await);
    assert_eq!((&resumed.session, &resumed.participant), (&customer.session, &customer.participant));
    assert_ne!(resumed.token, customer.token);
    // Both are good: another tab may hold the first.
    assert_eq!(texts(&resumed.get("&count=20").await), ["Hello"]);
    assert_eq!(texts(&customer.get("&count=20").await), ["Hello"]);
    for wrong in ["x", "a.b.c", &format!("{}x", customer.token)] {
        again(wrong).await.refused(401, "AUTHENTICATION_REQUIRED");
    }
    // Of very many the oldest go.
    let mut newest = resumed;
    for _ in 0..16 {
        newest = Customer::of(&servers, again(&newest.token).await);
    }
    again(&customer.token).await.refused(401, "AUTHENTICATION_REQUIRED");
    newest.leave().await.good();
    let next = Customer::of(&servers, again(&newest.token).await);
    assert_ne!(next.session, customer.session, "what is over begins anew");
}

#[tokio::test]
async fn a_pushed_address_is_the_url_of_its_message() {
    let servers = Servers::with(|config| config.esp.esp_port = Some(0)).await;
    let customer = Customer::start(&servers).await;
    let url = "https://bank.example/help";
    let push = json!({ "service": "Chat", "method": "Notice", "userData": { "InteractionId": customer.session },
        "parameters": { "NoticeType": "USER_PUSHED_URL", "NoticeText": url, "Nickname": "Bank" } });
    let esp = format!("{}/esp/ChatServer", servers.at.esp.as_ref().unwrap());
    let pushed: Value = servers.http.post(esp).body(push.to_string()).send().await.unwrap().json().await.unwrap();
    assert_eq!(pushed["event"], "response", "{pushed}");
    let message = customer.get("").await["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&message["type"], &message["url"], message.get("text")), (&json!("PushUrl"), &json!(url), None));
    assert_eq!(message["from"]["nickname"], "Bank");
}

#[tokio::test]
async fn a_microapp_runs_inside_and_a_restart_keeps_it_all() {
    let folder = Folder::new();
    let config = folder.config();
    let servers = Servers::from_config(&config).await;
    let customer = Customer::start(&servers).await;
    let agent = servers.agent("Alex").await;
    agent.post(&format!("/chats/{}/accept", customer.session), json!({})).await;
    agent.say(&customer.session, REQUEST).await;
    let request =
        Answer::of(self::request(&servers, Method::POST, "").header("x-nexus-client-key", &customer.token)).await;
    let resumed = Customer::of(&servers, request);
    let go = async |key: &str| {
        let fields = [
            ("domain", servers.at.site.as_str()),
            ("chatMessage", REQUEST),
            ("chatInteractionID", &customer.session),
            ("chatUserID", &customer.participant),
            ("chatSecureKey", key),
        ];
        let url = format!("{}/fish-messaging/go/T3NB68E-", servers.at.messaging);
        Page::of(servers.http.get(url).query(&fields).send().await.unwrap()).await
    };
    for wrong in ["0011223344556677", &format!("{}x", customer.token)] {
        assert_eq!(go(wrong).await.refusal(), (403, "credentials_refused"));
    }
    // Each of the session's tokens is a secure key; the second launch finds the same MicroApp.
    let path = go(&customer.token).await.location();
    assert_eq!(go(&resumed.token).await.location(), path);
    for (step, fields) in [("begin", &[][..]), ("card", &GOOD_CARD[..]), ("pay", &[][..])] {
        let page = servers.microapp(&path).await;
        servers.submit(&path, &page, step, fields).await.location();
    }
    assert!(servers.microapp(&path).await.text.contains("Payment approved"));
    agent.say(&customer.session, "Thank you").await;
    let told = customer.get("").await;
    assert_eq!(texts(&told), [REQUEST, "Thank you"], "status messages are for agents (visibility INT)");

    for secret in [&customer.token, &resumed.token] {
        assert!(!contains(&database_bytes(&servers.at.db), secret.rsplit('.').next().unwrap()));
    }
    let Customer { session, participant, .. } = customer;
    let token = resumed.token.clone();
    drop(servers);
    let servers = Servers::from_config(&config).await;
    let customer = Customer { servers: &servers, session, participant, token };
    assert_eq!(customer.get("").await["messages"], json!([]), "it is still known what has been told");
    customer.say("Still here").await;
    assert_eq!(texts(&customer.get("").await), ["Still here"]);
    assert_eq!(texts(&customer.get("&count=100").await), [REQUEST, "Thank you", "Still here"]);
}
