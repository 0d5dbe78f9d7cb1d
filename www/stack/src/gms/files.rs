//! Files of chat API v2: `file`, `file/limits`, `file/{id}/download`, `file/{id}/delete` (backend 1.2 and 1.6).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::Gms;
use super::envelope::{Envelope, Message};
use super::error::GmsError;
use super::form::Form;
use super::verbs::credentials;
use crate::chat_server::client::Credentials;
use crate::chat_server::files::Upload;
use crate::interaction_server::AttachedData;
use crate::web::attachment;

fn answer(result: Result<Envelope, GmsError>) -> Response {
    result.map_or_else(IntoResponse::into_response, |envelope| envelope.respond(StatusCode::OK))
}

/// `{chatId}/file`.
pub(super) async fn upload(
    State(gms): State<Arc<Gms>>,
    Path((service, chat_id)): Path<(String, String)>,
    form: Form,
) -> Response {
    answer(gms.check_service(&service).and_then(|()| store(&gms, &chat_id, credentials(&form)?, &form)))
}

/// `{chatId}/file/limits`.
pub(super) async fn limits(
    State(gms): State<Arc<Gms>>,
    Path((service, chat_id)): Path<(String, String)>,
    form: Form,
) -> Response {
    answer(gms.check_service(&service).and_then(|()| tell_limits(&gms, &chat_id, credentials(&form)?)))
}

/// `{chatId}/file/{fileId}/download`.
pub(super) async fn download(
    State(gms): State<Arc<Gms>>,
    Path((service, chat_id, file_id)): Path<(String, String, String)>,
    form: Form,
) -> Response {
    let file = gms.check_service(&service).and_then(|()| fetch(&gms, &chat_id, credentials(&form)?, &file_id));
    file.unwrap_or_else(IntoResponse::into_response)
}

/// `{chatId}/file/{fileId}/delete`.
pub(super) async fn delete(
    State(gms): State<Arc<Gms>>,
    Path((service, chat_id, file_id)): Path<(String, String, String)>,
    form: Form,
) -> Response {
    answer(gms.check_service(&service).and_then(|()| remove(&gms, &chat_id, credentials(&form)?, &file_id, &form)))
}

/// Takes the file of a form; the answer has its id.
pub(super) fn store(gms: &Gms, chat_id: &str, credentials: Credentials<'_>, form: &Form) -> Result<Envelope, GmsError> {
    let file = form.file().ok_or(GmsError::FileMissing)?;
    let upload = Upload { name: &file.name, media_type: &file.media_type, content: &file.content };
    let (id, view) = gms.chat.client_upload(chat_id, credentials, upload, form.position())?;
    let mut envelope = Envelope::done(chat_id, credentials, gms.chat.alias(), view);
    envelope.user_data = AttachedData::from([("file-id".to_owned(), id)]);
    Ok(envelope)
}

/// The limits, as the data of one message.
pub(super) fn tell_limits(gms: &Gms, chat_id: &str, credentials: Credentials<'_>) -> Result<Envelope, GmsError> {
    let limits = gms.chat.client_file_limits(chat_id, credentials)?;
    let view = gms.chat.read_transcript(chat_id, credentials, None)?;
    let mut envelope = Envelope::done(chat_id, credentials, gms.chat.alias(), view);
    envelope.messages = vec![Message::of_server(limits)];
    Ok(envelope)
}

/// A file, as one to be saved.
pub(super) fn fetch(
    gms: &Gms,
    chat_id: &str,
    credentials: Credentials<'_>,
    file_id: &str,
) -> Result<Response, GmsError> {
    Ok(attachment(gms.chat.client_download(chat_id, credentials, file_id)?))
}

/// Takes a file back.
pub(super) fn remove(
    gms: &Gms,
    chat_id: &str,
    credentials: Credentials<'_>,
    file_id: &str,
    form: &Form,
) -> Result<Envelope, GmsError> {
    let view = gms.chat.client_delete_file(chat_id, credentials, file_id, form.position())?;
    Ok(Envelope::done(chat_id, credentials, gms.chat.alias(), view))
}
