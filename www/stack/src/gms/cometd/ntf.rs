//! `/genesys/2/chat-ntf`: files of chats over CometD, by HTTP (backend 1.8).

use std::sync::Arc;

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::Gms;
use super::super::error::GmsError;
use super::super::files as rest;
use super::super::form::Form;
use super::cookie;
use crate::chat_server::client::Credentials;
use crate::cookies;

/// `operation` is `fileUpload`, `fileGetLimits`, `fileDownload` or `fileDelete`; the chat is that of the key.
pub(in super::super) async fn files(State(gms): State<Arc<Gms>>, request: Request) -> Response {
    if !gms.config.flags.enable_notification_mode {
        return GmsError::NotificationModeOff.into_response();
    }
    let browser = cookies::named(request.headers(), cookie::NAME).next().map(ToOwned::to_owned);
    let form = match Form::from_request(request, &()).await {
        Ok(form) => form,
        Err(error) => return error.into_response(),
    };
    operate(&gms, browser.as_deref(), &form).unwrap_or_else(IntoResponse::into_response)
}

fn operate(gms: &Gms, browser: Option<&str>, form: &Form) -> Result<Response, GmsError> {
    let secure_key = form.some("secureKey").ok_or(GmsError::CredentialsMissing)?;
    let (chat_id, user_id) = chat_of(gms, browser, secure_key).ok_or(GmsError::CredentialsMissing)?;
    let credentials = Credentials { user_id: &user_id, secure_key };
    let envelope = match form.get("operation") {
        "fileUpload" => rest::store(gms, &chat_id, credentials, form)?,
        "fileGetLimits" => rest::tell_limits(gms, &chat_id, credentials)?,
        "fileDownload" => return rest::fetch(gms, &chat_id, credentials, form.get("fileId")),
        "fileDelete" => rest::remove(gms, &chat_id, credentials, form.get("fileId"), form)?,
        _ => return Err(GmsError::UnknownOperation),
    };
    Ok(envelope.respond(StatusCode::OK))
}

/// The chat of this key, of a client of this browser; of a client over WebSocket, which has no cookie, by the key alone.
fn chat_of(gms: &Gms, browser: Option<&str>, secure_key: &str) -> Option<(String, String)> {
    gms.clients.all().iter().find_map(|client| {
        let own = client.browser.is_empty() || browser == Some(client.browser.as_str());
        let links = client.links();
        let link = links.iter().find(|link| own && link.secure_key == secure_key)?;
        Some((link.chat_id.clone(), link.user_id.clone()))
    })
}
