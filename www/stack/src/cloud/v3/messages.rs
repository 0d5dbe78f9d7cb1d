//! Messages, typing, user data and the end (transports 3.2, 3.3).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::V3;
use super::answer::{done, message, read_index};
use super::error::V3Error;
use super::form::Form;
use crate::chat_server::ChatError;
use crate::chat_server::client::ClientAction;
use crate::chat_server::entry::PartyType;
use crate::store::NexusRow;

/// Most messages of one answer; a restore asks for this many.
const MAX_COUNT: usize = 10_000;

fn form(body: Result<Bytes, BytesRejection>) -> Result<Form, V3Error> {
    body.map(|body| Form::parse(&body)).map_err(|_| V3Error::InvalidRequest)
}

/// `GET …/messages`: a poll, a restore, or an older page.
///
/// A poll that names no position goes on where the last answer ended, which is kept: what was answered counts as
/// delivered. What a lost answer held comes back with the index that clients send after a pause.
pub(super) async fn poll(
    State(v3): State<Arc<V3>>,
    Path(session): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<Value>, V3Error> {
    let caller = v3.caller(&headers, &session)?;
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let index = query.some("index").map(|text| read_index(text).ok_or(V3Error::InvalidRequest)).transpose()?;
    let count = query.some("count").map(|text| text.parse().map_err(|_| V3Error::InvalidRequest)).transpose()?;
    let count = count.map(|count: usize| count.min(MAX_COUNT));
    let after = match (index, count) {
        (Some(index), None) => index,
        (None, None) => caller.session.delivered,
        (_, Some(_)) => 0,
    };
    let mut seen = v3.chat.seen_by(&session, PartyType::Client, after)?;
    if let Some(count) = count {
        // The range includes the message whose index is given: the client stops when it gets that one alone.
        seen.entries.retain(|entry| index.is_none_or(|index| entry.index <= index));
        seen.entries.drain(..seen.entries.len().saturating_sub(count));
    }
    let older_page = index.is_some() && count.is_some();
    if !older_page && seen.newest != caller.session.delivered {
        v3.store.put_nexus(&NexusRow { delivered: seen.newest, ..caller.session.clone() })?;
    }
    let own = seen.parties.iter().find(|party| party.user_id == caller.session.participant);
    let ended = seen.ended.is_some() || own.is_some_and(|party| party.left.is_some());
    let messages: Vec<Value> = seen.entries.iter().map(|entry| message(&session, &seen, entry)).collect();
    Ok(done(query.some("operationId"), Some(json!({ "messages": messages, "chatEnded": ended }))))
}

/// `POST …/messages`: a message, a notice, or typing.
pub(super) async fn send(
    State(v3): State<Arc<V3>>,
    Path(session): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, V3Error> {
    let caller = v3.caller(&headers, &session)?;
    let form = form(body)?;
    let text = form.some("data.text").unwrap_or_default().to_owned();
    let attributes = form.below("data.eventAttributes");
    let attributes = (!attributes.is_empty()).then(|| json!(attributes));
    let action = match form.some("data.type").unwrap_or("Text") {
        "Text" | "Message" => ClientAction::Send { text, message_type: None, attributes },
        "Notice" | "CustomNotice" => ClientAction::Notice { text: (!text.is_empty()).then_some(text), attributes },
        "TypingStarted" => ClientAction::Typing { on: true, preview: text },
        "TypingStopped" => ClientAction::Typing { on: false, preview: text },
        _ => return Err(V3Error::InvalidMessageType),
    };
    v3.chat.act(&session, caller.credentials(), action, None)?;
    Ok(done(form.some("operationId"), None))
}

/// `PUT …/userdata`.
pub(super) async fn user_data(
    State(v3): State<Arc<V3>>,
    Path(session): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, V3Error> {
    let caller = v3.caller(&headers, &session)?;
    let form = form(body)?;
    v3.chat.act(&session, caller.credentials(), ClientAction::UpdateData(form.below("data")), None)?;
    Ok(done(form.some("operationId"), None))
}

/// `DELETE …/participants/{id}`: the customer leaves. Doing it twice is no fault.
pub(super) async fn leave(
    State(v3): State<Arc<V3>>,
    Path((session, participant)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, V3Error> {
    let caller = v3.caller(&headers, &session)?;
    let form = form(body)?;
    if participant != caller.session.participant {
        return Err(V3Error::NotFound);
    }
    match v3.chat.act(&session, caller.credentials(), ClientAction::Disconnect, None) {
        // Who was let go for his silence has left already.
        Ok(_) | Err(ChatError::Silent) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(done(form.some("operationId"), None))
}
