//! The event stream: a WebSocket from server to client (transports 2.5, 2.6).
//!
//! A socket remembers up to which index it has told its client, and reads on from there whenever the chat changes. So
//! nothing is told twice, and whoever is too slow for the notifications misses nothing.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::Guests;
use super::error::GuestError;
use super::room::{Message, Room, State as MemberState, sender};
use crate::chat_server::ChatChange;
use crate::chat_server::entry::{EntryType, PartyType};
use crate::clock::iso;
use crate::cloud::parties;
use crate::random;
use crate::store::GuestRow;

/// Time between heartbeats, in ms; the widget waits 14 s.
const HEARTBEAT_MS: i64 = 5000;

/// How long a socket stays open after the guest has left, in ms. The widget needs nearly 2 s to believe the end; a socket
/// that closes before looks like a lost connection, one that stays spoils its next chat (trap 4).
const CLOSES_AFTER_MS: i64 = 3000;

/// Longest message of a client, in bytes. Nothing that it sends is of use, so nothing long is waited for.
const FRAME_LIMIT: usize = 64 * 1024;

/// `GET /v1/token/{token}`, the `eventStreamUri`. What it asks for is in place before the socket opens, because the client
/// asks for its member at once.
pub(super) async fn connect(
    State(guests): State<Arc<Guests>>,
    Path(token): Path<String>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, GuestError> {
    let guest = guests.owner(&token, |guest| guest.stream.matches(&token))?.ok_or(GuestError::BadCredentials)?;
    let upgrade = upgrade.map_err(|_| GuestError::BadRequest)?;
    let changes = guests.chat.subscribe();
    let (guest, told) = guests.enter(&guest)?;
    let teller = Teller { guests, guest, told, alerting: HashSet::new(), closes_at: None };
    let upgrade = upgrade.max_message_size(FRAME_LIMIT).max_frame_size(FRAME_LIMIT);
    Ok(upgrade.on_upgrade(move |socket| teller.run(socket, changes)))
}

/// One open socket.
struct Teller {
    guests: Arc<Guests>,
    guest: GuestRow,
    /// Index up to which this socket's client has been told.
    told: u64,
    /// Ids of the agents of whom it has been told that they are asked, and no more yet.
    alerting: HashSet<String>,
    /// When the socket is closed, in ms, once the guest has left.
    closes_at: Option<i64>,
}

/// The client is gone.
struct Gone;

impl Teller {
    async fn run(mut self, mut socket: WebSocket, mut changes: Receiver<ChatChange>) {
        let _there = self.guests.chat.stays(&self.guest.id);
        // A client that has gone needs nothing more.
        let _ = self.tell_all(&mut socket, &mut changes).await;
    }

    async fn tell_all(&mut self, socket: &mut WebSocket, changes: &mut Receiver<ChatChange>) -> Result<(), Gone> {
        let clock = self.guests.clock.clone();
        send(socket, &heartbeat()).await?;
        let mut beats_at = clock.now_ms().saturating_add(HEARTBEAT_MS);
        self.tell_news(socket).await?;
        loop {
            let next = self.closes_at.map_or(beats_at, |at| at.min(beats_at));
            tokio::select! {
                () = clock.until(next) => {
                    if self.closes_at.is_some_and(|at| clock.now_ms() >= at) {
                        return close(socket).await;
                    }
                    send(socket, &heartbeat()).await?;
                    beats_at = clock.now_ms().saturating_add(HEARTBEAT_MS);
                }
                change = changes.recv() => match change {
                    Ok(change) if concerns(&change, &self.guest.id) => self.tell_news(socket).await?,
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => self.tell_news(socket).await?,
                    Err(RecvError::Closed) => return close(socket).await,
                },
                // Nothing that a client sends is of use, except that it goes.
                frame = socket.recv() => match frame {
                    Some(Ok(Frame::Close(_)) | Err(_)) | None => return Err(Gone),
                    Some(Ok(_)) => {}
                },
            }
        }
    }

    /// Tells what has happened since.
    async fn tell_news(&mut self, socket: &mut WebSocket) -> Result<(), Gone> {
        // A fault of the database passes; the next change brings it all.
        let Ok(room) = self.guests.room_after(self.guest.clone(), self.told) else { return Ok(()) };
        if !room.guest_is_here() && self.closes_at.is_none() {
            self.closes_at = Some(self.guests.clock.now_ms().saturating_add(CLOSES_AFTER_MS));
        }
        let news = events(&room, &mut self.alerting);
        for event in news.into_iter().chain(alerts(&room, &mut self.alerting)) {
            send(socket, &event).await?;
        }
        // Of an end that came before the socket, its client reads in the messages; on the stream nothing is repeated.
        if let Some(farewell) = room.farewell().filter(|farewell| farewell.index > self.told) {
            for event in leave(&room, &room.guest.member, &farewell) {
                send(socket, &event).await?;
            }
            self.told = farewell.index;
        }
        self.told = self.told.max(room.seen.newest);
        Ok(())
    }
}

fn concerns(change: &ChatChange, conversation: &str) -> bool {
    match change {
        ChatChange::Entry { chat_id, .. } | ChatChange::Summary { chat_id } => chat_id == conversation,
        ChatChange::Preview { .. } => false,
    }
}

async fn send(socket: &mut WebSocket, event: &Value) -> Result<(), Gone> {
    socket.send(Frame::Text(event.to_string().into())).await.map_err(|_| Gone)
}

async fn close(socket: &mut WebSocket) -> Result<(), Gone> {
    let frame = CloseFrame { code: close_code::NORMAL, reason: "".into() };
    socket.send(Frame::Close(Some(frame))).await.map_err(|_| Gone)?;
    // Reads until the client agrees, so that it sees an orderly end and no reset.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), async {
        while let Some(Ok(_)) = socket.recv().await {}
    })
    .await;
    Ok(())
}

