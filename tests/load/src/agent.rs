//! An agent at the desk.

use anyhow::{Context, Result, bail};
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, Response};
use serde_json::{Value, json};

/// An agent who is signed in.
#[derive(Clone)]
pub struct Desk {
    http: Client,
    origin: String,
    cookie: String,
}

async fn good(response: Response) -> Result<Value> {
    let (status, url) = (response.status(), response.url().path().to_owned());
    if !status.is_success() {
        bail!("{status} from {url}");
    }
    Ok(response.json().await?)
}

impl Desk {
    /// Signs in.
    ///
    /// # Errors
    /// The desk refuses.
    pub async fn sign_in(http: Client, origin: &str, name: String) -> Result<Self> {
        let request = http.post(format!("{origin}/api/login")).json(&json!({ "name": name }));
        let response = request.send().await?;
        let cookie = response.headers().get(SET_COOKIE).context("no cookie")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { http, origin: origin.to_owned(), cookie })
    }

    async fn post(&self, chat: &str, verb: &str, body: Value) -> Result<Value> {
        let request = self.http.post(format!("{}/api/chats/{chat}/{verb}", self.origin));
        good(request.header(COOKIE, &self.cookie).json(&body).send().await?).await
    }

    /// Takes a chat.
    ///
    /// # Errors
    /// The desk refuses.
    pub async fn accept(&self, chat: &str) -> Result<()> {
        self.post(chat, "accept", json!({})).await.map(drop)
    }

    /// Says something.
    ///
    /// # Errors
    /// The desk refuses.
    pub async fn say(&self, chat: &str, text: &str) -> Result<()> {
        self.post(chat, "messages", json!({ "text": text })).await.map(drop)
    }

    /// Indexes and texts of the messages that the agent sees.
    ///
    /// # Errors
    /// The desk refuses, or answers something else.
    pub async fn texts(&self, chat: &str) -> Result<Vec<(u64, String)>> {
        let request = self.http.get(format!("{}/api/chats/{chat}", self.origin)).header(COOKIE, &self.cookie);
        let chat = good(request.send().await?).await?;
        let entries = chat.get("transcript").and_then(Value::as_array).context("no transcript")?;
        Ok(crate::customer::texts(entries))
    }
}
