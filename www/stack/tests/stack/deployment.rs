//! The deployment file (Chat Support): every option is checked at the start and does what it says.

use std::process::Command;

use cx_stack::deployment::Deployment;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Agent, Customer, Folder, Servers};

pub const GOOD: &str = "
[chat]
chat_load_balancer_url_path=/lb/ChatLBServerInfo.jsp
chat_session_request_timeout=30000
ixn_server_submit_queue=Sales
[service.request-chat-poll]
service=http://127.0.0.1/request-chat-poll.scxml
ttl=60
type=ors
chat_endpoint=Mobile
internal_api_url_base=http://127.0.0.1:8010/
default_poke_message=Please look at your chat
iws_plugin_url=http://127.0.0.1/plugin.jsp
iws_plugin_view_name=Customer
[endpoints:1]
default=Chat In
Sales=Sales Queue
Mobile=Mobile Queue
[settings]
session-restoration-mode=simple
transcript-auto-save=2
";

async fn start(text: &str) -> Servers {
    let folder = Folder::new();
    let file = folder.0.join("deployment.ini");
    std::fs::write(&file, text).unwrap();
    let mut config = folder.config();
    config.deployment = Some(file);
    let mut servers = Servers::from_config(&config).await;
    servers.folder = Some(folder);
    servers
}

