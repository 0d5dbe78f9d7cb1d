//! A running stack, a customer and an agent.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use cx_stack::chat_server::silence::SilenceSettings;
use cx_stack::clock::Clock;
use cx_stack::{Addresses, Config, Stack};
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use crate::watch::NoPanics;

pub const REQUEST: &str = "microapp://app/T3NB68E-/Payment\nAccountNumber=1234567\nAmount=USD77.80";
pub const GOOD_CARD: [(&str, &str); 4] =
    [("number", "4111 1111 1111 1111"), ("expiry", "12/49"), ("code", "987"), ("name", "Maria Gonzalez")];

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A folder that goes away with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("cx-stack-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(path.join("site/sub")).unwrap();
        std::fs::create_dir_all(path.join("dist")).unwrap();
        std::fs::write(path.join("site/index.html"), "<!doctype html><title>Shop</title>").unwrap();
        std::fs::write(path.join("site/sub/page.html"), "<!doctype html><title>Sub</title>").unwrap();
        std::fs::write(path.join("dist/cx-speechstorm.js"), "\"use strict\";").unwrap();
        std::fs::write(path.join("dist/cx-speechstorm.css"), ".cx-speechstorm {}").unwrap();
        std::fs::write(path.join("dist/core.wasm"), b"\0asm").unwrap();
        std::fs::write(path.join("outside.txt"), "secret").unwrap();
        Self(path)
    }

    pub fn config(&self) -> Config {
        Config {
            db: Some(self.0.join("stack.sqlite")),
            site_dir: self.0.join("site"),
            dist_dir: self.0.join("dist"),
            // A jump of the clock is no silence, but where a test is about that.
            silence: SilenceSettings { flex_disconnect_timeout: 86_400 },
            ..Config::on_free_ports()
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The servers, and how to reach them.
pub struct Servers {
    pub stack: Stack,
    pub at: Addresses,
    pub clock: Clock,
    pub http: Client,
    pub folder: Option<Folder>,
    /// Last, so that it sees the others go.
    #[allow(dead_code, reason = "what it does it does when it goes")]
    pub watch: NoPanics,
}

impl Servers {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = Folder::new();
        let mut config = folder.config();
        change(&mut config);
        let mut servers = Self::from_config(&config).await;
        servers.folder = Some(folder);
        servers
    }

    pub async fn from_config(config: &Config) -> Self {
        let watch = NoPanics::watched();
        let clock = Clock::default();
        let stack = Stack::start_by(config, clock.clone()).await.unwrap();
        let at = stack.addresses().clone();
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { stack, at, clock, http, folder: None, watch }
    }

    pub fn chat_url(&self) -> String {
        format!("{}/genesys/2/chat/customer-support", self.at.gms)
    }

    pub async fn start_chat(&self, fields: &[(&str, &str)]) -> Response {
        self.http.post(format!("{}/", self.chat_url())).form(fields).send().await.unwrap()
    }

    /// A customer in a new chat.
    pub async fn customer(&self) -> Customer<'_> {
        let fields =
            [("nickname", "Maria"), ("firstName", "Maria"), ("subject", "Invoice"), ("userData[Tier]", "Gold")];
        let answer: Value = self.start_chat(&fields).await.json().await.unwrap();
        let text = |key: &str| answer[key].as_str().unwrap().to_owned();
        Customer { servers: self, id: text("chatId"), user_id: text("userId"), key: text("secureKey") }
    }

    /// An agent who has signed in.
    pub async fn agent(&self, name: &str) -> Agent<'_> {
        self.agent_with(name, json!({})).await
    }

    /// An agent who has signed in with groups, skills and so on.
    pub async fn agent_with(&self, name: &str, mut profile: Value) -> Agent<'_> {
        profile["name"] = json!(name);
        let response = self.http.post(format!("{}/api/login", self.at.desk)).json(&profile).send().await.unwrap();
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        Agent { servers: self, cookie }
    }

    /// A customer and an agent in the same chat.
    pub async fn chat(&self) -> (Customer<'_>, Agent<'_>) {
        let customer = self.customer().await;
        let agent = self.agent("Alex").await;
        assert_eq!(agent.post(&format!("/chats/{}/accept", customer.id), json!({})).await.0, StatusCode::OK);
        (customer, agent)
    }

    pub async fn get(&self, url: &str) -> Page {
        Page::of(self.http.get(url).send().await.unwrap()).await
    }

    pub async fn microapp(&self, path: &str) -> Page {
        self.get(&format!("{}{path}", self.at.messaging)).await
    }

    /// Posts a form of a MicroApp page, with its nonce.
    pub async fn submit(&self, path: &str, page: &Page, step: &str, fields: &[(&str, &str)]) -> Page {
        let nonce = page.between("name=\"nonce\" value=\"", "\"").to_owned();
        let mut form = vec![("step", step), ("nonce", nonce.as_str())];
        form.extend_from_slice(fields);
        let request = self.http.post(format!("{}{path}", self.at.messaging)).form(&form);
        Page::of(request.send().await.unwrap()).await
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Page {
    pub async fn of(response: Response) -> Self {
        Self { status: response.status(), headers: response.headers().clone(), text: response.text().await.unwrap() }
    }

    pub fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.text.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.text)).1;
        rest.split_once(after).unwrap().0
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.headers[LOCATION].to_str().unwrap().to_owned()
    }

    /// Status and code of a refusal.
    pub fn refusal(&self) -> (u16, &str) {
        assert!(!self.text.contains("<script"), "a refusal posts nothing");
        (self.status.as_u16(), self.between("data-code=\"", "\""))
    }
}

