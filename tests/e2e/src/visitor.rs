//! A customer without a browser, for tests that are about the desk.

use crate::stack::Stack;
use anyhow::{Context, Result, ensure};
use reqwest::Client;
use serde_json::Value;

/// What stands between the parts of a form with a file.
const BORDER: &str = "visitor";

/// Somebody who chats over GMS.
pub struct Visitor {
    /// The interaction's id.
    pub id: String,
    http: Client,
    url: String,
    credentials: String,
}

impl Visitor {
    /// Starts a chat with these fields, url-encoded.
    ///
    /// # Errors
    /// When GMS refuses it.
    pub async fn start(stack: &Stack, fields: &str) -> Result<Visitor> {
        let (http, service) = (Client::new(), format!("{}/genesys/2/chat/customer-support", stack.gms));
        let answer: Value = serde_json::from_str(&post(&http, &service, fields).await?)?;
        let text = |key: &str| answer.get(key).and_then(Value::as_str).with_context(|| format!("no {key}: {answer}"));
        let credentials = format!("userId={}&secureKey={}", text("userId")?, text("secureKey")?);
        let id = text("chatId")?.to_owned();
        Ok(Visitor { url: format!("{service}/{id}"), id, http, credentials })
    }

    /// Calls a verb of the chat with these fields, url-encoded; the answer as a text.
    ///
    /// # Errors
    /// When GMS does not answer.
    pub async fn ask(&self, verb: &str, fields: &str) -> Result<String> {
        post(&self.http, &format!("{}/{verb}", self.url), &format!("{}&{fields}", self.credentials)).await
    }

    /// Sends a text as a file.
    ///
    /// # Errors
    /// When GMS refuses it.
    pub async fn send_file(&self, name: &str, content: &str) -> Result<()> {
        let fields = url::form_urlencoded::parse(self.credentials.as_bytes());
        let part = |name: &str, value: &str| {
            format!("--{BORDER}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let mut body: String = fields.map(|(name, value)| part(&name, &value)).collect();
        body.push_str(&part(&format!("file\"; filename=\"{name}"), content));
        let kind = format!("multipart/form-data; boundary={BORDER}");
        let request = self.http.post(format!("{}/file", self.url)).header("Content-Type", kind);
        let answer: Value = request.body(format!("{body}--{BORDER}--\r\n")).send().await?.json().await?;
        ensure!(answer.get("statusCode").and_then(Value::as_i64) == Some(0), "{answer}");
        Ok(())
    }
}

async fn post(http: &Client, url: &str, fields: &str) -> Result<String> {
    let request = http.post(url).header("Content-Type", "application/x-www-form-urlencoded");
    Ok(request.body(fields.to_owned()).send().await?.text().await?)
}
