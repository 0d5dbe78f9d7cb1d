//! Who gets into GMS: an allow-list of origins that is echoed, never `*`, and the operator's key (backend 1.7). Answers are
//! never cached.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, EXPIRES, ORIGIN, PRAGMA, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::GmsError;
use super::{Gms, v1};

const METHODS: HeaderValue = HeaderValue::from_static("POST, GET, OPTIONS");
/// API v1 changes and deletes callbacks as well.
const METHODS_OF_V1: HeaderValue = HeaderValue::from_static("POST, GET, PUT, DELETE, OPTIONS");
const HEADERS: HeaderValue =
    HeaderValue::from_static("Content-Type, apikey, Authorization, gms_user, X-Requested-With");
/// Header and query parameter of the operator's key.
pub(crate) const API_KEY: &str = "apikey";

/// Lets listed origins and callers without an origin (no browser) in, answers preflights, and marks every answer as not
/// to be cached.
pub(super) async fn guard(State(gms): State<Arc<Gms>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    let allowed = origin
        .as_ref()
        .filter(|origin| origin.to_str().is_ok_and(|origin| gms.config.allowed.find(origin).is_some()))
        .cloned();
    let preflight = request.method() == Method::OPTIONS;
    let methods = if request.uri().path().starts_with(v1::PREFIX) { METHODS_OF_V1 } else { METHODS };
    let mut response = match (&origin, &allowed) {
        // A foreign page's simple request would reach the chat even though the page could not read the answer.
        (Some(_), None) => GmsError::ForeignOrigin.into_response(),
        _ if preflight => StatusCode::NO_CONTENT.into_response(),
        _ if !has_key(&gms, &request) => GmsError::BadApiKey.into_response(),
        _ => next.run(request).await,
    };
    if allowed.is_some() && preflight {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    readable(response, allowed)
}

/// An answer that pages of this origin may read, if there is one, and that nobody keeps.
pub(crate) fn readable(mut response: Response, allowed: Option<HeaderValue>) -> Response {
    let headers = response.headers_mut();
    if let Some(allowed) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        // CometD needs its cookie, and a page may set `xhrFields`; the origin is a listed one, never `*`.
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(EXPIRES, HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Whether the operator's key came along, if there is one. A WebSocket and a form that fetches a file can send no header;
/// they have it in the address.
fn has_key(gms: &Gms, request: &Request) -> bool {
    let Some(key) = &gms.api_key else { return true };
    let query = request.uri().query().unwrap_or_default();
    let in_query = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == API_KEY);
    match request.headers().get(API_KEY) {
        Some(sent) => sent.to_str().is_ok_and(|sent| key.matches(sent)),
        None => in_query.is_some_and(|(_, sent)| key.matches(&sent)),
    }
}
