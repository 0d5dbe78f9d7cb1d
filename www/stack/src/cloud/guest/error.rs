//! What the Guest Chat API refuses, in its shape (transports 2.3).

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::chat_server::ChatError;
use crate::random::{self, NoRandomness};
use crate::store::StoreError;

/// A refusal or fault. Texts name the fault, never a token or what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuestError {
    /// The body is no JSON, or too long.
    BadRequest,
    /// A field or query value is of no use; names it.
    InvalidValue(&'static str),
    /// The event stream was never connected, or the conversation is over.
    ConversationState,
    /// The member is no longer connected.
    MemberState,
    /// There is no such queue.
    InvalidQueue,
    /// The routing target is incomplete or of another kind.
    RoutingTarget,
    /// The deployment is switched off.
    DeploymentDisabled,
    /// The deployment is for guests who have signed in.
    DeploymentNeedsAuth,
    /// The `memberAuthToken` is not good.
    DeploymentBadAuth,
    /// No token was sent.
    AuthenticationRequired,
    /// The token is not good.
    BadCredentials,
    /// The token was good.
    CredentialsExpired,
    /// The token is another conversation's, or another member would be needed.
    NotAuthorized,
    /// The page's origin is not allowed.
    ForeignOrigin,
    /// There is no such resource.
    NotFound,
    /// The resource knows no such method.
    MethodNotAllowed,
    /// The body is of another type than JSON.
    UnsupportedMediaType,
    /// Too many messages; may be repeated after so many seconds.
    TooManyRequests(u32),
    /// This server has a fault.
    Internal,
}

impl GuestError {
    fn parts(self) -> (StatusCode, &'static str, String) {
        use StatusCode as Http;
        let (status, code, text) = match self {
            Self::BadRequest => (Http::BAD_REQUEST, "bad.request", "The request could not be understood."),
            Self::InvalidValue(field) => {
                return (Http::BAD_REQUEST, "invalid.value", format!("The value of {field} cannot be used."));
            }
            Self::ConversationState => (Http::BAD_REQUEST, "chat.error.conversation.state", "Conversation State"),
            Self::MemberState => (Http::BAD_REQUEST, "chat.error.member.state", "The member is not connected."),
            Self::InvalidQueue => (Http::BAD_REQUEST, "chat.error.invalid.queue", "There is no such queue."),
            Self::RoutingTarget => (
                Http::BAD_REQUEST,
                "chat.error.createconversationrequest.routingtarget",
                "The routing target needs targetType QUEUE, the queue's name, and a priority of 0 to 10 if any.",
            ),
            Self::DeploymentDisabled => {
                (Http::BAD_REQUEST, "chat.deployment.disabled", "This deployment is switched off.")
            }
            Self::DeploymentNeedsAuth => {
                (Http::BAD_REQUEST, "chat.deployment.require.auth", "This deployment needs a memberAuthToken.")
            }
            Self::DeploymentBadAuth => {
                (Http::BAD_REQUEST, "chat.deployment.bad.auth", "The memberAuthToken is not good.")
            }
            Self::AuthenticationRequired => {
                (Http::UNAUTHORIZED, "authentication.required", "Send Authorization: Bearer and the jwt.")
            }
            Self::BadCredentials => (Http::UNAUTHORIZED, "bad.credentials", "The token is not good."),
            Self::CredentialsExpired => (Http::UNAUTHORIZED, "credentials.expired", "The token has expired."),
            Self::NotAuthorized => (Http::FORBIDDEN, "not.authorized", "The token does not open this."),
            Self::ForeignOrigin => {
                (Http::FORBIDDEN, "not.authorized", "This origin is not allowed; see --allow-origin.")
            }
            Self::NotFound => (Http::NOT_FOUND, "not.found", "There is no such resource."),
            Self::MethodNotAllowed => (Http::METHOD_NOT_ALLOWED, "method.not.allowed", "There is no such method here."),
            Self::UnsupportedMediaType => {
                (Http::UNSUPPORTED_MEDIA_TYPE, "unsupported.media.type", "Send application/json.")
            }
            Self::TooManyRequests(seconds) => {
                let text = format!(
                    "Rate limit exceeded: {} messages a minute. Retry in [{seconds}] seconds.",
                    super::limit::PER_MINUTE
                );
                return (Http::TOO_MANY_REQUESTS, "too.many.requests", text);
            }
            Self::Internal => (Http::INTERNAL_SERVER_ERROR, "internal.server.error", "The server has a fault."),
        };
        (status, code, text.to_owned())
    }

    /// Stable code of the protocol.
    pub fn code(self) -> &'static str {
        self.parts().1
    }

    fn params(self) -> Value {
        match self {
            Self::ConversationState => json!({ "message": "The conversation is not active" }),
            Self::InvalidValue(field) => json!({ "fieldName": field }),
            Self::TooManyRequests(seconds) => json!({ "seconds": seconds.to_string() }),
            _ => json!({}),
        }
    }
}

impl IntoResponse for GuestError {
    fn into_response(self) -> Response {
        let (status, code, message) = self.parts();
        let context = random::uuid().unwrap_or_default();
        let details = match self {
            Self::InvalidValue(field) => json!([{ "errorCode": code, "fieldName": field }]),
            _ => json!([]),
        };
        let mut body = json!({
            "message": message,
            "code": code,
            "status": status.as_u16(),
            "messageWithParams": message,
            "messageParams": self.params(),
            "contextId": context,
            "details": details,
            "errors": [],
        });
        if let (Self::TooManyRequests(_), Some(body)) = (self, body.as_object_mut()) {
            let limit =
                json!({ "key": "messages.per.minute", "namespace": "webchat", "value": super::limit::PER_MINUTE });
            body.insert("limit".to_owned(), limit);
        }
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        if let Ok(context) = HeaderValue::from_str(&context) {
            headers.insert(HeaderName::from_static("inin-correlation-id"), context);
        }
        if let Self::TooManyRequests(seconds) = self {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<ChatError> for GuestError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::UnknownChat => Self::NotFound,
            ChatError::UnknownUser | ChatError::Silent => Self::MemberState,
            ChatError::WrongKey => Self::BadCredentials,
            ChatError::Ended => Self::ConversationState,
            ChatError::MessageTooLong | ChatError::MessageEmpty => Self::InvalidValue("body"),
            _ => Self::Internal,
        }
    }
}

impl From<StoreError> for GuestError {
    fn from(_: StoreError) -> Self {
        Self::Internal
    }
}

impl From<NoRandomness> for GuestError {
    fn from(_: NoRandomness) -> Self {
        Self::Internal
    }
}
