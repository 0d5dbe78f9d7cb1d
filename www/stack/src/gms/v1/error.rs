//! Refusals of API v1: HTTP statuses and a line for people.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::super::error::GmsError;
use crate::chat_server::ChatError;
use crate::random::NoRandomness;
use crate::store::StoreError;

/// Why a call was refused.
#[derive(Debug)]
pub(super) enum V1Error {
    /// 404: no such service is configured, or none was created with this id.
    UnknownService,
    /// 404: a service that was created has no chat yet, no such verb, or no such stored value.
    NotFound,
    /// 415: something is missing or incorrect; names it.
    Incorrect(&'static str),
    /// 503 without a body: no agent takes chats.
    NoAgent,
    /// 500: this server has a fault.
    Fault,
}

impl From<ChatError> for V1Error {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::MessageEmpty => Self::Incorrect("message"),
            ChatError::MessageTooLong => Self::Incorrect("message, which is too long"),
            ChatError::BadUrl => Self::Incorrect("pushUrl"),
            ChatError::UnknownChat | ChatError::UnknownUser | ChatError::Silent | ChatError::Ended => Self::NotFound,
            _ => Self::Fault,
        }
    }
}

impl From<StoreError> for V1Error {
    fn from(_: StoreError) -> Self {
        Self::Fault
    }
}

impl From<NoRandomness> for V1Error {
    fn from(_: NoRandomness) -> Self {
        Self::Fault
    }
}

impl From<GmsError> for V1Error {
    fn from(_: GmsError) -> Self {
        Self::Incorrect("body")
    }
}

impl IntoResponse for V1Error {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::UnknownService => (StatusCode::NOT_FOUND, "There is no such service.".to_owned()),
            Self::NotFound => (StatusCode::NOT_FOUND, "There is nothing here.".to_owned()),
            Self::Incorrect(what) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("Missing or incorrect: {what}.")),
            Self::NoAgent => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Self::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "The server has a fault; try again.".to_owned()),
        };
        (status, Json(json!({ "message": message }))).into_response()
    }
}
