//! Media requests: an agent asks to share more than text, the guest answers (transports 2.2).
//!
//! No message tells of them, because one of that type would stop the real client (trap 1); guests look for them.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::GuestError;
use super::{Caller, GuestChat, Guests, PREFIX, input};
use crate::random;
use crate::store::{GuestState, MediaRequestRow};

const TYPES: [&str; 2] = ["COBROWSE", "SCREENSHARE"];
const PENDING: &str = "PENDING";
/// What the guest may make of a request.
const ANSWERS: [&str; 3] = ["ACCEPTED", "DECLINED", "ERRORED"];

#[derive(Deserialize)]
pub(super) struct Answer {
    state: Option<String>,
}

fn shown(conversation: &str, request: &MediaRequestRow) -> Value {
    json!({
        "id": request.id,
        "types": request.types.split(',').collect::<Vec<_>>(),
        "state": request.state,
        "selfUri": format!("{PREFIX}/{conversation}/mediarequests/{}", request.id),
    })
}

fn find(guests: &Guests, caller: &Caller, id: &str) -> Result<MediaRequestRow, GuestError> {
    let requests = guests.store.media_requests(&caller.guest.id)?;
    requests.into_iter().find(|request| request.id == id).ok_or(GuestError::NotFound)
}

/// `GET …/mediarequests`.
pub(super) async fn list(
    State(guests): State<Arc<Guests>>,
    Path(conversation): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, GuestError> {
    let caller = guests.caller(&headers, &conversation)?;
    let requests = guests.store.media_requests(&caller.guest.id)?;
    guests.room_after(caller.guest, u64::MAX)?;
    let entities: Vec<Value> = requests.iter().map(|request| shown(&conversation, request)).collect();
    Ok(Json(json!({ "entities": entities })))
}

/// `GET …/mediarequests/{id}`.
pub(super) async fn one(
    State(guests): State<Arc<Guests>>,
    Path((conversation, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, GuestError> {
    let caller = guests.caller(&headers, &conversation)?;
    Ok(Json(shown(&conversation, &find(&guests, &caller, &id)?)))
}

/// `PATCH …/mediarequests/{id}`.
pub(super) async fn answer(
    State(guests): State<Arc<Guests>>,
    Path((conversation, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, GuestError> {
    let caller = guests.caller(&headers, &conversation)?;
    let answer: Answer = input::json(&headers, body)?;
    let mut request = find(&guests, &caller, &id)?;
    let state = answer.state.filter(|state| ANSWERS.contains(&state.as_str()) && request.state == PENDING);
    request.state = state.ok_or(GuestError::InvalidValue("state"))?;
    guests.active(&caller)?;
    guests.store.put_media_request(&conversation, &request)?;
    Ok(Json(shown(&conversation, &request)))
}

impl GuestChat {
    /// An agent asks the guest for media of these types; answers with the request's id.
    ///
    /// # Errors
    /// No such guest's conversation, one that is over, a type that does not exist, database fault.
    pub fn request_media(&self, conversation: &str, types: &[String]) -> Result<String, GuestError> {
        let guest = self.0.store.guest(conversation)?.filter(|guest| guest.state == GuestState::Connected);
        let room = self.0.room_after(guest.ok_or(GuestError::NotFound)?, u64::MAX)?;
        if room.seen.ended.is_some() {
            return Err(GuestError::ConversationState);
        }
        if types.is_empty() || types.iter().any(|kind| !TYPES.contains(&kind.as_str())) {
            return Err(GuestError::InvalidValue("types"));
        }
        let request = MediaRequestRow { id: random::uuid()?, types: types.join(","), state: PENDING.to_owned() };
        self.0.store.put_media_request(conversation, &request)?;
        Ok(request.id)
    }
}
