//! ESP as JSON over HTTP (backend 4.3). *Ours*: no public source says what goes over the wire.
//!
//! `POST /esp/{application}` with a [`Request`] answers `{"event":"response","method":…,"parameters":{}}` or
//! `{"event":"fault","code":…,"description":…}`, both with status 200. `GET /interactions/{id}` is what a workflow reads of
//! the Interaction Server before: `{"userData":{…}}`.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Request as HttpRequest, State};
use axum::http::StatusCode;
use axum::http::header::ORIGIN;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::{Esp, Fault, Request};

/// Largest request in bytes; far above a full message with user data.
const BODY_LIMIT: usize = 256 * 1024;

/// The routes.
pub fn router(esp: Esp) -> Router {
    Router::new()
        .route("/esp/{application}", post(call))
        .route("/interactions/{id}", get(user_data))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(no_pages))
        .with_state(esp)
}

/// A browser's page has no business here, wherever it comes from.
async fn no_pages(request: HttpRequest, next: Next) -> Response {
    if request.headers().contains_key(ORIGIN) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

async fn call(State(esp): State<Esp>, Path(application): Path<String>, body: Bytes) -> Json<Value> {
    let request = serde_json::from_slice::<Request>(&body).map_err(|_| Fault::Malformed);
    Json(match request.and_then(|request| esp.call(&application, &request).map(|()| request.method)) {
        Ok(method) => json!({ "event": "response", "method": method, "parameters": {} }),
        Err(fault) => told(fault),
    })
}

async fn user_data(State(esp): State<Esp>, Path(id): Path<String>) -> Response {
    match esp.user_data(&id) {
        Ok(data) => Json(json!({ "userData": data })).into_response(),
        Err(fault) => {
            let status = match fault {
                Fault::Server => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::NOT_FOUND,
            };
            (status, Json(told(fault))).into_response()
        }
    }
}

fn told(fault: Fault) -> Value {
    json!({ "event": "fault", "code": fault.code(), "description": fault.to_string() })
}
