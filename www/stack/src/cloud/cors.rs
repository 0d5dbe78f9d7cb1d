//! Cross-origin rules of the two servers (transports 2.4, 3.2): an allow-list that is echoed, on errors as well.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONTENT_TYPE, ORIGIN, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

use crate::origins::AllowedOrigins;

/// Who may call one of the servers, and with what.
pub(super) struct Rules {
    /// Origins whose pages may call.
    pub(super) allowed: AllowedOrigins,
    /// Methods, as a preflight is told.
    pub(super) methods: &'static str,
    /// Request headers, as a preflight is told.
    pub(super) headers: &'static str,
    /// What a page of another origin gets, in the server's own shape.
    pub(super) refusal: fn() -> Response,
    /// What stands in the place of a refusal that is not the server's own, such as one of a path that is no text: clients
    /// parse whatever they get (transports 2.3).
    pub(super) malformed: fn() -> Response,
}

/// Puts the rules around a server.
pub(super) fn guard(server: Router, rules: Rules) -> Router {
    server.layer(middleware::from_fn_with_state(Arc::new(rules), apply))
}

/// Lets listed origins and callers without an origin (no browser) in and answers preflights.
async fn apply(State(rules): State<Arc<Rules>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    let known =
        origin.as_ref().is_none_or(|origin| origin.to_str().is_ok_and(|text| rules.allowed.find(text).is_some()));
    let preflight = request.method() == Method::OPTIONS;
    let mut response = match (known, preflight) {
        // A foreign page's request, or its event stream, would reach the chat even though the answer stayed hidden.
        (false, _) => (rules.refusal)(),
        (true, true) => StatusCode::NO_CONTENT.into_response(),
        (true, false) => next.run(request).await,
    };
    let kind = response.headers().get(CONTENT_TYPE);
    if response.status().is_client_error() && kind.is_none_or(|kind| kind != "application/json") {
        response = (rules.malformed)();
    }
    let headers = response.headers_mut();
    if let Some(origin) = origin.filter(|_| known) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("inin-correlation-id, Retry-After"));
        if preflight {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(rules.methods));
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(rules.headers));
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
    }
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store, must-revalidate"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