/// A customer, as the widget speaks for one.
pub struct Customer<'a> {
    pub servers: &'a Servers,
    pub id: String,
    pub user_id: String,
    pub key: String,
}

impl Customer<'_> {
    pub async fn raw(&self, verb: &str, key: &str, fields: &[(&str, &str)]) -> Response {
        let mut form = vec![("userId", self.user_id.as_str()), ("secureKey", key), ("alias", "117")];
        form.extend_from_slice(fields);
        let url = format!("{}/{}/{verb}", self.servers.chat_url(), self.id);
        self.servers.http.post(url).form(&form).send().await.unwrap()
    }

    pub async fn call(&self, verb: &str, fields: &[(&str, &str)]) -> Value {
        self.raw(verb, &self.key, fields).await.json().await.unwrap()
    }

    pub async fn messages(&self) -> Vec<Value> {
        self.call("refresh", &[("transcriptPosition", "1")]).await["messages"].as_array().unwrap().clone()
    }

    /// What the plugin sends to the Messaging Server.
    pub fn launch(&self) -> Vec<(&'static str, String)> {
        vec![
            ("domain", self.servers.at.site.clone()),
            ("chatMessage", REQUEST.to_owned()),
            ("chatInteractionID", self.id.clone()),
            ("chatSecureKey", self.key.clone()),
            ("chatUserID", self.user_id.clone()),
        ]
    }

    pub async fn go(&self) -> Page {
        self.go_with("T3NB68E-", &self.launch()).await
    }

    pub async fn go_with(&self, token: &str, fields: &[(&str, String)]) -> Page {
        let url = format!("{}/fish-messaging/go/{token}", self.servers.at.messaging);
        Page::of(self.servers.http.get(url).query(fields).send().await.unwrap()).await
    }

    /// Asks for a ticket to launch with, as the plugin does from the website.
    pub async fn ask_for_ticket(&self) -> Page {
        let url = format!("{}/fish-messaging/ticket", self.servers.at.messaging);
        let request = self.servers.http.post(url).header(ORIGIN, &self.servers.at.site).form(&self.launch());
        Page::of(request.send().await.unwrap()).await
    }

    /// A ticket to launch with.
    pub async fn ticket(&self) -> String {
        let answer: Value = serde_json::from_str(&self.ask_for_ticket().await.text).unwrap();
        answer["ticket"].as_str().unwrap().to_owned()
    }

    /// A launch in which one field differs.
    pub async fn go_but(&self, name: &str, value: &str) -> Page {
        let mut fields = self.launch();
        fields.iter_mut().find(|(field, _)| *field == name).unwrap().1 = value.to_owned();
        self.go_with("T3NB68E-", &fields).await
    }
}

/// An agent, as the desk speaks for one.
pub struct Agent<'a> {
    pub servers: &'a Servers,
    pub cookie: String,
}

impl Agent<'_> {
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        let url = format!("{}/api{path}", self.servers.at.desk);
        let response = self.servers.http.get(url).header(COOKIE, &self.cookie).send().await.unwrap();
        (response.status(), response.json().await.unwrap_or_default())
    }

    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let url = format!("{}/api{path}", self.servers.at.desk);
        let request = self.servers.http.post(url).header(COOKIE, &self.cookie).header(CONTENT_TYPE, "application/json");
        let response = request.body(body.to_string()).send().await.unwrap();
        (response.status(), response.json().await.unwrap_or_default())
    }

    pub async fn say(&self, chat: &str, text: &str) -> u64 {
        let (status, answer) = self.post(&format!("/chats/{chat}/messages"), json!({ "text": text })).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["index"].as_u64().unwrap()
    }

    pub async fn chat(&self, chat: &str) -> Value {
        self.get(&format!("/chats/{chat}")).await.1
    }

    pub async fn record(&self, chat: &str) -> Value {
        self.get(&format!("/chats/{chat}/record")).await.1
    }

    pub async fn audit(&self, chat: &str) -> Vec<String> {
        let record = self.record(chat).await;
        record["audit"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect()
    }

    /// Texts of the status messages, with sender type and visibility.
    pub async fn statuses(&self, chat: &str) -> Vec<(String, String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let chat = self.chat(chat).await;
        chat["transcript"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["text"].as_str().is_some_and(|text| text.starts_with("microapp:progress:")))
            .map(|entry| (text(&entry["text"]), text(&entry["from"]["type"]), text(&entry["visibility"])))
            .collect()
    }
}

/// Every byte of the database's files.
pub fn database_bytes(db: &str) -> Vec<u8> {
    ["", "-wal", "-shm"]
        .iter()
        .map(|suffix| format!("{db}{suffix}"))
        .filter(|path| Path::new(path).exists())
        .flat_map(|path| std::fs::read(path).unwrap())
        .collect()
}

pub fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}
