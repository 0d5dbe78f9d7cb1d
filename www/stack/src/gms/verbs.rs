//! The verbs of chat API v2 (backend 1.2).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::Gms;
use super::envelope::{Envelope, SessionFields};
use super::error::GmsError;
use super::form::Form;
use crate::chat_server::flex::{ClientAction, Credentials, StartChat, View};
use crate::interaction_server::AttachedData;

/// Start of a chat.
pub(super) async fn start(State(gms): State<Arc<Gms>>, Path(service): Path<String>, body: Bytes) -> Response {
    begin(&gms, service, &Form::parse(&body)).unwrap_or_else(IntoResponse::into_response)
}

/// Every later call: `{chatId}/{verb}`.
pub(super) async fn act(
    State(gms): State<Arc<Gms>>,
    Path((service, chat_id, verb)): Path<(String, String, String)>,
    body: Bytes,
) -> Response {
    let form = Form::parse(&body);
    let action = match action(&verb, &form) {
        Some(Ok(action)) => action,
        Some(Err(error)) => return error.into_response(),
        None => return StatusCode::NOT_FOUND.into_response(),
    };
    go_on(&gms, &service, &chat_id, &form, action).unwrap_or_else(IntoResponse::into_response)
}

fn nickname(form: &Form) -> Result<String, GmsError> {
    match (form.some("nickname"), form.some("firstName"), form.some("lastName")) {
        (Some(nickname), _, _) => Ok(nickname.to_owned()),
        (None, Some(first), Some(last)) => Ok(format!("{first} {last}")),
        (None, Some(_), None) => Err(GmsError::LastNameMissing),
        (None, None, Some(_)) => Err(GmsError::FirstNameMissing),
        (None, None, None) => Err(GmsError::NameMissing),
    }
}

/// What goes into attached data: the form's `userData` and the fields that describe the customer.
fn attached_data(form: &Form) -> AttachedData {
    let mut data = form.user_data();
    let described = [
        ("firstName", "FirstName"),
        ("lastName", "LastName"),
        ("emailAddress", "EmailAddress"),
        ("subject", "Subject"),
    ];
    for (field, key) in described {
        if let Some(value) = form.some(field) {
            data.insert(key.to_owned(), value.to_owned());
        }
    }
    data
}

fn begin(gms: &Gms, service: String, form: &Form) -> Result<Response, GmsError> {
    if service != gms.config.service {
        return Err(GmsError::UnknownService);
    }
    let joined = gms.chat.start(StartChat {
        service,
        nickname: nickname(form)?,
        subject: form.get("subject").to_owned(),
        text: form.get("text").to_owned(),
        user_data: attached_data(form),
    })?;
    let credentials = Credentials { user_id: &joined.user_id, secure_key: &joined.secure_key };
    // The widget ignores the messages of this answer and asks again from 1, so they are read like any others.
    let view = gms.chat.act(&joined.chat_id, credentials, ClientAction::Refresh { preview: String::new() }, Some(1))?;
    Ok(answer(gms, &joined.chat_id, credentials, view))
}

fn go_on(gms: &Gms, service: &str, chat_id: &str, form: &Form, action: ClientAction) -> Result<Response, GmsError> {
    if service != gms.config.service {
        return Err(GmsError::UnknownService);
    }
    let (Some(user_id), Some(secure_key)) = (form.some("userId"), form.some("secureKey")) else {
        return Err(GmsError::CredentialsMissing);
    };
    let credentials = Credentials { user_id, secure_key };
    let view = gms.chat.act(chat_id, credentials, action, form.position())?;
    Ok(answer(gms, chat_id, credentials, view))
}

/// The action a verb stands for; `None` for a verb that does not exist.
fn action(verb: &str, form: &Form) -> Option<Result<ClientAction, GmsError>> {
    let preview = || form.get("message").to_owned();
    Some(Ok(match verb {
        "refresh" => ClientAction::Refresh { preview: preview() },
        "startTyping" => ClientAction::Typing { on: true, preview: preview() },
        "stopTyping" => ClientAction::Typing { on: false, preview: preview() },
        "updateData" => ClientAction::UpdateData(form.user_data()),
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

fn answer(gms: &Gms, chat_id: &str, credentials: Credentials<'_>, view: View) -> Response {
    let session = SessionFields {
        chat_id: chat_id.to_owned(),
        user_id: credentials.user_id.to_owned(),
        // Checked a moment ago, so the caller's key is the party's key; the server itself keeps none.
        secure_key: credentials.secure_key.to_owned(),
        alias: gms.chat.alias().to_owned(),
    };
    let envelope = Envelope {
        status_code: 0,
        session: Some(session),
        messages: view.entries.into_iter().map(Into::into).collect(),
        next_position: Some(view.next_position),
        chat_ended: view.ended,
        errors: Vec::new(),
    };
    envelope.respond(StatusCode::OK)
}
