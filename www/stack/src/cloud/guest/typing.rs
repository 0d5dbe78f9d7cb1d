//! `POST …/members/{id}/typing` (transports 2.2).
//!
//! Guests say that they type, never that they have stopped; after a while without another word, or with the message, it
//! is over for the agent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::error::GuestError;
use super::room::{conversation as reference, sender};
use super::{Caller, Guests};
use crate::chat_server::client::ClientAction;
use crate::clock::iso;
use crate::random;

/// How long a guest counts as typing after each request, in ms.
const LASTS_MS: i64 = 5000;

/// Until when guests count as typing, by conversation. Not kept over a restart.
#[derive(Default)]
pub(super) struct Typing(Mutex<HashMap<String, i64>>);

impl Typing {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When it is over, unless it is over already: then it is forgotten.
    fn rest(&self, conversation: &str, now: i64) -> Option<i64> {
        let mut all = self.lock();
        let until = all.get(conversation).copied()?;
        if until > now {
            return Some(until);
        }
        all.remove(conversation);
        None
    }
}

/// The request. Its body is empty.
pub(super) async fn typing(
    State(guests): State<Arc<Guests>>,
    Path((conversation, member)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, GuestError> {
    let caller = guests.caller(&headers, &conversation)?;
    caller.must_be(&member)?;
    guests.active(&caller)?;
    guests.chat.act(&conversation, caller.credentials(), change(true), None)?;
    let now = guests.clock.now_ms();
    let answer = json!({
        "id": random::uuid()?,
        "conversation": reference(&conversation),
        "sender": sender(&member),
        "timestamp": iso(now),
    });
    if guests.typing.lock().insert(conversation, now.saturating_add(LASTS_MS)).is_none() {
        tokio::spawn(stop(guests, caller));
    }
    Ok(Json(answer))
}

fn change(on: bool) -> ClientAction {
    ClientAction::Typing { on, preview: String::new() }
}

async fn stop(guests: Arc<Guests>, caller: Caller) {
    let id = &caller.guest.id;
    while let Some(until) = guests.typing.rest(id, guests.clock.now_ms()) {
        guests.clock.until(until).await;
    }
    // The chat may be over by now; then nobody types in it.
    let _ = guests.chat.act(id, caller.credentials(), change(false), None);
}
