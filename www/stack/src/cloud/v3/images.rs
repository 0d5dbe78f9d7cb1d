//! Pictures (transports 3.2, 3.3): files of the chat that this protocol shows in messages. The answer to an upload is ours.

use std::sync::Arc;

use axum::Json;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::V3;
use super::answer::done;
use super::error::V3Error;
use crate::chat_server::files::Upload;

/// Types of pictures, by the ending that a name gets; the first ending of a type is the one that is added.
const ENDINGS: [(&str, &str); 5] = [
    (".png", "image/png"),
    (".jpg", "image/jpeg"),
    (".jpeg", "image/jpeg"),
    (".gif", "image/gif"),
    (".webp", "image/webp"),
];

/// The type of a picture by its name, `None` for what this protocol cannot show.
fn by_name(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    ENDINGS.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, mime)| mime)
}

/// The type of a picture by its first bytes: what a client calls it is not believed.
fn by_bytes(bytes: &[u8]) -> Option<&'static str> {
    let webp = bytes.get(8..12) == Some(b"WEBP");
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', ..] if webp => Some("image/webp"),
        _ => None,
    }
}

/// `content` of the message that shows a file, if it is a picture. Clients append its path to the base without `/sessions`.
pub(super) fn content(session: &str, id: &str, name: &str) -> Option<Value> {
    let mime = by_name(name)?;
    Some(json!([{ "type": "image", "mime": mime, "url": format!("/sessions/{session}/images/{id}") }]))
}

struct Parts {
    operation: Option<String>,
    name: String,
    bytes: Vec<u8>,
}

async fn read(mut parts: Multipart) -> Result<Parts, V3Error> {
    let (mut operation, mut file) = (None, None);
    while let Some(part) = parts.next_field().await.map_err(fault)? {
        match part.name() {
            Some("operationId") => operation = Some(part.text().await.map_err(fault)?),
            Some("file") if file.is_some() => return Err(V3Error::LimitFileCount),
            Some("file") => {
                let name = part.file_name().unwrap_or_default().to_owned();
                file = Some((name, part.bytes().await.map_err(fault)?));
            }
            _ => {}
        }
    }
    let (name, bytes) = file.ok_or(V3Error::InvalidRequest)?;
    Ok(Parts { operation, name, bytes: bytes.to_vec() })
}

fn fault(error: MultipartError) -> V3Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { V3Error::LimitFileSize } else { V3Error::InvalidRequest }
}

/// `POST …/images`: one picture, which becomes a message.
pub(super) async fn upload(
    State(v3): State<Arc<V3>>,
    Path(session): Path<String>,
    headers: HeaderMap,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Json<Value>, V3Error> {
    let caller = v3.caller(&headers, &session)?;
    let Parts { operation, mut name, bytes } = read(parts.map_err(|_| V3Error::InvalidRequest)?).await?;
    let mime = by_bytes(&bytes).ok_or(V3Error::InvalidFileType)?;
    if by_name(&name) != Some(mime) {
        // The name says what it is, for whoever saves it, and for the message.
        name.extend(ENDINGS.into_iter().find(|(_, known)| *known == mime).map(|(ending, _)| ending));
    }
    let upload = Upload { name: &name, media_type: mime, content: &bytes };
    let (id, _) = v3.chat.client_upload(&session, caller.credentials(), upload, None)?;
    let content = content(&session, &id, &name);
    Ok(done(operation.as_deref(), content.map(|content| json!({ "content": content }))))
}

/// `GET …/images/{id}`: the picture, for whoever has the session's headers, as often as its page is drawn.
pub(super) async fn show(
    State(v3): State<Arc<V3>>,
    Path((session, image)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, V3Error> {
    v3.caller(&headers, &session)?;
    let file = v3.chat.agent_download(&session, &image)?;
    let mime = by_bytes(&file.content).ok_or(V3Error::NotFound)?;
    // Never a page of its own, whatever a browser makes of it.
    let headers = [(CONTENT_TYPE, mime), (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")];
    Ok((headers, file.content).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_by_bytes_and_name() {
        assert_eq!(by_bytes(b"\x89PNG\r\n\x1a\nrest"), Some("image/png"));
        assert_eq!(by_bytes(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(by_bytes(b"GIF89a"), Some("image/gif"));
        assert_eq!(by_bytes(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        for other in [&b""[..], b"<svg", b"RIFF\0\0\0\0WAVE", b"%PDF-"] {
            assert_eq!(by_bytes(other), None);
        }
        assert_eq!(by_name("a.JPEG"), Some("image/jpeg"));
        assert_eq!(by_name("a.png.pdf"), None);
    }
}
