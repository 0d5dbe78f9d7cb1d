//! Poke: an agent sends the customer's device a word ("Chat Support", `internal_api_url_base` and `default_poke_message`).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::Desk;
use super::api::DeskError;
use super::body::Body;
use crate::chat_server::ChatError;
use crate::chat_server::agent::ChatState;

/// What the customer reads; `default_poke_message` where nothing is said.
#[derive(Deserialize)]
pub(super) struct Word {
    message: Option<String>,
}

/// `POST /api/chats/{id}/poke {message?}`, by the agent of a chat of API v1.
pub(super) async fn poke(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(word): Body<Word>,
) -> Result<StatusCode, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    let chat = desk.chat.summary(&id)?;
    match chat.state {
        ChatState::Ended => return Err(ChatError::Ended.into()),
        ChatState::Active if chat.agent.as_deref() == Some(&agent) => {}
        _ => return Err(ChatError::NotInChat.into()),
    }
    desk.poker.poke(&id, word.message.as_deref())?;
    Ok(StatusCode::NO_CONTENT)
}
