//! The agent desk's API: a quick agent for tests that are about the page, and a look at the server's record.

use crate::stack::Stack;
use crate::wait::until;
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// The vendor's example request; the Payment MicroApp of the stack has its token.
pub const PAYMENT: &str = "microapp://app/T3NB68E-/Payment\nAccountNumber=1234567\nAmount=USD77.80";

/// An agent who is logged in and has accepted one chat.
pub struct DeskApi {
    http: reqwest::Client,
    desk: String,
    chat: String,
}

impl DeskApi {
    /// Logs in and accepts the first chat that waits.
    ///
    /// # Errors
    /// When no chat comes.
    pub async fn accept(stack: &Stack) -> Result<DeskApi> {
        let api = DeskApi::watch(stack).await?;
        api.take().await
    }

    /// Logs in and accepts the first chat that is not the one of `other`.
    ///
    /// # Errors
    /// When no chat comes.
    pub async fn accept_another(stack: &Stack, other: &DeskApi) -> Result<DeskApi> {
        let api = DeskApi::watch_but(stack, &other.chat).await?;
        api.take().await
    }

    /// Logs in and looks at the first chat without accepting it.
    ///
    /// # Errors
    /// When no chat comes.
    pub async fn watch(stack: &Stack) -> Result<DeskApi> {
        DeskApi::watch_but(stack, "").await
    }

    async fn watch_but(stack: &Stack, other: &str) -> Result<DeskApi> {
        let http = reqwest::Client::builder().cookie_store(true).build()?;
        let mut api = DeskApi { http, desk: stack.desk.clone(), chat: String::new() };
        api.post("/api/login", json!({ "name": "Kim Otieno" })).await?;
        api.chat = until("a chat waits", async || {
            let chats = api.get("/api/chats").await?;
            let list = chats.as_array().context("no list")?;
            Ok(list.iter().filter_map(|chat| chat.get("id")?.as_str()).find(|id| *id != other).map(String::from))
        })
        .await?;
        Ok(api)
    }

    /// Takes the chat that is offered to this agent.
    ///
    /// # Errors
    /// When it is offered to nobody or to another.
    pub async fn take_offered(&self) -> Result<()> {
        self.post(&format!("/api/chats/{}/accept", self.chat), json!({})).await
    }

    async fn take(self) -> Result<DeskApi> {
        self.take_offered().await?;
        Ok(self)
    }

    /// Says something.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn say(&self, text: &str) -> Result<()> {
        self.post(&format!("/api/chats/{}/messages", self.chat), json!({ "text": text })).await
    }

    /// Sends the customer a file.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn send_file(&self, name: &str, content: Vec<u8>) -> Result<()> {
        let address = format!("{}/api/chats/{}/files/{name}", self.desk, self.chat);
        self.http.put(address).header("Origin", &self.desk).body(content).send().await?.error_for_status()?;
        Ok(())
    }

    /// Ends the chat.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn end(&self) -> Result<()> {
        self.post(&format!("/api/chats/{}/end", self.chat), json!({})).await
    }

    /// The whole chat as the agent may see it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn chat(&self) -> Result<Value> {
        self.get(&format!("/api/chats/{}", self.chat)).await
    }

    /// What the servers did for this interaction.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn record(&self) -> Result<Value> {
        self.get(&format!("/api/chats/{}/record", self.chat)).await
    }

    /// The texts that senders of this kind have sent so far.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn texts_of(&self, sender: &str) -> Result<Vec<String>> {
        let chat = self.chat().await?;
        let entries = chat.get("transcript").and_then(Value::as_array).context("no transcript")?;
        let theirs = entries.iter().filter(|entry| entry.pointer("/from/type").is_some_and(|kind| kind == sender));
        Ok(theirs.filter_map(|entry| entry.get("text")?.as_str()).map(String::from).collect())
    }

    /// Waits until a sender of this kind has sent this text.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn hears(&self, sender: &str, text: &str) -> Result<()> {
        crate::wait::until_true(&format!("{sender} says {text}"), async || {
            Ok(self.texts_of(sender).await?.iter().any(|said| said == text))
        })
        .await
    }

    async fn get(&self, path: &str) -> Result<Value> {
        Ok(self.http.get(format!("{}{path}", self.desk)).send().await?.error_for_status()?.json().await?)
    }

    async fn post(&self, path: &str, body: Value) -> Result<()> {
        let request = self.http.post(format!("{}{path}", self.desk)).header("Origin", &self.desk).json(&body);
        request.send().await?.error_for_status()?;
        Ok(())
    }
}
