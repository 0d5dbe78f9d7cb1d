//! Files of chats at the desk.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde_json::json;

use super::Desk;
use super::api::DeskError;
use crate::chat_server::files::Upload;
use crate::web::attachment;

/// `PUT /api/chats/{id}/files/{name}`, the file as the body; answers with its id. PUT, because no foreign page can send
/// one without being asked first.
pub(super) async fn upload(
    State(desk): State<Arc<Desk>>,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
    content: Bytes,
) -> Result<Json<serde_json::Value>, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    let media_type =
        headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("application/octet-stream");
    let upload = Upload { name: &name, media_type, content: &content };
    Ok(Json(json!({ "fileId": desk.chat.agent_upload(&id, &agent, upload)? })))
}

/// `GET /api/chats/{id}/files/{fileId}`.
pub(super) async fn download(
    State(desk): State<Arc<Desk>>,
    Path((id, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, DeskError> {
    desk.logins.agent(&headers)?;
    Ok(attachment(desk.chat.agent_download(&id, &file)?))
}
