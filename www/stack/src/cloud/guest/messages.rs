//! Messages of a conversation: sending and paging by id (transports 2.2).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::GuestError;
use super::input::{self, Query};
use super::room::{Message, Room, index_of};
use super::{Guests, PREFIX};
use crate::chat_server::client::ClientAction;

/// Longest message, in characters.
const MAX_BODY: usize = 4000;

/// Most messages of one answer.
const MAX_RESULTS: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewMessage {
    body: Option<String>,
    body_type: Option<String>,
}

/// `POST …/members/{id}/messages`.
pub(super) async fn send(
    State(guests): State<Arc<Guests>>,
    Path((conversation, member)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Message>, GuestError> {
    let caller = guests.caller(&headers, &conversation)?;
    caller.must_be(&member)?;
    let message: NewMessage = input::json(&headers, body)?;
    let text = message.body.unwrap_or_default();
    if text.trim().is_empty() || text.chars().count() > MAX_BODY {
        return Err(GuestError::InvalidValue("body"));
    }
    let action = match message.body_type.as_deref().filter(|kind| !kind.is_empty()) {
        None | Some("standard") => ClientAction::Send { text, message_type: None, attributes: None },
        Some("notice") => ClientAction::Notice { text: Some(text), attributes: None },
        Some(_) => return Err(GuestError::InvalidValue("bodyType")),
    };
    guests.active(&caller)?;
    guests.limit.count(&conversation, guests.clock.now_ms())?;
    // The newest entry that the guest sees is the one that has just been written.
    let mut view = guests.chat.act(&conversation, caller.credentials(), action, Some(-1))?;
    let entry = view.entries.pop().ok_or(GuestError::Internal)?;
    let room = guests.room_after(caller.guest, entry.index)?;
    room.message(&entry).map(Json).ok_or(GuestError::Internal)
}

/// `GET …/messages/{id}`.
pub(super) async fn one(
    State(guests): State<Arc<Guests>>,
    Path((conversation, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Message>, GuestError> {
    let caller = guests.caller(&headers, &conversation)?;
    let messages = guests.room(caller.guest)?.messages();
    messages.into_iter().find(|message| message.id == id).map(Json).ok_or(GuestError::NotFound)
}

/// `GET …/messages`.
pub(super) async fn list(
    State(guests): State<Arc<Guests>>,
    Path(conversation): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Json<Value>, GuestError> {
    let caller = guests.caller(&headers, &conversation)?;
    let query = Query::parse(query.as_deref());
    let room = guests.room(caller.guest)?;
    let page = Page::read(&query, &conversation)?;
    Ok(Json(page.answer(&room, &uri)))
}

/// Which messages are asked for.
struct Page {
    after: Option<u64>,
    before: Option<u64>,
    descending: bool,
    results: usize,
}

impl Page {
    fn read(query: &Query, conversation: &str) -> Result<Self, GuestError> {
        let index = |name| match query.get(name) {
            Some(id) => index_of(conversation, id).map(Some).ok_or(GuestError::InvalidValue(name)),
            None => Ok(None),
        };
        Ok(Self {
            after: index("after")?,
            before: index("before")?,
            descending: query.choice("sortOrder", ["ascending", "descending"])?,
            results: query.number("maxResults", 1..=MAX_RESULTS, MAX_RESULTS)?,
        })
    }

    fn answer(&self, room: &Room, uri: &Uri) -> Value {
        let mut messages = room.messages();
        messages.retain(|message| {
            self.after.is_none_or(|after| message.index > after)
                && self.before.is_none_or(|before| message.index < before)
        });
        if self.descending {
            messages.reverse();
        }
        let more = messages.len() > self.results;
        messages.truncate(self.results);
        let mut answer = json!({
            "pageSize": self.results,
            "entities": messages,
            "selfUri": uri.path_and_query().map(|path| path.as_str()),
        });
        if let (true, Some(last), Some(answer)) = (more, messages.last(), answer.as_object_mut()) {
            answer.insert("next".to_owned(), self.next(room, &last.id).into());
        }
        answer
    }

    /// Path of the next page: the same bounds, gone on from the last message.
    fn next(&self, room: &Room, last: &str) -> String {
        let conversation = &room.guest.id;
        let (order, here, there) =
            if self.descending { ("descending", "before", "after") } else { ("ascending", "after", "before") };
        let other = if self.descending { self.after } else { self.before };
        let other = other.map(|index| format!("&{there}={conversation}-{index}")).unwrap_or_default();
        let results = self.results;
        format!("{PREFIX}/{conversation}/messages?sortOrder={order}&maxResults={results}&{here}={last}{other}")
    }
}
