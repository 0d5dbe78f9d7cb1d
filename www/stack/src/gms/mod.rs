//! Genesys Mobile Services, the customer's way to the Chat Server: chat API v2 over REST and CometD (backend 1).

mod cometd;
mod cors;
mod envelope;
mod error;
mod files;
pub mod flags;
mod form;
mod start;
mod verbs;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{any, post};

use crate::chat_server::ChatServer;
use crate::chat_server::key::KeyDigest;
use crate::clock::Clock;
use crate::origins::AllowedOrigins;
use cometd::Clients;
use error::GmsError;
use flags::GmsFlags;

/// Largest request body in bytes; far above a full message with attached data.
const BODY_LIMIT: usize = 256 * 1024;

/// What a body may have above the files that are in it, so that a file over the limit is told its limit.
const BODY_AROUND_FILES: usize = 1024 * 1024;

/// What GMS needs.
pub struct GmsConfig {
    /// Name of the one chat service.
    pub service: String,
    /// Origins whose pages may call.
    pub allowed: AllowedOrigins,
    /// What the operator has set.
    pub flags: GmsFlags,
    /// The clock by which clients go stale.
    pub clock: Clock,
}

struct Gms {
    chat: ChatServer,
    config: GmsConfig,
    api_key: Option<KeyDigest>,
    clients: Clients,
}

impl Gms {
    /// Refuses every service but the one that is there.
    fn check_service(&self, service: &str) -> Result<(), GmsError> {
        if service == self.config.service { Ok(()) } else { Err(GmsError::UnknownService) }
    }
}

/// The routes of GMS, and what tells CometD clients of changes, to be run beside it.
///
/// A start is taken with and without a trailing slash, because the widget sends one by default (backend 1.1).
pub fn start(chat: ChatServer, config: GmsConfig) -> (Router, impl Future<Output = std::io::Result<()>> + use<>) {
    let limits = chat.file_limits();
    let file_limit = usize::try_from(limits.upload_max_total_size).unwrap_or(usize::MAX);
    let file_limit = file_limit.saturating_add(BODY_AROUND_FILES);
    let api_key = config.flags.api_key.as_deref().map(KeyDigest::of);
    let gms = Arc::new(Gms { chat, config, api_key, clients: Clients::default() });
    let with_files = Router::new()
        .route("/genesys/2/chat/{service}/{chat_id}/file", post(files::upload))
        .route("/genesys/2/chat-ntf", post(cometd::files))
        .layer(DefaultBodyLimit::max(file_limit));
    let router = Router::new()
        .route("/genesys/2/chat/{service}", post(verbs::start))
        .route("/genesys/2/chat/{service}/", post(verbs::start))
        .route("/genesys/2/chat/{service}/{chat_id}/file/limits", post(files::limits))
        .route("/genesys/2/chat/{service}/{chat_id}/file/{file_id}/download", post(files::download))
        .route("/genesys/2/chat/{service}/{chat_id}/file/{file_id}/delete", post(files::delete))
        .route("/genesys/2/chat/{service}/{chat_id}/{verb}", post(verbs::act))
        .route("/genesys/cometd", any(cometd::serve))
        .route("/genesys/cometd/", any(cometd::serve))
        // Some clients append the kind of message to the address.
        .route("/genesys/cometd/{kind}", any(cometd::serve))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .merge(with_files)
        .layer(middleware::from_fn_with_state(Arc::clone(&gms), cors::guard))
        .with_state(Arc::clone(&gms));
    (router, cometd::tell_changes(gms))
}