#[test]
fn all_faults_of_a_deployment_are_told_at_once() {
    let text = "
[chat]
chat_load_balancer_url_path=genesys/2/chat
chat_session_request_timeout=soon
colour=red
[service.request-chat-poll]
service=ftp://host/x
ttl=0
type=basic
chat_endpoint=Nowhere
internal_api_url_base=http://127.0.0.1:8010
iws_plugin_view_name=Customer
[endpoints:1]
default=
[settings]
session-restoration-mode=full
transcript-auto-save=3
flex-disconnect-timeout=86401
async-idle-alert=0
async-idle-close=1728001
async-idle-notices=some
[chat-server:A]
connection-protocol=https
backup-server=B
[chat-server:B]
interaction-server=I
redundancy-type=hot-standby
port=0
[chat-server:C C]
interaction-server=I
[mail]
a=b
";
    let expected = [
        "line 14 ([endpoints:1] default) must be the name of a queue",
        "[chat] needs ixn_server_submit_queue",
        "line 3 ([chat] chat_load_balancer_url_path) must be a path outside of genesys/",
        "line 4 ([chat] chat_session_request_timeout) must be a number above 0",
        "line 5 ([chat] colour) is no option of [chat]",
        "line 9 ([service.request-chat-poll] type) must be ors",
        "[service.request-chat-poll] a poke needs internal_api_url_base and default_poke_message, both of them",
        "line 7 ([service.request-chat-poll] service) must be an address with http or https",
        "line 8 ([service.request-chat-poll] ttl) must be a number above 0",
        "line 10 ([service.request-chat-poll] chat_endpoint) must be an endpoint of [endpoints:1]",
        "[service.request-chat-poll] iws_plugin_view_name needs iws_plugin_url",
        "line 16 ([settings] session-restoration-mode) must be none or simple",
        "line 17 ([settings] transcript-auto-save) must be 0, 1 or 2",
        "line 18 ([settings] flex-disconnect-timeout) must be seconds from 1 to 86400",
        "line 19 ([settings] async-idle-alert) must be seconds from 1 to 1728000",
        "line 20 ([settings] async-idle-close) must be seconds from 1 to 1728000",
        "line 21 ([settings] async-idle-notices) must be none, major, major2, typing or all",
        "[chat-server:A] needs interaction-server",
        "line 23 ([chat-server:A] connection-protocol) must be http",
        "[chat-server:A] backup-server needs redundancy-type=warm-standby",
        "line 27 ([chat-server:B] redundancy-type) must be warm-standby",
        "line 28 ([chat-server:B] port) must be a port from 1 to 65535",
        "[chat-server:C C] NAME must be made of letters, digits and _ . -",
        "[mail] is none of [chat] [service.request-chat-poll] [endpoints:1] [settings] [chat-server:NAME]",
        "[chat-server:A] backup-server needs session-restoration-mode=simple and transcript-auto-save=2 in [settings]",
        "[chat-server:B] the application B is there twice",
    ];
    assert_eq!(Deployment::parse(text).unwrap_err().lines().collect::<Vec<_>>(), expected);
    assert!(Deployment::parse(GOOD).unwrap().chat_servers.is_empty());
    for (mode, save, good) in
        [("simple", "2", true), ("none", "2", false), ("simple", "1", false), ("simple", "0", false)]
    {
        let options = GOOD.replace("mode=simple", &format!("mode={mode}")).replace("save=2", &format!("save={save}"));
        let pair = "[chat-server:A]\ninteraction-server=I\nbackup-server=B\nredundancy-type=warm-standby\n";
        assert_eq!(Deployment::parse(&format!("{options}{pair}")).is_ok(), good, "a backup with {mode} and {save}");
    }
    let missing = "[chat] is not there\n[service.request-chat-poll] is not there\n[endpoints:1] is not there";
    assert_eq!(Deployment::parse("").unwrap_err(), missing);

    // The binary tells them all and does not start.
    let folder = Folder::new();
    let file = folder.0.join("deployment.ini");
    std::fs::write(&file, text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_cx-stack")).arg("--deployment").arg(file).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(expected.iter().all(|fault| told.contains(fault)), "{told}");
}

#[test]
fn each_required_option_is_asked_for() {
    let text = format!("{GOOD}[chat-server:A]\nconnection-protocol=http\ninteraction-server=I\n");
    let required = [
        ("chat", "chat_load_balancer_url_path"),
        ("chat", "chat_session_request_timeout"),
        ("chat", "ixn_server_submit_queue"),
        ("service.request-chat-poll", "service"),
        ("service.request-chat-poll", "ttl"),
        ("service.request-chat-poll", "type"),
        ("endpoints:1", "default"),
        ("settings", "session-restoration-mode"),
        ("settings", "transcript-auto-save"),
        ("chat-server:A", "interaction-server"),
    ];
    assert!(Deployment::parse(&text).is_ok());
    let (mut section, mut asked_for) = ("", Vec::new());
    for line in text.lines() {
        section = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')).unwrap_or(section);
        let Some((name, _)) = line.split_once('=') else { continue };
        let without = text.replacen(&format!("\n{line}\n"), "\n", 1);
        let told = Deployment::parse(&without).err().unwrap_or_default();
        if told.lines().any(|fault| fault == format!("[{section}] needs {name}")) {
            asked_for.push((section, name));
        }
    }
    assert_eq!(asked_for, required);
}

#[tokio::test]
async fn endpoints_lead_to_queues() {
    let servers = start(GOOD).await;
    let agent = servers.agent("Alex").await;
    for (endpoint, queue) in
        [(None, "Sales Queue"), (Some("Environment:default"), "Sales Queue"), (Some("Bank:Mobile"), "Mobile Queue")]
    {
        let mut fields = vec![("nickname", "Maria")];
        fields.extend(endpoint.map(|endpoint| ("endpoint", endpoint)));
        let chat: Value = servers.start_chat(&fields).await.json().await.unwrap();
        let chat = agent.chat(chat["chatId"].as_str().unwrap()).await;
        let told = (&chat["attachedData"]["Queue"], &chat["properties"]["queue"]);
        assert_eq!(told, (&json!(queue), &json!(queue)), "{endpoint:?}");
    }
    let refused = servers.start_chat(&[("nickname", "Maria"), ("endpoint", "Environment:Other")]).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    assert_eq!(refused.json::<Value>().await.unwrap()["errors"][0]["code"], 240);
    // `default` stands for the default queue of the Chat Server.
    let servers = start(&GOOD.replace("queue=Sales", "queue=default")).await;
    let agent = servers.agent("Alex").await;
    let customer = servers.customer().await;
    assert_eq!(agent.record(&customer.id).await["attachedData"]["Queue"], "Chat In");
}

#[tokio::test]
async fn the_load_balancer_is_where_the_operator_says() {
    // Nothing waits for another process here, so no call is given up, however short the time is.
    let servers = start(&GOOD.replace("timeout=30000", "timeout=1")).await;
    servers.customer().await;
    let told = servers.get(&format!("{}/lb/ChatLBServerInfo.jsp", servers.at.gms)).await;
    let expected = json!([{ "name": "ChatServer", "active": "ChatServer", "chatServerLoadBalancerAlias": "117", "backup": null,
        "started": 1 }]);
    assert_eq!(serde_json::from_str::<Value>(&told.text).unwrap(), expected);
}

#[tokio::test]
async fn services_of_request_chat_poll_and_their_poke() {
    let servers = start(GOOD).await;
    let agent = servers.agent("Alex").await;
    let post = async |path: &str, form: &[(&str, &str)]| {
        servers.http.post(format!("{}{path}", servers.at.gms)).form(form).send().await.unwrap()
    };
    let service: Value = post("/genesys/1/service/request-chat", &[]).await.json().await.unwrap();
    let id = service["_id"].as_str().unwrap();
    let url = service["_chatIxnAPI-CREATE-URL"].as_str().unwrap();
    let chat: Value = post(url, &[("_verbose", "true"), ("firstName", "Maria")]).await.json().await.unwrap();
    assert_eq!(chat["checkChatServiceLoadBalancerPath"], "lb/ChatLBServerInfo.jsp");
    let chat_id = chat["chatSessionId"].as_str().unwrap();
    let data = agent.record(chat_id).await["attachedData"].clone();
    let poke = format!("http://127.0.0.1:8010/genesys/1/internal-poke/{id}");
    for (key, value) in [
        ("Queue", "Mobile Queue"),
        ("iws_plugin_url", "http://127.0.0.1/plugin.jsp"),
        ("iws_plugin_view_name", "Customer"),
        ("_gms_poke_url", &poke),
    ] {
        assert_eq!(data[key], value, "{key}");
    }
    assert_eq!(agent.chat(chat_id).await["properties"]["queue"], "Mobile Queue");
    let path = poke.strip_prefix("http://127.0.0.1:8010").unwrap();
    assert_eq!(post(path, &[]).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(post(path, &[("poke_message", "Still there?")]).await.status(), StatusCode::NO_CONTENT);
    let refreshed: Value = post(&format!("{url}/refresh"), &[]).await.json().await.unwrap();
    let shown: Vec<_> =
        refreshed["transcriptToShow"].as_array().unwrap().iter().map(|entry| (&entry[0], &entry[2])).collect();
    assert!(shown.contains(&(&json!("Notice.Custom"), &json!("Please look at your chat"))), "{shown:?}");
    assert!(shown.contains(&(&json!("Notice.Custom"), &json!("Still there?"))), "{shown:?}");
    // The agent of the chat pokes from the desk, and nobody else does.
    let poke = format!("/chats/{chat_id}/poke");
    let refused = async |agent: &Agent<'_>, path: &str, message: Value| {
        let (status, answer) = agent.post(path, message).await;
        (status.as_u16(), answer["error"]["code"].as_str().unwrap_or_default().to_owned())
    };
    let code = |status, code: &str| (status, code.to_owned());
    assert_eq!(refused(&agent, &poke, json!({})).await, code(409, "not_in_chat"));
    agent.post(&format!("/chats/{chat_id}/accept"), json!({})).await;
    assert_eq!(agent.post(&poke, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(agent.post(&poke, json!({ "message": "From my desk" })).await.0, StatusCode::NO_CONTENT);
    let entries = agent.chat(chat_id).await["transcript"].as_array().unwrap().clone();
    let newest: Vec<_> = entries[entries.len() - 2..].iter().map(|one| (&one["type"], &one["text"])).collect();
    let notice = json!("CustomNotice");
    assert_eq!(newest, [(&notice, &json!("Please look at your chat")), (&notice, &json!("From my desk"))]);
    assert_eq!(refused(&agent, &poke, json!({ "message": "x".repeat(20_000) })).await, code(400, "message_too_long"));
    assert_eq!(refused(&servers.agent("Bea").await, &poke, json!({})).await, code(409, "not_in_chat"));
    // A chat that says that this service is its own has none.
    let liar = [("nickname", "L"), ("userData[_gms_service_id]", id), ("userData[_gms_poke_url]", "http://127.0.0.1/")];
    let liar: Value = servers.start_chat(&liar).await.json().await.unwrap();
    let liar = liar["chatId"].as_str().unwrap();
    agent.post(&format!("/chats/{liar}/accept"), json!({})).await;
    assert_eq!(refused(&agent, &format!("/chats/{liar}/poke"), json!({})).await, code(409, "no_poke"));
    // The service times out after its ttl.
    servers.clock.advance(60_000);
    assert_eq!(post(path, &[]).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(refused(&agent, &format!("/chats/{chat_id}/poke"), json!({})).await, code(409, "no_poke"));
    agent.post(&format!("/chats/{chat_id}/end"), json!({})).await;
    assert_eq!(refused(&agent, &format!("/chats/{chat_id}/poke"), json!({})).await, code(409, "chat_ended"));
    // Without its two options there is no poke.
    let without = GOOD.replace("internal_api_url_base", "# ").replace("default_poke_message", "# ");
    let servers = start(&without.replace("chat_endpoint", "# ")).await;
    let agent = servers.agent("Alex").await;
    let base = servers.at.gms.clone();
    let create = servers.http.post(format!("{base}/genesys/1/service/request-chat")).send().await.unwrap();
    let id = create.json::<Value>().await.unwrap()["_id"].as_str().unwrap().to_owned();
    let chat = servers.http.post(format!("{base}/genesys/1/service/{id}/ixn/chat")).send().await.unwrap();
    let chat: Value = chat.json().await.unwrap();
    let data = agent.record(chat["chatSessionId"].as_str().unwrap()).await["attachedData"].clone();
    // And without an endpoint of its own it is that of all chats.
    assert_eq!((&data["Queue"], data.get("_gms_poke_url")), (&json!("Sales Queue"), None));
    let poked = servers.http.post(format!("{base}/genesys/1/internal-poke/{id}")).send().await.unwrap();
    assert_eq!(poked.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_entry_is_saved_whatever_the_option_says() {
    for level in ["0", "1", "2"] {
        let servers = start(&GOOD.replace("auto-save=2", &format!("auto-save={level}"))).await;
        let customer = servers.customer().await;
        assert_eq!(customer.call("send", &[("message", "Is this kept?")]).await["statusCode"], 0);
        // It was acknowledged, so it is in the file.
        let database = rusqlite::Connection::open(&servers.at.db).unwrap();
        let count = "SELECT count(*) FROM entry WHERE text = 'Is this kept?'";
        assert_eq!(database.query_row(count, [], |row| row.get::<_, u32>(0)).unwrap(), 1, "{level}");
    }
}

#[tokio::test]
async fn sessions_are_restored_or_over() {
    let folder = Folder::new();
    let file = folder.0.join("deployment.ini");
    let mut config = folder.config();
    config.deployment = Some(file.clone());
    std::fs::write(&file, GOOD).unwrap();
    let first = Servers::from_config(&config).await;
    let customer = first.customer().await;
    let (id, user_id, key) = (customer.id.clone(), customer.user_id.clone(), customer.key.clone());
    drop(first.stack);
    for (mode, ended) in [("simple", false), ("none", true)] {
        std::fs::write(&file, GOOD.replace("mode=simple", &format!("mode={mode}"))).unwrap();
        let servers = Servers::from_config(&config).await;
        let customer = Customer { servers: &servers, id: id.clone(), user_id: user_id.clone(), key: key.clone() };
        let answer = customer.call("refresh", &[("transcriptPosition", "1")]).await;
        assert_eq!(answer["chatEnded"], ended, "{mode}");
        assert!(!answer["messages"].as_array().unwrap().is_empty());
    }
}
