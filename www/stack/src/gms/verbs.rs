//! The verbs of chat API v2 (backend 1.2).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::envelope::Envelope;
use super::error::GmsError;
use super::form::Form;
use super::start::request;
use super::{Gms, v1};
use crate::chat_server::client::{ClientAction, Credentials, Joined};

/// Start of a chat.
pub(super) async fn start(State(gms): State<Arc<Gms>>, Path(service): Path<String>, form: Form) -> Response {
    begin(&gms, service, &form)
        .map_or_else(IntoResponse::into_response, |(_, envelope)| envelope.respond(StatusCode::OK))
}

/// Every later call: `{chatId}/{verb}`.
pub(super) async fn act(
    State(gms): State<Arc<Gms>>,
    Path((service, chat_id, verb)): Path<(String, String, String)>,
    form: Form,
) -> Response {
    let action = match action(&verb, &form) {
        Some(Ok(action)) => action,
        Some(Err(error)) => return error.into_response(),
        None => return StatusCode::NOT_FOUND.into_response(),
    };
    let answer = gms.check_service(&service).and_then(|()| {
        let credentials = credentials(&form)?;
        let view = gms.chat.act(&chat_id, credentials, action, form.position())?;
        Ok(Envelope::done(&chat_id, credentials, gms.chat.alias(), view))
    });
    answer.map_or_else(IntoResponse::into_response, |envelope| envelope.respond(StatusCode::OK))
}

/// Starts a chat and answers as for any call.
pub(super) fn begin(gms: &Gms, service: String, form: &Form) -> Result<(Joined, Envelope), GmsError> {
    gms.check_service(&service)?;
    let mut start = request(gms, service, form)?;
    let way = v1::arrives(gms, &mut start);
    let joined = gms.chat.start_for(start, |chat_id, _| way.keep(chat_id))?;
    way.go(&joined.chat_id);
    let credentials = Credentials { user_id: &joined.user_id, secure_key: &joined.secure_key };
    // The widget ignores the messages of this answer and asks again from 1, so they are read like any others.
    let view = gms.chat.act(&joined.chat_id, credentials, ClientAction::Refresh { preview: String::new() }, Some(1))?;
    let envelope = Envelope::done(&joined.chat_id, credentials, gms.chat.alias(), view);
    Ok((joined, envelope))
}

/// User id and key of a call.
pub(super) fn credentials(form: &Form) -> Result<Credentials<'_>, GmsError> {
    match (form.some("userId"), form.some("secureKey")) {
        (Some(user_id), Some(secure_key)) => Ok(Credentials { user_id, secure_key }),
        _ => Err(GmsError::CredentialsMissing),
    }
}

/// The action a verb stands for; `None` for a verb that does not exist.
pub(super) fn action(verb: &str, form: &Form) -> Option<Result<ClientAction, GmsError>> {
    let preview = || form.get("message").to_owned();
    Some(Ok(match verb {
        "refresh" => ClientAction::Refresh { preview: preview() },
        "startTyping" => ClientAction::Typing { on: true, preview: preview() },
        "stopTyping" => ClientAction::Typing { on: false, preview: preview() },
        "updateData" => ClientAction::UpdateData(form.user_data()),
        "pushUrl" => ClientAction::PushUrl(form.some("pushUrl").unwrap_or(form.get("message")).to_owned()),
        "readReceipt" => {
            ClientAction::ReadReceipt(form.position().and_then(|index| u64::try_from(index).ok()).unwrap_or(0))
        }
        "updateNickname" => ClientAction::UpdateNickname(form.get("nickname").to_owned()),
        "disconnect" => ClientAction::Disconnect,
        "send" | "customNotice" => {
            let attributes = match attributes(form) {
                Ok(attributes) => attributes,
                Err(error) => return Some(Err(error)),
            };
            if verb == "send" {
                let message_type = form.some("messageType").map(ToOwned::to_owned);
                ClientAction::Send { text: preview(), message_type, attributes }
            } else {
                ClientAction::Notice { text: form.some("message").map(ToOwned::to_owned), attributes }
            }
        }
        _ => return None,
    }))
}

/// `eventAttributes`: one field that holds a JSON object (backend 1.1).
fn attributes(form: &Form) -> Result<Option<serde_json::Value>, GmsError> {
    match form.some("eventAttributes") {
        None => Ok(None),
        Some(text) => match serde_json::from_str(text) {
            Ok(value @ serde_json::Value::Object(_)) => Ok(Some(value)),
            _ => Err(GmsError::BadAttributes),
        },
    }
}
