//! Why a MicroApp is not shown: stable codes, HTTP status, words for the customer.

use axum::http::StatusCode;

use super::reach::PATIENCE;
use crate::chat_server::ChatError;

/// A refusal. The customer reads [`Refusal::words`], the page's `data-code` and the audit table carry the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No application has this token.
    TokenUnknown,
    /// The production version was asked for over plain http.
    ProductionNeedsHttps,
    /// `domain` is missing or no origin.
    DomainInvalid,
    /// `domain` may not embed MicroApps.
    DomainNotAllowed,
    /// One of the chat parameters is missing.
    ChatParametersMissing,
    /// `chatMessage` is no MicroApp request.
    RequestMalformed,
    /// `chatMessage` names another token than the address.
    TokenMismatch,
    /// No such chat. Told to the browser as [`Refusal::CREDENTIALS`], so that it cannot be used to find chats.
    ChatUnknown,
    /// No such user; told like [`Refusal::ChatUnknown`].
    UserUnknown,
    /// Wrong secure key; told like [`Refusal::ChatUnknown`].
    KeyWrong,
    /// The chat is over.
    ChatEnded,
    /// The transcript has no such message.
    RequestNotFound,
    /// Only a party that may not start MicroApps wrote that message.
    SenderNotAllowed,
    /// The request is too old.
    RequestStale,
    /// A parameter's value is of no use to the application.
    ParameterInvalid,
    /// Attached data cannot be read, and the settings do not allow to go on without.
    AttachedDataUnavailable,
    /// This request's session is over.
    SessionEnded,
    /// The customer, or the page, has closed it.
    SessionClosed,
    /// A later request took its place.
    SessionReplaced,
    /// The customer has left it alone for too long.
    SessionTimedOut,
    /// There is no such session.
    SessionUnknown,
    /// There is no such ticket, or it has been used.
    TicketUnknown,
    /// The ticket is too old.
    TicketExpired,
    /// The form is not the session's newest.
    FormExpired,
    /// Too many launches came from there that were refused.
    TooManyLaunches,
    /// Chat Server did not answer in time.
    ChatServerUnreached,
    /// So many requests are worked on, or the database is held up so long, that this one would have to wait. Nothing of it is
    /// done.
    ServerBusy,
    /// This server has a fault.
    ServerFault,
}

impl Refusal {
    /// What the browser is told when chat, user or key is wrong.
    pub const CREDENTIALS: &str = "credentials_refused";

