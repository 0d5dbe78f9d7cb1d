//! A customer whose widget polls.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use reqwest::Client;
use serde_json::Value;

use crate::agent::Desk;
use crate::numbers::Latencies;

/// What every customer does.
#[derive(Clone)]
pub struct Plan {
    /// Messages of each side.
    pub messages: usize,
    /// Time between two polls.
    pub poll: Duration,
    /// Address of the chat service.
    pub gms: String,
    /// Address of the bare handler.
    pub bare: String,
}

/// A customer in a chat.
pub struct Customer {
    http: Client,
    plan: Plan,
    number: usize,
    id: String,
    user_id: String,
    key: String,
    position: u64,
    /// Everything that polls have brought, in the order in which it came.
    seen: Vec<Value>,
    latencies: Latencies,
}

/// Indexes and texts of the messages among these entries.
pub fn texts(entries: &[Value]) -> Vec<(u64, String)> {
    let message = |entry: &Value| {
        (entry.get("type")? == "Message").then_some(())?;
        Some((entry.get("index")?.as_u64()?, entry.get("text")?.as_str()?.to_owned()))
    };
    entries.iter().filter_map(message).collect()
}

impl Customer {
    /// Starts a chat.
    ///
    /// # Errors
    /// GMS refuses.
    pub async fn start(http: Client, plan: Plan, number: usize) -> Result<Self> {
        let nickname = format!("Customer {number}");
        let response =
            http.post(&plan.gms).form(&[("nickname", nickname.as_str()), ("subject", "Load")]).send().await?;
        let answer: Value = response.json().await?;
        let text = |key: &str| answer.get(key).and_then(Value::as_str).map(ToOwned::to_owned).context("no chat");
        let (id, user_id, key) = (text("chatId")?, text("userId")?, text("secureKey")?);
        let latencies = Latencies::default();
        Ok(Self { http, plan, number, id, user_id, key, position: 1, seen: Vec::new(), latencies })
    }

    async fn call(&self, verb: &str, fields: &[(&str, &str)]) -> Result<Value> {
        let mut form = vec![("userId", self.user_id.as_str()), ("secureKey", self.key.as_str())];
        form.extend_from_slice(fields);
        let request = self.http.post(format!("{}/{}/{verb}", self.plan.gms, self.id)).form(&form);
        let answer: Value = request.send().await?.json().await?;
        ensure!(answer.get("statusCode").and_then(Value::as_u64) == Some(0), "{verb} is refused");
        Ok(answer)
    }

    /// Asks for news, and the bare handler the same.
    async fn poll(&mut self) -> Result<()> {
        let position = self.position.to_string();
        let begun = Instant::now();
        let answer = self.call("refresh", &[("transcriptPosition", &position)]).await?;
        let took = begun.elapsed();
        let next = answer.get("nextPosition").and_then(Value::as_u64).context("no nextPosition")?;
        self.seen.extend(answer.get("messages").and_then(Value::as_array).into_iter().flatten().cloned());
        self.position = next;
        let form = [("userId", self.user_id.as_str()), ("secureKey", &self.key), ("transcriptPosition", &position)];
        let begun = Instant::now();
        let request = self.http.post(&self.plan.bare).form(&form);
        request.send().await?.bytes().await?;
        self.latencies.measured(took, begun.elapsed());
        Ok(())
    }

    /// Chats with the agent, and compares what both have seen with what was said.
    ///
    /// # Errors
    /// A refusal; a message that is lost, doubled or out of order.
    pub async fn chat(mut self, desk: &Desk) -> Result<Latencies> {
        // Spread over the time of a poll: real customers are not in step.
        let offset = self.plan.poll.mul_f64((self.number % 997) as f64 / 997.0);
        tokio::time::sleep(offset).await;
        desk.accept(&self.id).await?;
        let mut said = Vec::new();
        for turn in 0..self.plan.messages {
            let question = format!("Question {turn} of customer {}", self.number);
            let answer = format!("Answer {turn} to customer {}", self.number);
            self.call("send", &[("message", &question)]).await?;
            desk.say(&self.id, &answer).await?;
            said.extend([question, answer]);
            self.poll().await?;
            tokio::time::sleep(self.plan.poll).await;
        }
        self.poll().await?;
        let all = self.call("refresh", &[("transcriptPosition", "1")]).await?;
        let all = texts(all.get("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default());
        compare("the transcript", &all, &said)?;
        compare("what the customer's polls have brought", &texts(&self.seen), &said)?;
        compare("the desk", &desk.texts(&self.id).await?, &said)?;
        Ok(self.latencies)
    }
}

/// Whether exactly this was said, in this order.
fn compare(place: &str, found: &[(u64, String)], said: &[String]) -> Result<()> {
    let rising = found.iter().zip(found.iter().skip(1)).all(|((a, _), (b, _))| a < b);
    if !rising {
        bail!("{place}: an entry came twice, or out of order");
    }
    ensure!(found.iter().map(|(_, text)| text).eq(said), "{place}: {} messages instead of {}", found.len(), said.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_or_doubled_is_noticed() {
        let said = ["a".to_owned(), "b".to_owned()];
        let found =
            |list: &[(u64, &str)]| list.iter().map(|(index, text)| (*index, (*text).to_owned())).collect::<Vec<_>>();
        assert!(compare("x", &found(&[(2, "a"), (5, "b")]), &said).is_ok());
        for wrong in
            [&[(2, "a")][..], &[(2, "a"), (2, "a"), (5, "b")], &[(5, "b"), (2, "a")], &[(2, "b"), (5, "a")], &[]]
        {
            assert!(compare("x", &found(wrong), &said).is_err(), "{wrong:?}");
        }
    }
}
