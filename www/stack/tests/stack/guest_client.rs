//! The public client of the Guest Chat API (npm `purecloud-guest-chat-client`, MIT) against it: an independent reading of
//! the same protocol (transports 2.11).

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio_tungstenite::connect_async;

use crate::guest::{Stream, create};
use crate::harness::Servers;

/// The client in a process of its own.
struct Client {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Client {
    /// It reads and watches a file in the home folder, so it gets a home of its own.
    fn start(servers: &Servers) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/npm");
        assert!(
            folder.join("node_modules/purecloud-guest-chat-client").is_dir(),
            "get the pinned client with: cargo xtask setup (or npm install --prefix www/stack/tests/npm)"
        );
        let mut process = Command::new("node")
            .arg(folder.join("guest-client.cjs"))
            .args([servers.at.cloud.clone(), create().to_string()])
            .env("HOME", &servers.folder.as_ref().unwrap().0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Node.js, see cargo xtask setup");
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// What the client got in its next step, which must be this one.
    async fn step(&mut self, step: &str) -> Value {
        loop {
            let Some(line) = self.lines.next_line().await.unwrap() else {
                let mut said = String::new();
                self.process.stderr.take().unwrap().read_to_string(&mut said).await.unwrap();
                panic!("the client ended before {step}: {said}");
            };
            // Its logger may write as well.
            let Ok(mut line) = serde_json::from_str::<Value>(&line) else { continue };
            if line.get("step").is_some() {
                assert_eq!(line["step"], step, "{line}");
                return line["value"].take();
            }
        }
    }
}

#[tokio::test]
async fn the_public_client_runs_against_it() {
    let servers = Servers::start().await;
    let mut client = Client::start(&servers);
    let created = client.step("created").await;
    let (id, member) = (created["id"].as_str().unwrap(), created["member"]["id"].as_str().unwrap());
    assert_eq!(client.step("early").await["code"], "chat.error.conversation.state");

    let mut stream = Stream(connect_async(created["eventStreamUri"].as_str().unwrap()).await.unwrap().0);
    let agent = servers.agent("Alex").await;
    agent.post(&format!("/chats/{id}/accept"), json!({})).await;
    // The queue goes once the agent is there.
    let queue = stream.message("member-leave").await["sender"]["id"].clone();
    agent.post(&format!("/chats/{id}/media-requests"), json!({ "types": ["COBROWSE"] })).await;
    client.process.stdin.as_mut().unwrap().write_all(b"go\n").await.unwrap();

    let sent = client.step("message").await;
    assert_eq!((&sent["body"], &sent["sender"]["id"]), (&json!("Hello"), &json!(member)));
    assert_eq!(stream.message("standard").await, sent, "the stream says the same");
    assert_eq!(client.step("typing").await["sender"]["id"], member);
    assert_eq!(stream.message("standard").await["body"], "Is anybody there?");
    let members = client.step("members").await;
    let roles: Vec<&Value> = members["entities"].as_array().unwrap().iter().map(|member| &member["role"]).collect();
    assert_eq!(roles, ["CUSTOMER", "ACD", "AGENT"]);
    assert_eq!((&members["pageSize"], &members["total"]), (&json!(25), &json!(3)));
    let present = client.step("present").await;
    assert_eq!((&present["total"], &present["entities"][0]["displayName"]), (&json!(2), &json!("Alex")));
    let own = client.step("member").await;
    assert_eq!((&own["displayName"], &own["state"]), (&json!("Maria Gonzalez"), &json!("CONNECTED")));
    let messages = client.step("messages").await;
    assert_eq!((&messages["pageSize"], messages["entities"].as_array().unwrap().len()), (&json!(100), 6));
    assert!(messages["entities"].as_array().unwrap().iter().any(|message| message["sender"]["id"] == queue));
    let newest = client.step("newest").await;
    assert_eq!(newest["entities"][0]["body"], "Is anybody there?");
    assert!(newest["next"].as_str().unwrap().starts_with("/api/v2/"));
    assert_eq!(client.step("after").await["entities"].as_array().unwrap().len(), 1);
    assert_eq!(client.step("again").await, sent);
    assert_eq!(client.step("requests").await["entities"][0]["types"], json!(["COBROWSE"]));
    assert_eq!(client.step("request").await["state"], "PENDING");
    assert_eq!(client.step("declined").await["state"], "DECLINED");
    assert_eq!(client.step("refused").await["code"], "invalid.value");
    assert_eq!(client.step("left").await, Value::Null);
    assert_eq!(client.step("late").await["code"], "chat.error.conversation.state");
    assert!(client.process.wait().await.unwrap().success());
    assert_eq!(stream.message("member-leave").await["sender"]["id"], member);
    assert_eq!(agent.chat(id).await["state"], "ended");
}
