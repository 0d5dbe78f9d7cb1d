//! Bayeux over WebSocket: what waits goes out at once, and a poll is answered when its time is over (backend 1.8).

use std::future::pending;
use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use serde_json::Value;

use super::super::Gms;
use super::bayeux::{Incoming, Outcome, Way, handle};
use super::client::Client;
use crate::clock::Clock;

/// Serves one connection until it closes.
pub(super) async fn serve(gms: Arc<Gms>, mut socket: WebSocket) {
    let mut client: Option<Arc<Client>> = None;
    let mut poll: Option<(i64, Value)> = None;
    loop {
        let out = tokio::select! {
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => match Incoming::read(text.as_bytes()) {
                    Some(list) => answer(&gms, &list, &mut client, &mut poll),
                    None => break,
                },
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                // The library answers a ping by itself.
                Some(Ok(_)) => Vec::new(),
            },
            () = news(client.as_deref()) => client.as_ref().map(|client| client.take()).unwrap_or_default(),
            () = until(&gms.config.clock, poll.as_ref()) => poll.take().map(|(_, reply)| reply).into_iter().collect(),
        };
        if !out.is_empty() && socket.send(Message::Text(Value::Array(out).to_string().into())).await.is_err() {
            break;
        }
    }
}

async fn news(client: Option<&Client>) {
    match client {
        Some(client) if client.has_news() => {}
        Some(client) => client.news().await,
        None => pending().await,
    }
}

async fn until(clock: &Clock, poll: Option<&(i64, Value)>) {
    match poll {
        Some((end, _)) => clock.until(*end).await,
        None => pending().await,
    }
}

fn answer(
    gms: &Gms,
    list: &[Incoming],
    client: &mut Option<Arc<Client>>,
    poll: &mut Option<(i64, Value)>,
) -> Vec<Value> {
    let way = Way { name: "websocket", browser: None, user: "" };
    let mut replies = Vec::new();
    for message in list {
        match handle(gms, way, message) {
            Outcome::Reply(reply) => replies.push(reply),
            Outcome::Welcome(reply, welcome) => {
                *client = Some(welcome);
                replies.push(reply);
            }
            Outcome::Poll(of, held, reply) => {
                *client = Some(of);
                // A poll that is still held is answered by the one that comes after it.
                replies.extend(poll.take().map(|(_, before)| before));
                if held == 0 {
                    replies.push(reply);
                } else {
                    *poll = Some((gms.config.clock.now_ms().saturating_add(held), reply));
                }
            }
        }
    }
    replies
}
