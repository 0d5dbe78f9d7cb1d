//! The answer that all verbs share (GMS Chat API v2; backend 1.3 and 1.4).

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::chat_server::client::{Credentials, View};
use crate::chat_server::entry::{Entry, EntryType, PartyType, Sender};
use crate::clock::now_ms;
use crate::interaction_server::AttachedData;

/// An entry as the customer gets it: without its visibility.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    from: Sender,
    index: u64,
    #[serde(rename = "type")]
    kind: EntryType,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    utc_time: i64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    user_data: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_attributes: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_type: Option<String>,
}

impl From<Entry> for Message {
    fn from(entry: Entry) -> Self {
        Self {
            from: entry.from,
            index: entry.index,
            kind: entry.kind,
            text: entry.text,
            utc_time: entry.utc_time,
            user_data: entry.user_data,
            event_attributes: entry.event_attributes,
            message_type: entry.message_type,
        }
    }
}

impl Message {
    /// A message of the server itself that carries data and is in no transcript, such as the limits of files (backend 1.6).
    pub(super) fn of_server(user_data: AttachedData) -> Self {
        Self {
            from: Sender { nickname: "Server".to_owned(), participant_id: 0, kind: PartyType::External },
            index: 0,
            kind: EntryType::Notice,
            text: None,
            utc_time: now_ms(),
            user_data,
            event_attributes: None,
            message_type: None,
        }
    }
}

/// A fault in the answer.
#[derive(Serialize)]
pub(super) struct Fault {
    /// Number of backend 1.5.
    pub(super) code: u16,
    /// What to do, or the limit that was crossed.
    pub(super) advice: String,
}

/// The envelope. `chatEnded` is always there: a widget that restores takes its absence for an end.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Envelope {
    /// 0 done, 1 may be repeated, 2 must not be repeated.
    pub(super) status_code: u8,
    #[serde(flatten)]
    pub(super) session: Option<SessionFields>,
    pub(super) messages: Vec<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_position: Option<u64>,
    pub(super) chat_ended: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) idle_timer_expire: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) monitored: Option<bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) user_data: AttachedData,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<Fault>,
}

/// What the client keeps and sends with the next call. Left out of faults, because clients store whatever they get.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionFields {
    pub(super) chat_id: String,
    pub(super) user_id: String,
    pub(super) secure_key: String,
    pub(super) alias: String,
}

impl Envelope {
    /// The answer to a call that was done. The caller's key goes back as it came: it was checked a moment ago, and the
    /// server itself keeps only its digest.
    pub(super) fn done(chat_id: &str, credentials: Credentials<'_>, alias: &str, view: View) -> Self {
        Self {
            status_code: 0,
            session: Some(SessionFields {
                chat_id: chat_id.to_owned(),
                user_id: credentials.user_id.to_owned(),
                secure_key: credentials.secure_key.to_owned(),
                alias: alias.to_owned(),
            }),
            messages: view.entries.into_iter().map(Into::into).collect(),
            next_position: Some(view.next_position),
            chat_ended: view.ended,
            idle_timer_expire: view.idle_expires_in,
            monitored: Some(view.monitored),
            user_data: AttachedData::new(),
            errors: Vec::new(),
        }
    }

    /// The envelope as an answer.
    pub(super) fn respond(&self, status: StatusCode) -> Response {
        let body = serde_json::to_string(self).unwrap_or_else(|_| r#"{"statusCode":1,"chatEnded":false}"#.to_owned());
        (status, [(CONTENT_TYPE, "application/json;charset=utf-8")], body).into_response()
    }
}
