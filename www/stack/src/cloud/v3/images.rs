//! Pictures that customers send (transports 3.2, 3.3). Limits and the answer are ours.

use std::sync::Arc;

use axum::Json;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::answer::{IMAGE, done};
use super::error::V3Error;
use super::{Caller, V3};
use crate::chat_server::flex::ClientAction;
use crate::random;
use crate::store::ImageRow;

/// Largest picture, in bytes.
pub(super) const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Longest file name that is shown, in characters.
const MAX_NAME: usize = 100;

/// `POST …/images`: one picture, which becomes a message.
pub(super) async fn upload(
    State(v3): State<Arc<V3>>,
    Path(session): Path<String>,
    headers: HeaderMap,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Json<Value>, V3Error> {
    let caller = v3.caller(&headers, &session)?;
    let upload = read(parts.map_err(|_| V3Error::InvalidRequest)?).await?;
    let mime = kind(&upload.bytes).ok_or(V3Error::InvalidFileType)?;
    let content = v3.keep(&caller, upload.name, mime, upload.bytes)?;
    Ok(done(upload.operation.as_deref(), Some(json!({ "content": [content] }))))
}

struct Upload {
    operation: Option<String>,
    name: String,
    bytes: Vec<u8>,
}

async fn read(mut parts: Multipart) -> Result<Upload, V3Error> {
    let (mut operation, mut file) = (None, None);
    while let Some(part) = parts.next_field().await.map_err(fault)? {
        match part.name() {
            Some("operationId") => operation = Some(part.text().await.map_err(fault)?),
            Some("file") if file.is_some() => return Err(V3Error::LimitFileCount),
            Some("file") => {
                let name: String = part.file_name().unwrap_or_default().chars().take(MAX_NAME).collect();
                file = Some((name, part.bytes().await.map_err(fault)?));
            }
            _ => {}
        }
    }
    let (name, bytes) = file.ok_or(V3Error::InvalidRequest)?;
    if bytes.len() > MAX_BYTES {
        return Err(V3Error::LimitFileSize);
    }
    let name = if name.trim().is_empty() { IMAGE.to_owned() } else { name };
    Ok(Upload { operation, name, bytes: bytes.to_vec() })
}

fn fault(error: MultipartError) -> V3Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { V3Error::LimitFileSize } else { V3Error::InvalidRequest }
}

/// The type of a picture, by its first bytes: what a client calls it is not believed.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    let webp = bytes.get(8..12) == Some(b"WEBP");
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', ..] if webp => Some("image/webp"),
        _ => None,
    }
}

impl V3 {
    /// Keeps a picture and says so in the chat.
    fn keep(&self, caller: &Caller, name: String, mime: &str, bytes: Vec<u8>) -> Result<Value, V3Error> {
        let session = &caller.session.id;
        if self.chat.summary(session)?.ended_at.is_some() {
            return Err(V3Error::SessionEnded);
        }
        let image = ImageRow { id: random::hex_lower::<16>()?, mime: mime.to_owned(), bytes };
        // Clients append this to the base without `/sessions`.
        let url = format!("/sessions/{session}/images/{}", image.id);
        let content = json!({ "type": "image", "mime": mime, "url": url });
        self.store.insert_image(session, &image)?;
        let attributes = Some(json!({ "content": [content] }));
        let action = ClientAction::Send { text: name, message_type: Some(IMAGE.to_owned()), attributes };
        self.chat.act(session, caller.credentials(), action, None)?;
        Ok(content)
    }
}

/// `GET …/images/{id}`: the picture, for whoever has the session's headers.
pub(super) async fn show(
    State(v3): State<Arc<V3>>,
    Path((session, image)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, V3Error> {
    v3.caller(&headers, &session)?;
    let image = v3.store.image(&session, &image)?.ok_or(V3Error::NotFound)?;
    // Never a page of its own, whatever a browser makes of it.
    let headers = [(CONTENT_TYPE, image.mime.as_str()), (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")];
    Ok((headers, image.bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_by_their_bytes() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\nrest"), Some("image/png"));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(kind(b"GIF89a"), Some("image/gif"));
        assert_eq!(kind(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        for other in [&b""[..], b"<svg", b"RIFF\0\0\0\0WAVE", b"%PDF-"] {
            assert_eq!(kind(other), None);
        }
    }
}
