//! Chat Servers that are processes of their own behind a front, which spreads the chats (Chat Support, "Web API Server
//! Configuration").

use std::io::{BufRead, BufReader};
use std::ops::Deref;
use std::process::{Child, Command, Stdio};

use cx_stack::Addresses;
use futures_util::{SinkExt, StreamExt};
use reqwest::StatusCode;
use reqwest::header::ORIGIN;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::cometd::Comet;
use crate::harness::{Folder, Page, REQUEST, Servers};
use crate::v3;
use crate::watch::Stderr;

pub const OPTIONS: &str = "
[chat]
chat_load_balancer_url_path=WebAPI812/SimpleSamples812/ChatHA/ChatLBServerInfo.jsp
chat_session_request_timeout=20000
ixn_server_submit_queue=default
[service.request-chat-poll]
service=http://127.0.0.1/request-chat-poll.scxml
ttl=3600
type=ors
[endpoints:1]
default=Chat In
[settings]
session-restoration-mode=simple
transcript-auto-save=2
";

pub const PAIR: &str = "
[chat-server:ChatServer1]
interaction-server=InteractionServer
backup-server=ChatServer1_B
redundancy-type=warm-standby
";

pub const SECOND: &str = "
[chat-server:ChatServer2]
connection-protocol=http
interaction-server=InteractionServer
backup-server=ChatServer2_B
redundancy-type=warm-standby
";

/// A front and its Chat Servers; they end with the test.
pub struct Front {
    process: Child,
    stderr: Stderr,
    servers: Servers,
    pub folder: Folder,
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        self.stderr.has_no_panic();
    }
}

impl Deref for Front {
    type Target = Servers;

    fn deref(&self) -> &Servers {
        &self.servers
    }
}

impl Front {
    pub async fn start(deployment: &str) -> Self {
        Self::with(deployment, &[]).await
    }

    pub async fn with(deployment: &str, flags: &[&str]) -> Self {
        let folder = Folder::new();
        let file = folder.0.join("deployment.ini");
        std::fs::write(&file, deployment).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_cx-stack"));
        let ports = ["site", "gms", "cloud", "messaging", "desk", "operator", "esp"];
        command.args(ports.iter().flat_map(|port| [format!("--{port}-port"), "0".to_owned()]));
        std::fs::write(folder.0.join("dist/index.html"), "<!doctype html><title>Dist</title>").unwrap();
        command.arg("--site-dir").arg(folder.0.join("site")).arg("--dist-dir").arg(folder.0.join("dist"));
        command.arg("--db").arg(folder.0.join("front.sqlite")).arg("--deployment").arg(file);
        command.args(flags);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = Stderr::of(&mut process);
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ready = lines.map(Result::unwrap).find_map(|line| line.strip_prefix("READY ").map(str::to_owned)).unwrap();
        let at: Addresses = serde_json::from_str(&ready).unwrap();
        Self { process, stderr, servers: Servers { at, ..Servers::start().await }, folder }
    }

    pub fn operator(&self) -> &str {
        self.at.operator.as_deref().unwrap()
    }

    /// What the load balancer's page says.
    pub async fn balancer(&self) -> Value {
        let path = "WebAPI812/SimpleSamples812/ChatHA/ChatLBServerInfo.jsp";
        serde_json::from_str(&self.get(&format!("{}/{path}", self.at.gms)).await.text).unwrap()
    }

    pub async fn state(&self, place: usize) -> Value {
        let text = self.get(&format!("{}/state", self.operator())).await.text;
        serde_json::from_str::<Value>(&text).unwrap()[place].clone()
    }

