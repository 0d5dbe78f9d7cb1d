//! `GET /api/events`: what happens, as it happens (server-sent events).
//!
//! The first event, `hello`, carries the whole list, taken after the subscription began, so nothing falls in between; a
//! page that has lost its connection gets it again. `resync` says that the page was too slow and must look anew.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::Desk;
use super::api::{DeskError, kind_of};
use crate::chat_server::ChatChange;
use crate::chat_server::entry::PartyType;
use crate::interaction_server::DataChange;

struct Feed {
    desk: Arc<Desk>,
    chats: Receiver<ChatChange>,
    data: Receiver<DataChange>,
    greeted: bool,
    /// Who listens: not everything is for everybody.
    reader: PartyType,
}

fn event(name: &str, value: &serde_json::Value) -> Event {
    Event::default().event(name).data(value.to_string())
}

fn chat_event(desk: &Desk, change: ChatChange, reader: PartyType) -> Option<Event> {
    Some(match change {
        ChatChange::Summary { chat_id } => event("summary", &json!(desk.chat.summary(&chat_id).ok()?)),
        ChatChange::Entry { entry, .. } if !entry.visibility.shows_to(reader) => return None,
        ChatChange::Entry { chat_id, entry } => {
            // What happens may begin the time of silence anew.
            let idle = desk.chat.idle_expires_in(&chat_id);
            event("entry", &json!({ "chatId": chat_id, "entry": entry, "idleExpiresIn": idle }))
        }
        ChatChange::Preview { chat_id, text } => event("preview", &json!({ "chatId": chat_id, "text": text })),
    })
}

impl Feed {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if !self.greeted {
            self.greeted = true;
            let hello = event("hello", &json!({ "chats": self.desk.chat.chats() }));
            return Some((Ok(hello), self));
        }
        loop {
            let next = tokio::select! {
                change = self.chats.recv() => match change {
                    Ok(change) => chat_event(&self.desk, change, self.reader),
                    Err(RecvError::Lagged(_)) => Some(event("resync", &json!({}))),
                    Err(RecvError::Closed) => return None,
                },
                change = self.data.recv() => match change {
                    Ok(change) => {
                        let DataChange { interaction_id, changed, deleted, by } = change;
                        let change = json!({ "chatId": interaction_id, "changed": changed, "deleted": deleted, "by": by });
                        Some(event("data", &change))
                    }
                    Err(RecvError::Lagged(_)) => Some(event("resync", &json!({}))),
                    Err(RecvError::Closed) => return None,
                },
            };
            if let Some(next) = next {
                return Some((Ok(next), self));
            }
        }
    }
}

/// `GET /api/events`.
pub(super) async fn events(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, DeskError> {
    let reader = kind_of(&desk, &desk.logins.agent(&headers)?);
    let (chats, data) = (desk.chat.subscribe(), desk.interactions.subscribe());
    let feed = Feed { desk, chats, data, greeted: false, reader };
    Ok(Sse::new(stream::unfold(feed, Feed::next)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}
