//! Faults of GMS and how they are told (backend 1.5).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::envelope::{Envelope, Fault};
use crate::chat_server::{ChatError, MESSAGE_LIMIT_BYTES};

/// Why a call was refused.
#[derive(Debug)]
pub(super) enum GmsError {
    /// 102: only the last name was given.
    FirstNameMissing,
    /// 103: only the first name was given.
    LastNameMissing,
    /// 161: no name at all.
    NameMissing,
    /// 306: no such service.
    UnknownService,
    /// 401: user id or key was not sent. Never treated as a wrong key, which would cost the party its chat.
    CredentialsMissing,
    /// 403: the page's origin is not allowed.
    ForeignOrigin,
    /// `eventAttributes` is no JSON object.
    BadAttributes,
    /// The Chat Server refused.
    Chat(ChatError),
}

impl From<ChatError> for GmsError {
    fn from(error: ChatError) -> Self {
        Self::Chat(error)
    }
}

impl GmsError {
    /// HTTP status, statusCode, error number, whether the chat is over for this client, advice.
    fn parts(&self) -> (StatusCode, u8, u16, bool, String) {
        let invalid = |code, advice: &str| (StatusCode::BAD_REQUEST, 2, code, false, advice.to_owned());
        match self {
            Self::FirstNameMissing => invalid(102, "Send firstName, or nickname."),
            Self::LastNameMissing => invalid(103, "Send lastName, or nickname."),
            Self::NameMissing => invalid(161, "Send nickname, or firstName and lastName."),
            Self::UnknownService => invalid(306, "There is no such chat service."),
            Self::CredentialsMissing => invalid(401, "Send userId and secureKey."),
            Self::ForeignOrigin => {
                (StatusCode::FORBIDDEN, 2, 403, false, "This origin is not allowed; see --allow-origin.".to_owned())
            }
            Self::BadAttributes => invalid(404, "eventAttributes must be a JSON object."),
            Self::Chat(error) => match error {
                ChatError::MessageTooLong => invalid(204, &MESSAGE_LIMIT_BYTES.to_string()),
                ChatError::MessageEmpty => invalid(182, "Send message."),
                ChatError::WrongKey => (StatusCode::OK, 2, 8210, true, error.to_string()),
                ChatError::UnknownChat | ChatError::UnknownUser | ChatError::Ended => {
                    (StatusCode::OK, 2, 8201, true, error.to_string())
                }
                // Faults of ours may pass: the client repeats the call (statusCode 1).
                _ => (StatusCode::OK, 1, 500, false, "The server has a fault; try again.".to_owned()),
            },
        }
    }
}

impl IntoResponse for GmsError {
    fn into_response(self) -> Response {
        let (status, status_code, code, chat_ended, advice) = self.parts();
        let errors = vec![Fault { code, advice }];
        let envelope =
            Envelope { status_code, session: None, messages: Vec::new(), next_position: None, chat_ended, errors };
        envelope.respond(status)
    }
}
