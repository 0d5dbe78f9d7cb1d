//! Faults of GMS and how they are told (backend 1.5).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::envelope::{Envelope, Fault};
use super::flags::Required;
use crate::chat_server::files::FileFault;
use crate::chat_server::{ChatError, MESSAGE_LIMIT_BYTES};
use crate::interaction_server::AttachedData;

/// Why a call was refused.
#[derive(Debug)]
pub(super) enum GmsError {
    /// 102: only the last name was given.
    FirstNameMissing,
    /// 103: only the first name was given.
    LastNameMissing,
    /// 161: no name at all.
    NameMissing,
    /// 104, 181, 182: the operator wants this field.
    FieldMissing(Required),
    /// 364: no e-mail address.
    BadEmail,
    /// 240: no such endpoint, so the chat would reach no queue.
    UnknownEndpoint,
    /// 503: as many chats go on as may.
    Busy,
    /// 306: no such service.
    UnknownService,
    /// 401: user id or key was not sent. Never treated as a wrong key, which would cost the party its chat.
    CredentialsMissing,
    /// 401: the key of the operator's gateway is missing or wrong.
    BadApiKey,
    /// 403: the page's origin is not allowed.
    ForeignOrigin,
    /// 403: notification mode is off.
    NotificationModeOff,
    /// 400: `eventAttributes` is no JSON object.
    BadAttributes,
    /// 400: CometD has no such operation.
    UnknownOperation,
    /// 400: the body cannot be read.
    BadBody,
    /// 202: the body is larger than any that is taken.
    BodyTooLarge,
    /// 400: a file was to be sent, and none came.
    FileMissing,
    /// The Chat Server refused.
    Chat(ChatError),
}

impl From<ChatError> for GmsError {
    fn from(error: ChatError) -> Self {
        Self::Chat(error)
    }
}

/// HTTP status, statusCode, error number, whether the chat is over for this client, advice.
type Parts = (StatusCode, u8, u16, bool, String);

fn invalid(code: u16, advice: &str) -> Parts {
    (StatusCode::BAD_REQUEST, 2, code, false, advice.to_owned())
}

fn refused(status: StatusCode, advice: &str) -> Parts {
    (status, 2, status.as_u16(), false, advice.to_owned())
}

impl GmsError {
    fn parts(&self) -> Parts {
        match self {
            Self::FirstNameMissing => invalid(102, "Send firstName, or nickname."),
            Self::LastNameMissing => invalid(103, "Send lastName, or nickname."),
            Self::NameMissing => invalid(161, "Send nickname, or firstName and lastName."),
            Self::FieldMissing(Required::Subject) => invalid(104, "Send subject."),
            Self::FieldMissing(Required::Email) => invalid(181, "Send emailAddress."),
            Self::FieldMissing(Required::Text) => invalid(182, "Send text."),
            Self::BadEmail => invalid(364, "emailAddress is no e-mail address."),
            Self::UnknownEndpoint => invalid(240, "There is no such endpoint; see --chat-endpoint."),
            Self::Busy => {
                (StatusCode::SERVICE_UNAVAILABLE, 1, 503, false, "As many chats go on as may; try later.".to_owned())
            }
            Self::UnknownService => invalid(306, "There is no such chat service."),
            Self::CredentialsMissing => invalid(401, "Send userId and secureKey."),
            Self::BadApiKey => refused(StatusCode::UNAUTHORIZED, "Send the header apikey."),
            Self::ForeignOrigin => refused(StatusCode::FORBIDDEN, "This origin is not allowed; see --allow-origin."),
            Self::NotificationModeOff => {
                refused(StatusCode::FORBIDDEN, "Notification mode is off; see --enable-notification-mode.")
            }
            Self::BadAttributes => invalid(400, "eventAttributes must be a JSON object."),
            Self::UnknownOperation => invalid(400, "There is no such operation."),
            Self::BadBody => invalid(400, "The body cannot be read."),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, 2, 202, false, "Send less.".to_owned()),
            Self::FileMissing => invalid(400, "Send file, as multipart/form-data."),
            Self::Chat(error) => of_chat(error),
        }
    }

    /// The answer, and its HTTP status.
    pub(super) fn envelope(&self) -> (StatusCode, Envelope) {
        let (status, status_code, code, chat_ended, advice) = self.parts();
        let envelope = Envelope {
            status_code,
            session: None,
            messages: Vec::new(),
            next_position: None,
            chat_ended,
            idle_timer_expire: None,
            monitored: None,
            user_data: AttachedData::new(),
            errors: vec![Fault { code, advice }],
        };
        (status, envelope)
    }
}

fn of_chat(error: &ChatError) -> Parts {
    match error {
        ChatError::MessageTooLong => invalid(204, &MESSAGE_LIMIT_BYTES.to_string()),
        ChatError::MessageEmpty => invalid(182, "Send message."),
        ChatError::BadUrl | ChatError::BadPosition => invalid(400, &error.to_string()),
        ChatError::BadNickname => invalid(161, &error.to_string()),
        ChatError::WrongKey => (StatusCode::OK, 2, 8210, true, error.to_string()),
        ChatError::UnknownChat => (StatusCode::OK, 2, 404, true, error.to_string()),
        ChatError::Silent => (StatusCode::OK, 2, 8209, true, error.to_string()),
        ChatError::UnknownUser | ChatError::Ended => (StatusCode::OK, 2, 8201, true, error.to_string()),
        ChatError::File(fault) => match fault {
            // The widget shows the number in its own words, so it is the whole advice.
            FileFault::TooMany(count) => invalid(201, &count.to_string()),
            FileFault::TooLarge(bytes) => invalid(202, &bytes.to_string()),
            FileFault::TypeRefused(types) => invalid(203, types),
            FileFault::Unknown => refused(StatusCode::NOT_FOUND, &fault.to_string()),
            FileFault::NeedsAgent | FileFault::TooManyDownloads(_) | FileFault::DeleteRefused => {
                refused(StatusCode::FORBIDDEN, &fault.to_string())
            }
        },
        // Faults of ours may pass: the client repeats the call (statusCode 1).
        _ => (StatusCode::OK, 1, 500, false, "The server has a fault; try again.".to_owned()),
    }
}

impl IntoResponse for GmsError {
    fn into_response(self) -> Response {
        let (status, envelope) = self.envelope();
        envelope.respond(status)
    }
}
