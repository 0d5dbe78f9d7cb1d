//! Killed at random moments, by `kill -9`: whatever any server has acknowledged is there afterwards, at the backup behind a
//! front as with a lone process that is started again on its database.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};

use cx_stack::Addresses;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::front::{Front, OPTIONS, PAIR, signal};
use crate::guest::{P, create};
use crate::harness::{Agent, Folder, Servers};
use crate::v3::{API_KEY, BASE};

const SURVEY: &str = "microapp://app/SV3STP6-/Survey\nTopic=our service";

/// How often it is killed.
const TIMES: usize = 3;

/// Something that was acknowledged, and so must be there.
enum Fact {
    /// Said or pushed in this chat, once.
    Text(String, String),
    /// Attached data of this chat.
    Data(String, &'static str, String),
    /// The customer's name in this chat.
    Nickname(String, String),
    /// How far the customer has read.
    Read(String, u64),
    /// A file of this chat: its address, the ids of its owner, and what is in it.
    File(String, String, [(&'static str, String); 2], Vec<u8>),
    /// The chat is over.
    Ended(String),
    /// A MicroApp of this chat has reached this step.
    Step(String, &'static str),
}

/// The servers as their clients see them, wherever they are now.
struct World {
    http: Client,
    at: RwLock<Addresses>,
    done: AtomicBool,
    acknowledged: AtomicUsize,
}

impl World {
    fn new(at: &Addresses) -> Arc<Self> {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let at = RwLock::new(at.clone());
        Arc::new(Self { http, at, done: AtomicBool::new(false), acknowledged: AtomicUsize::new(0) })
    }

    fn goes_on(&self) -> bool {
        !self.done.load(Ordering::Relaxed)
    }

    fn at(&self) -> Addresses {
        self.at.read().unwrap().clone()
    }

    fn post(&self, url: String) -> RequestBuilder {
        self.http.post(url)
    }

    /// The answer; nothing where there was none, or one that says that it was not done.
    async fn ask(&self, request: RequestBuilder) -> Option<Value> {
        let response = request.send().await.ok()?;
        if !response.status().is_success() {
            tokio::task::yield_now().await;
            return None;
        }
        response.json().await.ok()
    }

    /// Whether a call of chat API v2 was done.
    async fn done(&self, request: RequestBuilder) -> Option<Value> {
        let answer = self.ask(request).await.filter(|answer| answer["statusCode"] == 0)?;
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        Some(answer)
    }

    async fn start(&self) -> Option<Chat> {
        let url = format!("{}/genesys/2/chat/customer-support", self.at().gms);
        let answer = self.done(self.post(url).form(&[("nickname", "Maria")])).await?;
        let text = |key: &str| answer[key].as_str().unwrap().to_owned();
        Some(Chat { id: text("chatId"), ids: [("userId", text("userId")), ("secureKey", text("secureKey"))] })
    }

    /// Whether a workflow's request was done.
    async fn esp(&self, chat: &str, method: &str, parameters: Value) -> Option<()> {
        let esp = self.at().esp.unwrap();
        let data = self.ask(self.http.get(format!("{esp}/interactions/{chat}"))).await?["userData"].clone();
        let application = data["ChatServerAppName"].as_str()?.to_owned();
        let body = json!({ "service": "Chat", "method": method, "parameters": parameters, "userData": data });
        let answer = self.ask(self.post(format!("{esp}/esp/{application}")).json(&body)).await?;
        let done = answer["event"] == "response";
        self.acknowledged.fetch_add(usize::from(done), Ordering::Relaxed);
        done.then_some(())
    }
}

struct Chat {
    id: String,
    ids: [(&'static str, String); 2],
}

impl Chat {
    fn call(&self, world: &World, verb: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let url = format!("{}/genesys/2/chat/customer-support/{}/{verb}", world.at().gms, self.id);
        let ids = self.ids.iter().map(|(name, value)| (*name, value.as_str()));
        world.post(url).form(&ids.chain(fields.iter().copied()).collect::<Vec<_>>())
    }
}

/// Customers who start a chat, do everything that there is to do, and leave, or do not.
async fn customers(world: Arc<World>, who: usize) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut number = 0;
    while world.goes_on() {
        let Some(chat) = world.start().await else { continue };
        number += 1;
        let (id, name) = (chat.id.clone(), format!("Maria {who}.{number}"));
        if world.done(chat.call(&world, "updateNickname", &[("nickname", &name)])).await.is_some() {
            facts.push(Fact::Nickname(id.clone(), name.clone()));
        }
        if world.done(chat.call(&world, "updateData", &[("userData[Order]", &name)])).await.is_some() {
            facts.push(Fact::Data(id.clone(), "Order", name.clone()));
        }
        if world.done(chat.call(&world, "readReceipt", &[("transcriptPosition", "1")])).await.is_some() {
            facts.push(Fact::Read(id.clone(), 1));
        }
        let url = format!("https://shop.example/{who}/{number}");
        if world.done(chat.call(&world, "pushUrl", &[("pushUrl", &url)])).await.is_some() {
            facts.push(Fact::Text(id.clone(), url));
        }
        let content = name.into_bytes();
        let form = chat.ids.iter().fold(Form::new(), |form, (name, value)| form.text(*name, value.clone()));
        let form = form.part("file", Part::bytes(content.clone()).file_name("bill.pdf"));
        let upload = format!("{}/genesys/2/chat/customer-support/{id}/file", world.at().gms);
        if let Some(answer) = world.done(world.post(upload).multipart(form)).await {
            let file = answer["userData"]["file-id"].as_str().unwrap();
            let path = format!("/genesys/2/chat/customer-support/{id}/file/{file}/download");
            facts.push(Fact::File(id.clone(), path, chat.ids.clone(), content));
        }
        if number % 2 == 0 && world.done(chat.call(&world, "disconnect", &[])).await.is_some() {
            facts.push(Fact::Ended(id));
        }
    }
    facts
}

/// A workflow that talks to a customer by ESP.
async fn workflow(world: Arc<World>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let chat = loop {
        if let Some(chat) = world.start().await {
            break chat.id;
        }
    };
    let (mut number, mut language) = (0, None);
    while world.goes_on() {
        number += 1;
        let text = format!("Number {number} in the queue");
        if world.esp(&chat, "Message", json!({ "MessageText": text })).await.is_some() {
            facts.push(Fact::Text(chat.clone(), text.clone()));
        }
        // One that was not acknowledged may have been done all the same.
        language = world.esp(&chat, "ConfigureSession", json!({ "GCTI_LanguageCode": text })).await.map(|()| text);
    }
    facts.extend(language.map(|code| Fact::Data(chat, "GCTI_LanguageCode", code)));
    facts
}

/// Customers who answer a survey that a workflow has sent them.
async fn surveys(world: Arc<World>) -> Vec<Fact> {
    let mut facts = Vec::new();
    while world.goes_on() {
        let Some(chat) = world.start().await else { continue };
        if world.esp(&chat.id, "Message", json!({ "MessageText": SURVEY })).await.is_none() {
            continue;
        }
        let at = world.at();
        let [(_, user), (_, key)] = &chat.ids;
        let fields = [("domain", &at.site), ("chatMessage", &SURVEY.to_owned()), ("chatInteractionID", &chat.id)];
        let launch = world.http.get(format!("{}/fish-messaging/go/SV3STP6-", at.messaging));
        let launch = launch.query(&fields).query(&[("chatUserID", user), ("chatSecureKey", key)]);
        let Ok(launched) = launch.send().await else { continue };
        let Some(path) = launched.headers().get("location").map(|path| path.to_str().unwrap().to_owned()) else {
            continue;
        };
        facts.push(Fact::Step(chat.id.clone(), "Rating"));
        for (step, field, value, reached) in [
            ("rate", "rating", "5", "Reason"),
            ("reason", "good", "fast", "Comment"),
            ("send", "comment", "Well done", "Thanks"),
        ] {
            let url = format!("{}{path}", world.at().messaging);
            let Ok(page) = world.http.get(&url).send().await else { break };
            let page = page.text().await.unwrap_or_default();
            let Some((_, nonce)) = page.split_once("name=\"nonce\" value=\"") else { break };
            let form = [("nonce", nonce.split('"').next().unwrap()), ("step", step), (field, value)];
            let Ok(answer) = world.post(url).form(&form).send().await else { break };
            if answer.status() != StatusCode::SEE_OTHER {
                break;
            }
            world.acknowledged.fetch_add(1, Ordering::Relaxed);
            facts.push(Fact::Step(chat.id.clone(), reached));
            facts.push(match step {
                "rate" => Fact::Data(chat.id.clone(), "Survey_Rating", "5".to_owned()),
                "reason" => Fact::Data(chat.id.clone(), "Survey_Reason", "fast".to_owned()),
                _ => Fact::Data(chat.id.clone(), "MicroApp_Survey_State", "Completed".to_owned()),
            });
        }
    }
    facts
}

/// Guests of the cloud, each for as many messages as one may send in a minute.
async fn guests(world: Arc<World>) -> Vec<Fact> {
    let mut facts = Vec::new();
    while world.goes_on() {
        let Some(guest) = world.ask(world.post(format!("{}{P}", world.at().cloud)).json(&create())).await else {
            continue;
        };
        let text = |pointer: &str| guest.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let (id, member, jwt) = (text("/id"), text("/member/id"), text("/jwt"));
        let (_, token) = guest["eventStreamUri"].as_str().unwrap().split_once("/v1/").unwrap();
        let stream = format!("{}/v1/{token}", world.at().cloud.replace("http://", "ws://"));
        let Ok(_stream) = tokio_tungstenite::connect_async(stream).await else { continue };
        for number in 0..25 {
            let (url, text) =
                (format!("{}{P}/{id}/members/{member}/messages", world.at().cloud), format!("{id}: {number}"));
            let say = world.post(url).bearer_auth(&jwt).json(&json!({ "body": text }));
            if world.goes_on() && world.ask(say).await.is_some() {
                world.acknowledged.fetch_add(1, Ordering::Relaxed);
                facts.push(Fact::Text(id.clone(), text));
            }
        }
    }
    facts
}

/// A customer of the chat API v3.
async fn nexus(world: Arc<World>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let form = [("data[nickname]", "Maria"), ("data[endpoint]", "customer-support")];
    let started = loop {
        let start = world.post(format!("{}{BASE}", world.at().cloud)).header("x-api-key", API_KEY).form(&form);
        if let Some(started) = world.ask(start).await {
            break started["data"].clone();
        }
    };
    let token = started["clientToken"].as_str().unwrap().to_owned();
    let session = started["selfUri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let (mut number, mut order) = (0, None);
    while world.goes_on() {
        number += 1;
        let text = format!("v3: {number}");
        let call = |method: Method, path: &str| {
            let url = format!("{}{BASE}/{session}/{path}", world.at().cloud);
            world.http.request(method, url).header("x-api-key", API_KEY).header("x-nexus-client-key", &token)
        };
        let say = call(Method::POST, "messages").form(&[("data[type]", "Text"), ("data[text]", &text)]);
        if world.ask(say).await.is_some() {
            world.acknowledged.fetch_add(1, Ordering::Relaxed);
            facts.push(Fact::Text(session.clone(), text.clone()));
        }
        order = world.ask(call(Method::PUT, "userdata").form(&[("data[Order]", &text)])).await.map(|_| text);
    }
    facts.extend(order.map(|order| Fact::Data(session, "Order", order)));
    facts
}

/// Lets all of them work while `strike` kills and waits for whoever comes after; what they were told.
async fn under_fire(world: &Arc<World>, mut strike: impl AsyncFnMut()) -> Vec<Fact> {
    let mut workers = tokio::task::JoinSet::new();
    workers.spawn(customers(Arc::clone(world), 1));
    workers.spawn(customers(Arc::clone(world), 2));
    workers.spawn(workflow(Arc::clone(world)));
    workers.spawn(surveys(Arc::clone(world)));
    workers.spawn(guests(Arc::clone(world)));
    workers.spawn(nexus(Arc::clone(world)));
    let more = async || {
        let more = 20 + RandomState::new().build_hasher().finish() % 60;
        let enough = world.acknowledged.load(Ordering::Relaxed) + usize::try_from(more).unwrap();
        while world.acknowledged.load(Ordering::Relaxed) < enough {
            tokio::task::yield_now().await;
        }
    };
    for _ in 0..TIMES {
        more().await;
        strike().await;
    }
    more().await;
    world.done.store(true, Ordering::Relaxed);
    workers.join_all().await.into_iter().flatten().collect()
}

/// Looks for all of it.
async fn all_is_there(servers: &Servers, agent: &Agent<'_>, facts: &[Fact]) {
    for fact in facts {
        match fact {
            Fact::Text(id, text) => {
                let chat = agent.chat(id).await;
                let found =
                    chat["transcript"].as_array().unwrap().iter().filter(|entry| entry["text"] == text.as_str());
                assert_eq!(found.count(), 1, "{text}");
            }
            Fact::Data(id, key, value) => assert_eq!(agent.chat(id).await["attachedData"][*key], value.as_str()),
            Fact::Nickname(id, name) => assert_eq!(agent.chat(id).await["customer"], name.as_str()),
            Fact::Read(id, index) => assert_eq!(agent.chat(id).await["customerRead"], *index),
            Fact::File(id, path, ids, content) => {
                let request = servers.http.post(format!("{}{path}", servers.at.gms)).form(ids);
                let file = request.send().await.unwrap().bytes().await.unwrap();
                // Files go with their chat.
                let over = agent.chat(id).await["state"] == "ended";
                assert!(over || file == content.as_slice(), "{path}");
            }
            Fact::Ended(id) => assert_eq!(agent.chat(id).await["state"], "ended"),
            Fact::Step(id, step) => {
                let record = agent.record(id).await;
                let milestones = record["microapps"][0]["milestones"].as_array().unwrap();
                let reached = milestones.iter().filter(|milestone| milestone["name"] == *step);
                assert_eq!(reached.count(), 1, "{step}: {milestones:?}");
                let status = format!("microapp:progress:block:{step}");
                let told = agent.statuses(id).await.into_iter().filter(|(text, ..)| *text == status);
                assert_eq!(told.count(), 1, "{status}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_acknowledged_is_there_at_the_backup() {
    let front = Front::with(&format!("{OPTIONS}{PAIR}"), &["--allow-external-requests"]).await;
    let world = World::new(&front.at);
    let facts = under_fire(&world, async || {
        let pid = front.ready(0).await["pid"].clone();
        signal("-KILL", &pid);
        while !front.state(0).await["pid"].is_u64() || front.state(0).await["pid"] == pid {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(facts.len() > 40, "{}", facts.len());
    all_is_there(&front, &front.agent("Alex").await, &facts).await;
    assert_eq!(front.state(0).await["failovers"], TIMES);
}

/// A process of its own, without a front; it ends with the test.
struct Lone {
    process: Child,
    at: Addresses,
}

impl Lone {
    fn start(folder: &Folder) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cx-stack"));
        let ports = ["site", "gms", "cloud", "messaging", "desk", "esp"];
        command.args(ports.iter().flat_map(|port| [format!("--{port}-port"), "0".to_owned()]));
        command.arg("--site-dir").arg(folder.0.join("site")).arg("--dist-dir").arg(folder.0.join("dist"));
        command.arg("--db").arg(folder.0.join("lone.sqlite")).arg("--allow-external-requests");
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ready = lines.map(Result::unwrap).find_map(|line| line.strip_prefix("READY ").map(str::to_owned)).unwrap();
        Self { process, at: serde_json::from_str(&ready).unwrap() }
    }
}

impl Drop for Lone {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_acknowledged_is_there_after_a_restart() {
    let folder = Folder::new();
    let mut lone = Lone::start(&folder);
    let world = World::new(&lone.at);
    let facts = under_fire(&world, async || {
        signal("-KILL", &json!(lone.process.id()));
        lone.process.wait().unwrap();
        lone = Lone::start(&folder);
        *world.at.write().unwrap() = lone.at.clone();
    })
    .await;
    assert!(facts.len() > 40, "{}", facts.len());
    let servers = Servers { at: lone.at.clone(), ..Servers::start().await };
    all_is_there(&servers, &servers.agent("Alex").await, &facts).await;
}
