//! Agents at their desk, who write down what was acknowledged.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Fact, World};

/// An agent who has signed in.
pub(super) struct Agent<'a> {
    world: &'a World,
    name: String,
    cookie: String,
}

impl<'a> Agent<'a> {
    pub(super) async fn sign_in(world: &'a World, name: String, groups: &[&str]) -> Option<Self> {
        let login = world.post(format!("{}/api/login", world.at().desk));
        let answer = login.json(&json!({ "name": name, "groups": groups })).send().await.ok()?;
        let cookie = answer.headers().get(SET_COOKIE)?.to_str().unwrap().split(';').next().unwrap().to_owned();
        Some(Self { world, name, cookie })
    }

    /// What came of a call about a chat; nothing where it was not done, or where nobody knows the agent any more.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Option<Value> {
        let request = self.world.http.request(method, format!("{}/api/chats/{path}", self.world.at().desk));
        let answer = self.world.ask(body(request.header(COOKIE, &self.cookie))).await?;
        self.world.acknowledged.fetch_add(1, Ordering::Relaxed);
        Some(answer)
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Option<Value> {
        self.ask(Method::POST, path, |request| request.json(&body)).await
    }
}

/// One who accepts chats, speaks, sends files and changes data; of four chats one is ended, one is handed on to a group, one is
/// taken by somebody of that group, and one is handed over to a colleague who was asked before.
pub async fn agents(world: Arc<World>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut number = 0;
    while world.goes_on() {
        number += 1;
        // Whoever serves after a kill knows nobody. Each chat has its own group, so that no other one is offered before.
        let group = format!("Loans {number}");
        let Some(dora) = Agent::sign_in(&world, "Dora".to_owned(), &["Agents"]).await else { continue };
        let Some(emil) = Agent::sign_in(&world, format!("Emil {number}"), &[&group]).await else { continue };
        let Some(chat) = world.start().await else { continue };
        let id = chat.id.clone();
        if dora.post(&format!("{id}/accept"), json!({})).await.is_none() {
            continue;
        }
        let mut agent = Some(dora.name.clone());
        let text = format!("Dora {number}");
        if dora.post(&format!("{id}/messages"), json!({ "text": text })).await.is_some() {
            facts.push(Fact::Text(id.clone(), text.clone()));
        }
        let content = text.clone().into_bytes();
        let file =
            dora.ask(Method::PUT, &format!("{id}/files/terms.pdf"), |request| request.body(content.clone())).await;
        if let Some(file) = file {
            let file = file["fileId"].as_str().unwrap();
            facts.push(Fact::File(id.clone(), file.to_owned(), Some(content)));
        }
        let data = json!({ "Seen by": text });
        if dora.ask(Method::PATCH, &format!("{id}/data"), |request| request.json(&data)).await.is_some() {
            facts.push(Fact::Data(id.clone(), "Seen by", text));
        }
        if number % 4 == 0 {
            facts.extend(dora.post(&format!("{id}/end"), json!({})).await.map(|_| Fact::Ended(id.clone())));
        } else if number % 4 == 1 {
            let (ask, answer) = (format!("{id}/consult"), format!("{id}/consult/answer"));
            if dora.post(&ask, json!({ "agent": emil.name })).await.is_some()
                && emil.post(&answer, json!({ "step": "join" })).await.is_some()
            {
                agent = dora.post(&answer, json!({ "step": "hand-over" })).await.map(|_| emil.name.clone());
            }
        } else {
            let note = format!("Note {number}");
            let transfer = json!({ "group": group, "note": note });
            if let Some(handed) = dora.post(&format!("{id}/transfer"), transfer).await {
                facts.push(Fact::Text(id.clone(), note));
                if number % 4 == 2 {
                    facts.push(Fact::Target(id.clone(), group));
                } else if handed["offeredTo"] == emil.name.as_str() {
                    // One that was not acknowledged may have been done all the same.
                    agent = emil.post(&format!("{id}/accept"), json!({})).await.map(|_| emil.name.clone());
                }
            }
        }
        facts.extend(agent.map(|name| Fact::Agent(id, name)));
    }
    facts
}
