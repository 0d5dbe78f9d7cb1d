//! GMS API v1: services, Chat Immediate, and the chat of a service (backend 2; Chat Immediate).
//!
//! Whoever knows a service's id may act for it; the chat's own key stays here.

mod availability;
mod callback;
mod chat;
mod create;
mod error;
mod inbound;
pub(crate) mod number;
mod object;
pub mod options;
mod poke;
mod push;
mod storage;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};

use super::Gms;
use super::error::GmsError;
use crate::routing::Inbound;
use crate::store::{ServiceRow, StoreError};
pub(crate) use create::USER;
pub(super) use create::user;
pub(super) use inbound::{arrives, resume};
use options::Services;
pub use poke::{NoPoke, Poker};
use push::Pushes;
pub(super) use push::{is_there, tell};

/// What its paths begin with.
pub(crate) const PREFIX: &str = "/genesys/1/";

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// What API v1 keeps beside the database.
pub(super) struct State {
    services: Services,
    /// What becomes of chats without a service.
    inbound: Inbound,
    /// Keys of chats by interaction id, for `_verbose`; not kept over a restart.
    keys: Mutex<HashMap<String, String>>,
    /// Chats whose news are pushed.
    pushes: Mutex<Pushes>,
}

impl State {
    pub(super) fn new(services: Services, inbound: Inbound) -> Self {
        Self { services, inbound, keys: Mutex::default(), pushes: Mutex::default() }
    }
}

/// The routes.
pub(super) fn routes() -> Router<Arc<Gms>> {
    Router::new()
        .route("/genesys/1/service/request-chat", post(create::request_chat))
        .route("/genesys/1/service/callback/{service}", post(create::callback).get(callback::list))
        .route("/genesys/1/service/callback/{service}/availability", get(availability::slots))
        .route("/genesys/1/service/callback/{service}/{id}", put(callback::change).delete(callback::cancel))
        .route("/genesys/1/service/{id}/storage", get(storage::all).post(storage::store).delete(storage::clear))
        .route("/genesys/1/service/{id}/storage/{key}", get(storage::one).delete(storage::remove))
        .route("/genesys/1/internal-poke/{id}", get(poke::poke).post(poke::poke))
        .route("/genesys/1/service/{id}/ixn/chat", post(chat::create))
        .route("/genesys/1/service/{id}/ixn/chat/{verb}", get(chat::act).post(chat::act))
        .layer(map_response(with_charset))
}

/// JSON as the document shows it: with its charset (Chat Immediate, "Response").
async fn with_charset(mut response: Response) -> Response {
    if response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json") {
        response.headers_mut().insert(CONTENT_TYPE, JSON);
    }
    response
}

/// What is said to a body that cannot be read.
pub(super) fn unreadable() -> Response {
    error::V1Error::from(GmsError::BadBody).into_response()
}

/// A service that has been created, is not cancelled and not forgotten.
fn find(gms: &Gms, id: &str) -> Result<ServiceRow, error::V1Error> {
    current(gms)?;
    gms.store.service(id)?.filter(|row| !row.cancelled).ok_or(error::V1Error::UnknownService)
}

/// Forgets what has outlived its `_ttl`.
fn current(gms: &Gms) -> Result<(), StoreError> {
    gms.store.forget_services(gms.config.clock.now_ms())
}