    /// Stable code for the audit table.
    pub fn audit_code(self) -> &'static str {
        match self {
            Self::TokenUnknown => "token_unknown",
            Self::ProductionNeedsHttps => "production_needs_https",
            Self::DomainInvalid => "domain_invalid",
            Self::DomainNotAllowed => "domain_not_allowed",
            Self::ChatParametersMissing => "chat_parameters_missing",
            Self::RequestMalformed => "request_malformed",
            Self::TokenMismatch => "token_mismatch",
            Self::ChatUnknown => "chat_unknown",
            Self::UserUnknown => "chat_user_unknown",
            Self::KeyWrong => "chat_key_wrong",
            Self::ChatEnded => "chat_ended",
            Self::RequestNotFound => "request_not_found",
            Self::SenderNotAllowed => "sender_not_allowed",
            Self::RequestStale => "request_stale",
            Self::ParameterInvalid => "parameter_invalid",
            Self::AttachedDataUnavailable => "attached_data_unavailable",
            Self::SessionEnded => "session_ended",
            Self::SessionClosed => "session_closed",
            Self::SessionReplaced => "session_replaced",
            Self::SessionTimedOut => "session_timeout",
            Self::SessionUnknown => "session_unknown",
            Self::TicketUnknown => "ticket_unknown",
            Self::TicketExpired => "ticket_expired",
            Self::FormExpired => "form_expired",
            Self::TooManyLaunches => "too_many_launches",
            Self::ChatServerUnreached => "chat_server_unreached",
            Self::ServerBusy => "server_busy",
            Self::ServerFault => "server_fault",
        }
    }

    /// Stable code for the browser.
    pub fn code(self) -> &'static str {
        match self {
            Self::ChatUnknown | Self::UserUnknown | Self::KeyWrong => Self::CREDENTIALS,
            other => other.audit_code(),
        }
    }

    /// HTTP status of the page.
    pub fn status(self) -> StatusCode {
        match self {
            Self::TokenUnknown | Self::SessionUnknown | Self::TicketUnknown => StatusCode::NOT_FOUND,
            Self::DomainInvalid | Self::ChatParametersMissing | Self::RequestMalformed | Self::TokenMismatch => {
                StatusCode::BAD_REQUEST
            }
            Self::ParameterInvalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::ChatEnded
            | Self::RequestStale
            | Self::SessionEnded
            | Self::SessionClosed
            | Self::SessionReplaced
            | Self::SessionTimedOut
            | Self::TicketExpired => StatusCode::GONE,
            Self::AttachedDataUnavailable | Self::ChatServerUnreached | Self::ServerBusy => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::TooManyLaunches => StatusCode::TOO_MANY_REQUESTS,
            Self::ServerFault => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::FORBIDDEN,
        }
    }

    /// Whether it is what somebody hears who guesses, and so counts against the address it came from.
    pub(super) fn is_guess(self) -> bool {
        matches!(
            self,
            Self::TokenUnknown
                | Self::DomainInvalid
                | Self::DomainNotAllowed
                | Self::ChatParametersMissing
                | Self::RequestMalformed
                | Self::TokenMismatch
                | Self::ChatUnknown
                | Self::UserUnknown
                | Self::KeyWrong
                | Self::RequestNotFound
                | Self::SenderNotAllowed
                | Self::TicketUnknown
        )
    }

    /// Whether another Chat Server may know what this one does not, or has not looked for.
    pub(super) fn is_elsewhere(self) -> bool {
        matches!(self, Self::ChatUnknown | Self::TicketUnknown | Self::SessionUnknown | Self::ServerBusy)
    }

    /// The time in seconds after which the same request may well be taken, where it is the same for all of them.
    pub(super) fn retry_after(self) -> Option<u64> {
        (self == Self::ServerBusy).then_some(PATIENCE.as_secs())
    }

    /// Heading and explanation for the customer.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::SessionEnded => {
                ("This has already been completed", "There is nothing left to do here. You can go on in the chat.")
            }
            Self::SessionClosed => ("This has been closed", "If you still need it, ask in the chat for a new one."),
            Self::SessionReplaced => ("A newer request has taken its place", "Please go on with the newest one."),
            Self::ChatEnded => ("The chat has ended", "Start a new chat if you still need help."),
            Self::SessionTimedOut => (
                "This has timed out",
                "It was left alone for too long. Nothing was charged. If you still need it, ask in the chat for a new one.",
            ),
            Self::RequestStale | Self::TicketExpired => ("This request has expired", "Ask in the chat for a new one."),
            Self::FormExpired => ("This form is out of date", "Load this page again and repeat your last step."),
            Self::TooManyLaunches => {
                ("Please wait a moment", "Too many attempts came from here. Try again in a minute.")
            }
            Self::ServerBusy => (
                "Please wait a moment",
                "There is too much to do here just now. Nothing was charged. Try again in a few seconds.",
            ),
            Self::AttachedDataUnavailable | Self::ChatServerUnreached | Self::ServerFault => {
                ("Something went wrong on our side", "Nothing was charged. Ask in the chat to try again in a moment.")
            }
            _ => (
                "This cannot be opened",
                "The request could not be confirmed with the chat it belongs to. Ask in the chat for a new one.",
            ),
        }
    }
}

impl From<&ChatError> for Refusal {
    fn from(error: &ChatError) -> Self {
        match error {
            ChatError::UnknownChat => Self::ChatUnknown,
            ChatError::UnknownUser | ChatError::Silent => Self::UserUnknown,
            ChatError::WrongKey => Self::KeyWrong,
            ChatError::Ended => Self::ChatEnded,
            _ => Self::ServerFault,
        }
    }
}
