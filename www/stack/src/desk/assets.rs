//! The files of the desk's page, embedded in the binary.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

const PAGE: &str = include_str!("../../desk/index.html");

const FILES: &[(&str, &str)] = &[
    ("desk.css", include_str!("../../desk/desk.css")),
    ("layout.css", include_str!("../../desk/layout.css")),
    ("app.js", include_str!("../../desk/app.js")),
    ("api.js", include_str!("../../desk/api.js")),
    ("dom.js", include_str!("../../desk/dom.js")),
    ("state.js", include_str!("../../desk/state.js")),
    ("microapp.js", include_str!("../../desk/microapp.js")),
    ("chat-list.js", include_str!("../../desk/chat-list.js")),
    ("transcript.js", include_str!("../../desk/transcript.js")),
    ("composer.js", include_str!("../../desk/composer.js")),
    ("case.js", include_str!("../../desk/case.js")),
    ("head.js", include_str!("../../desk/head.js")),
    ("responses.js", include_str!("../../desk/responses.js")),
    ("team.js", include_str!("../../desk/team.js")),
];

/// The page.
pub(super) fn page() -> Response {
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], PAGE).into_response()
}

/// A file the page needs.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    let Some((name, text)) = FILES.iter().find(|(file, _)| *file == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = if name.ends_with(".css") { "text/css; charset=utf-8" } else { "text/javascript; charset=utf-8" };
    ([(CONTENT_TYPE, kind)], *text).into_response()
}
