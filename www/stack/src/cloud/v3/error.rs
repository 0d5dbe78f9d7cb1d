//! What the chat API v3 refuses, in its shape (transports 3.6). HTTP statuses that the contract does not give are ours.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::chat_server::ChatError;
use crate::chat_server::files::FileFault;
use crate::random::NoRandomness;
use crate::store::StoreError;

/// A refusal or fault. Texts name the fault, never a token or what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum V3Error {
    /// The `x-api-key` is missing or wrong.
    InvalidContactCenter,
    /// There is no such endpoint.
    InvalidEndpoint,
    /// Neither a nickname nor a first name.
    InvalidNickname,
    /// The `x-nexus-client-key` is missing or wrong.
    AuthenticationRequired,
    /// There is no such session.
    InvalidSession,
    /// The session is over.
    SessionEnded,
    /// The message is empty or too long.
    InvalidMessage,
    /// There is no such type of message.
    InvalidMessageType,
    /// A field or query value is of no use.
    InvalidRequest,
    /// The file is no picture that is taken.
    InvalidFileType,
    /// The file is too large.
    LimitFileSize,
    /// More than one file, or more than a session may have.
    LimitFileCount,
    /// The page's origin is not allowed.
    ForeignOrigin,
    /// There is no such resource.
    NotFound,
    /// The resource knows no such method.
    MethodNotAllowed,
    /// This server has a fault.
    Internal,
}

impl V3Error {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as Http;
        match self {
            Self::InvalidContactCenter => (Http::FORBIDDEN, "INVALID_CONTACT_CENTER", "Send a valid x-api-key."),
            Self::InvalidEndpoint => (Http::BAD_REQUEST, "INVALID_ENDPOINT", "There is no such endpoint."),
            Self::InvalidNickname => (Http::BAD_REQUEST, "INVALID_NICKNAME", "Send nickname or firstName."),
            Self::AuthenticationRequired => {
                (Http::UNAUTHORIZED, "AUTHENTICATION_REQUIRED", "Send the clientToken as x-nexus-client-key.")
            }
            Self::InvalidSession => (Http::NOT_FOUND, "INVALID_SESSION", "There is no such session."),
            Self::SessionEnded => (Http::CONFLICT, "SESSION_ENDED", "This session has ended."),
            Self::InvalidMessage => (Http::BAD_REQUEST, "INVALID_MESSAGE", "The text is empty or too long."),
            Self::InvalidMessageType => (Http::BAD_REQUEST, "INVALID_MESSAGE_TYPE", "There is no such type."),
            Self::InvalidRequest => (Http::BAD_REQUEST, "INVALID_REQUEST", "The request could not be understood."),
            Self::InvalidFileType => (Http::BAD_REQUEST, "INVALID_FILE_TYPE", "Send a PNG, JPEG, GIF or WebP picture."),
            Self::LimitFileSize => (Http::PAYLOAD_TOO_LARGE, "LIMIT_FILE_SIZE", "The file is too large."),
            Self::LimitFileCount => (Http::BAD_REQUEST, "LIMIT_FILE_COUNT", "Too many files."),
            Self::ForeignOrigin => {
                (Http::FORBIDDEN, "FOREIGN_ORIGIN", "This origin is not allowed; see --allow-origin.")
            }
            Self::NotFound => (Http::NOT_FOUND, "NOT_FOUND", "There is no such resource."),
            Self::MethodNotAllowed => (Http::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "There is no such method here."),
            Self::Internal => (Http::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "The server has a fault."),
        }
    }

    /// Stable code of the protocol.
    pub fn code(self) -> &'static str {
        self.parts().1
    }
}

impl IntoResponse for V3Error {
    fn into_response(self) -> Response {
        let (status, code, message) = self.parts();
        (status, Json(json!({ "status": { "code": code, "message": message } }))).into_response()
    }
}

impl From<ChatError> for V3Error {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::UnknownChat => Self::InvalidSession,
            ChatError::UnknownUser | ChatError::WrongKey => Self::AuthenticationRequired,
            ChatError::Ended | ChatError::Silent => Self::SessionEnded,
            ChatError::MessageTooLong | ChatError::MessageEmpty => Self::InvalidMessage,
            ChatError::File(fault) => match fault {
                FileFault::TooMany(_) | FileFault::TooManyDownloads(_) => Self::LimitFileCount,
                FileFault::TooLarge(_) => Self::LimitFileSize,
                FileFault::Unknown => Self::NotFound,
                FileFault::TypeRefused(_) | FileFault::NeedsAgent | FileFault::DeleteRefused => Self::InvalidFileType,
            },
            _ => Self::Internal,
        }
    }
}

impl From<StoreError> for V3Error {
    fn from(_: StoreError) -> Self {
        Self::Internal
    }
}

impl From<NoRandomness> for V3Error {
    fn from(_: NoRandomness) -> Self {
        Self::Internal
    }
}
