//! Cross-origin rules of GMS (backend 1.7): an allow-list that is echoed, never `*`; answers are never cached.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    CACHE_CONTROL, EXPIRES, ORIGIN, PRAGMA, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Gms;
use super::error::GmsError;

const METHODS: HeaderValue = HeaderValue::from_static("POST, GET, OPTIONS");
const HEADERS: HeaderValue =
    HeaderValue::from_static("Content-Type, apikey, Authorization, gms_user, X-Requested-With");

/// Lets listed origins and callers without an origin (no browser) in, answers preflights, and marks every answer as not
/// to be cached.
pub(super) async fn guard(State(gms): State<Arc<Gms>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    let allowed = origin
        .as_ref()
        .filter(|origin| origin.to_str().is_ok_and(|origin| gms.config.allowed.find(origin).is_some()))
        .cloned();
    let preflight = request.method() == Method::OPTIONS;
    let mut response = match (&origin, &allowed) {
        // A foreign page's simple request would reach the chat even though the page could not read the answer.
        (Some(_), None) => GmsError::ForeignOrigin.into_response(),
        _ if preflight => StatusCode::NO_CONTENT.into_response(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    if let Some(allowed) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        if preflight {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
    }
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(EXPIRES, HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