fn heartbeat() -> Value {
    json!({ "topicName": "channel.metadata", "version": "2", "eventBody": { "message": "WebSocket Heartbeat" } })
}

fn event(room: &Room, topic: &str, kind: &str, body: Value) -> Value {
    json!({
        "topicName": format!("v2.conversations.chats.{}.{topic}", room.guest.id),
        "version": "2",
        "eventBody": body,
        "metadata": { "CorrelationId": random::uuid().unwrap_or_default(), "type": kind },
    })
}

/// Everything that the stream tells of these entries, in order. Whoever comes has been `alerting`, if only for a moment.
fn events(room: &Room, alerting: &mut HashSet<String>) -> Vec<Value> {
    let mut events = Vec::new();
    for entry in &room.seen.entries {
        let from = parties::id_of(&room.seen.parties, &entry.from);
        match (entry.kind, room.message(entry)) {
            (EntryType::TypingStarted, _) => {
                let body = json!({
                    "id": random::uuid().unwrap_or_default(),
                    "conversation": { "id": room.guest.id },
                    "sender": sender(&from),
                    "timestamp": iso(entry.utc_time),
                });
                events.push(event(room, "messages", "typing-indicator", body));
            }
            (EntryType::ParticipantJoined, Some(message)) => {
                if entry.from.kind == PartyType::Agent && !alerting.remove(&from) {
                    events.push(member_change(room, &from, MemberState::Alerting, entry.utc_time));
                }
                events.push(member_change(room, &from, MemberState::Connected, entry.utc_time));
                events.push(event(room, "messages", "message", json!(message)));
            }
            (EntryType::ParticipantLeft, Some(message)) => events.extend(leave(room, &from, &message)),
            (_, Some(message)) => events.push(event(room, "messages", "message", json!(message))),
            (_, None) => {}
        }
    }
    events
}

/// What the stream tells of agents who are asked, or are no longer.
fn alerts(room: &Room, alerting: &mut HashSet<String>) -> Vec<Value> {
    let mut events = Vec::new();
    for alert in &room.seen.alerts {
        match alert.until {
            None if alerting.insert(alert.user_id.clone()) => {
                events.push(member_change(room, &alert.user_id, MemberState::Alerting, alert.since));
            }
            Some(until) if alerting.remove(&alert.user_id) => {
                events.push(member_change(room, &alert.user_id, MemberState::Disconnected, until));
            }
            _ => {}
        }
    }
    events
}

fn member_change(room: &Room, member: &str, state: MemberState, at: i64) -> Value {
    let body = json!({
        "id": random::uuid().unwrap_or_default(),
        "conversation": { "id": room.guest.id },
        "member": { "id": member, "state": state },
        "timestamp": iso(at),
    });
    event(room, "members", "member-change", body)
}

fn leave(room: &Room, member: &str, message: &Message) -> [Value; 2] {
    let at = message.at;
    [member_change(room, member, MemberState::Disconnected, at), event(room, "messages", "message", json!(message))]
}
