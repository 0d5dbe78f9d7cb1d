//! Killed at random moments, by `kill -9`: whatever any server has acknowledged is there afterwards, at the backup behind a
//! front as with a lone process that is started again on its database.

mod agents;
mod clients;
mod whole;

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};

use cx_stack::Addresses;
use cx_stack::clock::now_ms;
use reqwest::header::COOKIE;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::effort::kills;
use crate::front::{Front, OPTIONS, PAIR, signal};
use crate::harness::{Agent, Folder, Servers};
use crate::v3::API_KEY;
use crate::watch::Stderr;

/// How often it is killed, unless in a long run.
const TIMES: usize = 3;

/// Something that was acknowledged, and so must be there.
pub enum Fact {
    /// Said or pushed in this chat, once.
    Text(String, String),
    /// Attached data of this chat.
    Data(String, &'static str, String),
    /// The customer's name in this chat.
    Nickname(String, String),
    /// How far the customer has read.
    Read(String, u64),
    /// A file of this chat: its id, and what is in it; nothing where it was deleted.
    File(String, String, Option<Vec<u8>>),
    /// A guest has accepted this media request: its address, and the guest's token.
    Shared(String, String),
    /// The chat is over.
    Ended(String),
    /// A MicroApp of this chat has reached this step.
    Step(String, &'static str),
    /// A ticket for a survey that was given out, when, and whether it was used.
    Ticket(String, i64, bool),
    /// A service of API v1 has stored this.
    Stored(String, String),
    /// A service of API v1 is shown with this, or another time with that.
    Service(String, &'static str, String),
    /// A picture of v3: its address, the token of its session, and what is in it.
    Picture(String, String, Vec<u8>),
    /// This agent was the last who has come into the chat.
    Agent(String, String),
    /// The chat waits for this group.
    Target(String, String),
}

/// The servers as their clients see them, wherever they are now.
pub struct World {
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

pub struct Chat {
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

/// Lets all of them work while `strike` kills and waits for whoever comes after; what they were told.
async fn under_fire(world: &Arc<World>, mut strike: impl AsyncFnMut()) -> Vec<Fact> {
    let mut workers = tokio::task::JoinSet::new();
    workers.spawn(clients::customers(Arc::clone(world), 1));
    workers.spawn(clients::customers(Arc::clone(world), 2));
    workers.spawn(clients::comet(Arc::clone(world)));
    workers.spawn(clients::services(Arc::clone(world)));
    workers.spawn(clients::workflow(Arc::clone(world)));
    workers.spawn(clients::surveys(Arc::clone(world)));
    workers.spawn(clients::guests(Arc::clone(world)));
    workers.spawn(clients::nexus(Arc::clone(world)));
    workers.spawn(agents::agents(Arc::clone(world)));
    let more = async || {
        let more = 20 + RandomState::new().build_hasher().finish() % 60;
        let enough = world.acknowledged.load(Ordering::Relaxed) + usize::try_from(more).unwrap();
        while world.acknowledged.load(Ordering::Relaxed) < enough {
            tokio::task::yield_now().await;
        }
    };
    for _ in 0..kills(TIMES) {
        more().await;
        strike().await;
    }
    more().await;
    world.done.store(true, Ordering::Relaxed);
    let facts: Vec<Fact> = workers.join_all().await.into_iter().flatten().collect();
    assert!(facts.len() > 40, "{}", facts.len());
    for told in [
        |fact: &Fact| matches!(fact, Fact::Agent(..)),
        |fact: &Fact| matches!(fact, Fact::Service(..)),
        |fact: &Fact| matches!(fact, Fact::Picture(..)),
        |fact: &Fact| matches!(fact, Fact::File(_, _, Some(_))),
        |fact: &Fact| matches!(fact, Fact::Shared(..)),
    ] {
        assert!(facts.iter().any(told), "everybody has been at work");
    }
    facts
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
            Fact::File(id, file, content) => {
                // At the desk, where those of a chat that is over are as well.
                let url = format!("{}/api/chats/{id}/files/{file}", servers.at.desk);
                let found = servers.http.get(url).header(COOKIE, &agent.cookie).send().await.unwrap();
                match content {
                    Some(content) => assert_eq!(found.bytes().await.unwrap(), *content, "{id}: {file}"),
                    None => assert_eq!(found.status(), StatusCode::NOT_FOUND, "{id}: {file}"),
                }
            }
            Fact::Shared(path, jwt) => {
                let request = servers.http.get(format!("{}{path}", servers.at.cloud)).bearer_auth(jwt);
                let media: Value = request.send().await.unwrap().json().await.unwrap();
                assert_eq!(media["state"], "ACCEPTED", "{media}");
            }
            // Later on nobody knows it any more.
            Fact::Ticket(_, at, _) if now_ms() - at > 60_000 => {}
            Fact::Ticket(ticket, _, used) => {
                let launch = servers.microapp(&format!("/fish-messaging/go/SV3STP6-?ticket={ticket}")).await;
                // One that is known may be too late.
                assert_eq!(launch.status == StatusCode::NOT_FOUND, *used, "{}", launch.text);
            }
            Fact::Stored(id, value) => {
                let storage = servers.get(&format!("{}/genesys/1/service/{id}/storage/kept", servers.at.gms)).await;
                assert_eq!(serde_json::from_str::<Value>(&storage.text).unwrap(), json!({ "kept": value }));
            }
            Fact::Service(id, key, value) => {
                let list = format!("{}/genesys/1/service/callback/chat-immediate?_id={id}", servers.at.gms);
                let shown: Value = serde_json::from_str(&servers.get(&list).await.text).unwrap();
                assert_eq!(shown[0][*key], value.as_str(), "{shown}");
            }
            Fact::Picture(path, token, content) => {
                let request = servers.http.get(format!("{}/nexus/v3/chat{path}", servers.at.cloud));
                let picture = request.header("x-api-key", API_KEY).header("x-nexus-client-key", token).send().await;
                assert_eq!(picture.unwrap().bytes().await.unwrap(), *content, "{path}");
            }
            Fact::Agent(id, name) => assert_eq!(agent.chat(id).await["agent"], name.as_str()),
            Fact::Target(id, group) => {
                let chat = agent.chat(id).await;
                // After a while whoever likes may take it.
                let long = now_ms() - chat["startedAt"].as_i64().unwrap() > 60_000;
                assert!(long || (&chat["state"], &chat["target"]) == (&json!("waiting"), &json!(group)), "{chat}");
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
    let front =
        Front::with(&format!("{OPTIONS}{PAIR}"), &["--allow-external-requests", "--enable-notification-mode"]).await;
    let world = World::new(&front.at);
    let facts = under_fire(&world, async || {
        let pid = front.ready(0).await["pid"].clone();
        signal("-KILL", &pid);
        while !front.state(0).await["pid"].is_u64() || front.state(0).await["pid"] == pid {
            tokio::task::yield_now().await;
        }
    })
    .await;
    all_is_there(&front, &front.agent("Alex").await, &facts).await;
    whole::no_chat_is_half_done(&front.agent("Alex").await).await;
    assert_eq!(front.state(0).await["failovers"], kills(TIMES));
}

/// A process of its own, without a front; it ends with the test.
struct Lone {
    process: Child,
    stderr: Stderr,
    at: Addresses,
}

impl Lone {
    fn start(folder: &Folder) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cx-stack"));
        let ports = ["site", "gms", "cloud", "messaging", "desk", "esp"];
        command.args(ports.iter().flat_map(|port| [format!("--{port}-port"), "0".to_owned()]));
        command.arg("--site-dir").arg(folder.0.join("site")).arg("--dist-dir").arg(folder.0.join("dist"));
        command
            .arg("--db")
            .arg(folder.0.join("lone.sqlite"))
            .args(["--allow-external-requests", "--enable-notification-mode"]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = Stderr::of(&mut process);
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ready = lines.map(Result::unwrap).find_map(|line| line.strip_prefix("READY ").map(str::to_owned)).unwrap();
        Self { process, stderr, at: serde_json::from_str(&ready).unwrap() }
    }
}

impl Drop for Lone {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        self.stderr.has_no_panic();
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
    whole::no_chat_is_half_done(&servers.agent("Alex").await).await;
}