    /// Waits until a backup is ready.
    pub async fn ready(&self, place: usize) -> Value {
        loop {
            let state = self.state(place).await;
            if state["pid"].is_u64() && state["standby"].is_string() {
                return state;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Kills whoever serves, and says no more.
    pub async fn kill(&self, place: usize) {
        signal("-KILL", &self.ready(place).await["pid"]);
    }
}

/// Sends a process a signal.
pub fn signal(name: &str, pid: &Value) {
    assert!(Command::new("kill").args([name, &pid.to_string()]).status().unwrap().success());
}

/// Whether the signal has reached all of a process.
fn is_stopped(pid: &Value) -> bool {
    let state = Command::new("ps").args(["-o", "state=", "-p", &pid.to_string()]).output().unwrap().stdout;
    String::from_utf8_lossy(&state).trim_start().starts_with('T')
}

#[tokio::test]
async fn the_operators_button_makes_a_server_fail() {
    let front = Front::start(&format!("{OPTIONS}{PAIR}")).await;
    let customer = front.customer().await;
    let page = front.get(front.operator()).await;
    assert!(
        page.text.contains("Kill ChatServer1") && page.header("content-security-policy").contains("default-src 'none'")
    );
    front.ready(0).await;
    let button = format!("{}/fail/ChatServer1", front.operator());
    let foreign = front.http.post(&button).header(ORIGIN, &front.at.site).send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN, "not from another page");
    let bent = front.http.post(&button).header("host", "operator.example").send().await.unwrap();
    assert_eq!(bent.status(), StatusCode::FORBIDDEN, "nor by another name");
    assert_eq!(front.state(0).await["failovers"], 0);
    let pressed = front.http.post(&button).header(ORIGIN, front.operator()).send().await.unwrap();
    assert_eq!(pressed.status(), StatusCode::SEE_OTHER);
    let page = front.get(front.operator()).await;
    assert!(page.text.contains("data-label=\"Alias\">118</td>") && page.text.contains("1, the last in "));
    assert_eq!(customer.call("refresh", &[]).await["alias"], "118");
    let none = front.http.post(format!("{}/fail/Other", front.operator())).send().await.unwrap();
    assert_eq!(none.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn several_chat_servers_share_the_chats_by_alias() {
    let front = Front::start(&format!("{OPTIONS}{PAIR}{SECOND}")).await;
    let mut chats = Vec::new();
    for _ in 0..4 {
        let chat: Value = front.start_chat(&[("nickname", "Maria")]).await.json().await.unwrap();
        chats.push(chat);
    }
    let aliases: Vec<_> = chats.iter().map(|chat| chat["alias"].as_str().unwrap()).collect();
    assert_eq!(aliases, ["117", "119", "117", "119"]);
    front.ready(0).await;
    front.ready(1).await;
    let told = front.balancer().await;
    assert_eq!(
        told[1],
        json!({ "name": "ChatServer2", "active": "ChatServer2", "chatServerLoadBalancerAlias": "119", "backup": "ChatServer2_B",
            "started": 2 })
    );
    let call = async |chat: &Value, alias: &str, verb: &str| {
        let text = |key: &str| chat[key].as_str().unwrap().to_owned();
        let form = [
            ("userId", text("userId")),
            ("secureKey", text("secureKey")),
            ("alias", alias.to_owned()),
            ("message", "hello".to_owned()),
            ("transcriptPosition", "-1".to_owned()),
        ];
        let url = format!("{}/{}/{verb}", front.chat_url(), text("chatId"));
        front.http.post(url).form(&form).send().await.unwrap().json::<Value>().await.unwrap()
    };
    for chat in &chats {
        let answer = call(chat, chat["alias"].as_str().unwrap(), "send").await;
        assert_eq!((&answer["statusCode"], &answer["alias"]), (&json!(0), &chat["alias"]));
    }
    // The backup of the second takes over; its chats are still reached by their first alias, those of the first do not notice.
    front.kill(1).await;
    let answer = call(&chats[1], "119", "refresh").await;
    assert_eq!((&answer["alias"], &answer["messages"][0]["text"]), (&json!("120"), &json!("hello")));
    assert_eq!(call(&chats[1], "120", "send").await["alias"], "120");
    assert_eq!(call(&chats[0], "117", "refresh").await["alias"], "117");
    assert_eq!(front.state(0).await["failovers"], 0);

    // ESP goes to the application that is named, and user data are found wherever they are.
    let esp = front.at.esp.as_deref().unwrap();
    let data = front.get(&format!("{esp}/interactions/{}", chats[3]["chatId"].as_str().unwrap())).await;
    let data = serde_json::from_str::<Value>(&data.text).unwrap()["userData"].clone();
    let application = data["ChatServerAppName"].as_str().unwrap().to_owned();
    assert_eq!(application, "ChatServer2_B");
    let request =
        json!({ "service": "Chat", "method": "Message", "parameters": { "MessageText": "hi" }, "userData": data });
    for (application, event) in [(application.as_str(), "response"), ("ChatServer1", "fault"), ("Other", "fault")] {
        let answer =
            front.http.post(format!("{esp}/esp/{application}")).body(request.to_string()).send().await.unwrap();
        assert_eq!(answer.json::<Value>().await.unwrap()["event"], event, "{application}");
    }

    // A MicroApp of the second: its agents have a desk of their own, the Messaging Server is one.
    let second =
        Servers { at: Addresses { desk: front.at.desks[0].clone(), ..front.at.clone() }, ..Servers::start().await };
    let text = |key: &str| chats[3][key].as_str().unwrap().to_owned();
    let customer = crate::harness::Customer {
        servers: &second,
        id: text("chatId"),
        user_id: text("userId"),
        key: text("secureKey"),
    };
    let agent = second.agent("Alex").await;
    assert_eq!(agent.post(&format!("/chats/{}/accept", customer.id), json!({})).await.0, StatusCode::OK);
    agent.say(&customer.id, REQUEST).await;
    // Chats of the cloud are the first's alone.
    let session = v3::Customer::start(&front).await.session;
    assert_eq!(agent.get(&format!("/chats/{session}")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(front.agent("Alex").await.chat(&session).await["id"], session);
    let path = customer.go().await.location();
    let page = second.microapp(&path).await;
    second.submit(&path, &page, "begin", &[]).await.location();
    assert_eq!(agent.record(&customer.id).await["microapps"][0]["block"], "Card Details");
}

#[tokio::test]
async fn a_call_waits_as_long_as_the_operator_says() {
    let deployment = format!("{OPTIONS}{PAIR}").replace("=20000", "=1000");
    let front = Front::with(&deployment, &["--enable-notification-mode"]).await;
    let (customer, agent) = front.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let service = front.http.post(format!("{}/genesys/1/service/request-chat", front.at.gms)).send().await.unwrap();
    let service = service.json::<Value>().await.unwrap()["_chatIxnAPI-CREATE-URL"].as_str().unwrap().to_owned();
    let initiate = || front.http.post(format!("{}{service}", front.at.gms)).form(&[("firstName", "Vera")]).send();
    let comet = Comet::new(&front).await;
    let pid = front.ready(0).await["pid"].clone();
    // It is there and does not answer.
    signal("-STOP", &pid);
    while !is_stopped(&pid) {
        tokio::task::yield_now().await;
    }
    let answer = customer.raw("refresh", &customer.key, &[]).await;
    let status = answer.status();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!((status, &answer["statusCode"], &answer["chatEnded"]), (StatusCode::OK, &json!(1), &json!(false)));
    let start = front.http.post(front.chat_url()).header(ORIGIN, &front.at.site).form(&[("nickname", "x")]).send();
    let start = start.await.unwrap();
    assert_eq!(start.headers()["access-control-allow-origin"].to_str().unwrap(), front.at.site, "the page may read it");
    assert_eq!(start.json::<Value>().await.unwrap()["errors"][0]["code"], 503);
    // A chat of API v1 is given up as well; by CometD nothing is that has reached its Chat Server.
    let by_comet = comet.operate(json!({ "operation": "requestChat", "nickname": "Cleo" }));
    tokio::pin!(by_comet);
    let given_up = tokio::select! {
        _ = &mut by_comet => panic!("it has an answer of nobody"),
        answer = initiate() => answer.unwrap(),
    };
    assert_eq!(given_up.status(), StatusCode::BAD_GATEWAY);
    // Nor does a MicroApp: its frame has a page that says so, at its launch and in the middle.
    assert_eq!(front.microapp(&path).await.refusal(), (503, "chat_server_unreached"));
    let page = customer.go().await;
    assert_eq!(page.refusal(), (503, "chat_server_unreached"));
    assert!(page.header("content-security-policy").contains(&format!("frame-ancestors {}", front.at.site)));
    assert_eq!((page.header("cache-control"), page.header("referrer-policy")), ("no-store", "no-referrer"));
    signal("-CONT", &pid);
    assert_eq!(customer.call("refresh", &[]).await["statusCode"], 0);
    assert_eq!(by_comet.await["statusCode"], 0);
    // The service is known, and opens its chat when it is asked for again.
    let opened: Value = initiate().await.unwrap().json().await.unwrap();
    assert_eq!(opened["chatIxnState"], "CONNECTED");
    // A chat that began when nobody waited for it any more is deleted.
    let states = async || -> Vec<Value> {
        let chats = agent.get("/chats").await.1;
        chats.as_array().unwrap().iter().map(|chat| json!([chat["customer"], chat["state"]])).collect()
    };
    while !states().await.contains(&json!(["x", "ended"])) {
        tokio::task::yield_now().await;
    }
    let mut others = states().await;
    others.retain(|one| one[0] != "x");
    others.sort_by_key(ToString::to_string);
    assert_eq!(others, [json!(["Cleo", "waiting"]), json!(["Maria", "active"]), json!(["Vera", "waiting"])]);
}

#[tokio::test]
async fn what_is_too_large_is_told_so_as_by_a_server_that_is_alone() {
    let front = Front::start(&format!("{OPTIONS}[chat-server:ChatServer1]\ninteraction-server=I\n")).await;
    let lone = Servers::with(|config| config.gms.enable_notification_mode = true).await;
    let file = vec![b'x'; 5_242_880 + 1024 * 1024 + 1];
    for (path, status, code) in [
        ("/genesys/2/chat/customer-support/ABC/file", 413, json!(202)),
        ("/genesys/2/chat-ntf", 413, json!(202)),
        ("/genesys/1/service/callback/chat-immediate", 415, Value::Null),
        ("/genesys/cometd", 413, Value::Null),
    ] {
        let mut answers = Vec::new();
        for servers in [&*front, &lone] {
            let request = servers.http.post(format!("{}{path}", servers.at.gms)).header(ORIGIN, &servers.at.site);
            let page = Page::of(request.body(file.clone()).send().await.unwrap()).await;
            assert_eq!(page.header("access-control-allow-origin"), servers.at.site, "{path}");
            assert_eq!(page.header("cache-control"), "no-cache, no-store", "{path}");
            let body: Value = serde_json::from_str(&page.text).unwrap_or_default();
            answers.push((page.status.as_u16(), body["errors"][0].clone(), body["statusCode"].clone()));
        }
        assert_eq!(answers[0], answers[1], "{path}");
        assert_eq!((answers[0].0, &answers[0].1["code"]), (status, &code), "{path}");
    }
    let page = front.http.post(format!("{}/fish-messaging/ticket", front.at.messaging)).body(file);
    let page = Page::of(page.send().await.unwrap()).await;
    assert_eq!((page.status.as_u16(), page.header("x-content-type-options")), (413, "nosniff"));
}

#[tokio::test]
async fn whatever_names_no_chat_server_goes_through_as_well() {
    let front = Front::with(&format!("{OPTIONS}{PAIR}"), &["--enable-notification-mode"]).await;
    front.agent("Alex").await;
    let post = async |path: &str, form: &[(&str, &str)]| -> Value {
        let answer = front.http.post(format!("{}{path}", front.at.gms)).form(form).send().await.unwrap();
        answer.json().await.unwrap()
    };
    let service = post("/genesys/1/service/request-chat", &[]).await;
    let url = service["_chatIxnAPI-CREATE-URL"].as_str().unwrap();
    post(url, &[("firstName", "Maria")]).await;
    let comet = format!("{}/genesys/cometd", front.at.gms.replace("http://", "ws://"));
    let handshake = async || {
        let mut request = comet.as_str().into_client_request().unwrap();
        request.headers_mut().insert(ORIGIN, front.at.site.parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let message = json!([{ "channel": "/meta/handshake", "supportedConnectionTypes": ["websocket"] }]);
        socket.send(Message::text(message.to_string())).await.unwrap();
        let answer = socket.next().await.unwrap().unwrap().into_text().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()[0]["successful"], true);
        socket
    };
    let mut socket = handshake().await;
    let conversation = async || {
        let request = front.http.post(format!("{}/api/v2/webchat/guest/conversations", front.at.cloud));
        request.json(&crate::guest::create()).send().await.unwrap().status()
    };
    assert_eq!(conversation().await, StatusCode::OK);
    let session = v3::Customer::start(&front).await;
    session.say("before").await;
    assert!(front.get(&front.at.site).await.text.contains("Shop"));

    front.kill(0).await;
    // The socket ends, so that its client begins anew; a service is known by its id.
    while let Some(Ok(_)) = socket.next().await {}
    handshake().await;
    let chat = post(&format!("{url}/send"), &[("message", "still here")]).await;
    assert_eq!(chat["transcriptToShow"].as_array().unwrap().last().unwrap()[2], "still here");
    assert_eq!(conversation().await, StatusCode::OK);
    session.say("after").await;
    assert_eq!(v3::texts(&session.get("&count=10").await), ["before", "after"]);
    assert!(front.get(&front.at.site).await.text.contains("Shop"));
}
