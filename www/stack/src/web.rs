//! Answers that several servers give.

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::chat_server::files::Download;

/// A file to be saved. It is never shown by the browser in this server's origin, whatever its sender called it.
pub(crate) fn attachment(file: Download) -> Response {
    let plain: String = file.name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let encoded: String = form_urlencoded::byte_serialize(file.name.as_bytes()).collect();
    // Form encoding differs from the header's only in the space.
    let encoded = encoded.replace('+', "%20");
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let octets = HeaderValue::from_static("application/octet-stream");
    let kind = HeaderValue::from_str(&file.media_type).unwrap_or_else(|_| octets.clone());
    let disposition = HeaderValue::from_str(&disposition).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, disposition)], file.content).into_response()
}
