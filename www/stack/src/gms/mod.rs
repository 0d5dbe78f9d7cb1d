//! Genesys Mobile Services: chat API v2 over REST (backend 1), the customer's way to the Chat Server.

mod cors;
mod envelope;
mod error;
mod form;
mod verbs;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::post;

use crate::chat_server::ChatServer;
use crate::origins::AllowedOrigins;

/// Largest request body in bytes; far above a full message with attached data.
const BODY_LIMIT: usize = 256 * 1024;

/// What GMS needs.
pub struct GmsConfig {
    /// Name of the one chat service.
    pub service: String,
    /// Origins whose pages may call.
    pub allowed: AllowedOrigins,
}

struct Gms {
    chat: ChatServer,
    config: GmsConfig,
}

/// The routes of GMS.
///
/// A start is taken with and without a trailing slash, because the widget sends one by default (backend 1.1).
pub fn router(chat: ChatServer, config: GmsConfig) -> Router {
    let gms = Arc::new(Gms { chat, config });
    Router::new()
        .route("/genesys/2/chat/{service}", post(verbs::start))
        .route("/genesys/2/chat/{service}/", post(verbs::start))
        .route("/genesys/2/chat/{service}/{chat_id}/{verb}", post(verbs::act))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(Arc::clone(&gms), cors::guard))
        .with_state(gms)
}
