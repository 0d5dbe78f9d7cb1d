//! Genesys Mobile Services, the customer's way to the Chat Server: chat API v2 over REST and CometD (backend 1), services and
//! their chats by API v1 (backend 2).

pub mod balancer;
pub(crate) mod cometd;
mod cors;
mod envelope;
mod error;
mod files;
pub mod flags;
mod form;
mod start;
pub mod v1;
mod verbs;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};

use crate::chat_server::ChatServer;
use crate::chat_server::key::KeyDigest;
use crate::clock::Clock;
use crate::deployment::Deployment;
use crate::interaction_server::InteractionServer;
use crate::origins::AllowedOrigins;
use crate::routing;
use crate::store::Store;
use cometd::Clients;
pub(crate) use cors::{API_KEY, readable};
use error::GmsError;
use flags::GmsFlags;
pub(crate) use v1::USER;
use v1::options::Services;

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
    /// The deployment file.
    pub deployment: Deployment,
    /// The configured services of API v1.
    pub services: Services,
    /// What becomes of chats without a service.
    pub inbound: routing::Inbound,
    /// The clock by which clients go stale and services are forgotten.
    pub clock: Clock,
}

/// The servers that GMS talks to.
pub struct Peers {
    /// The database.
    pub store: Arc<Store>,
    /// Chats.
    pub chat: ChatServer,
    /// Attached data.
    pub interactions: InteractionServer,
    /// Who gets which chat.
    pub router: routing::Router,
}

struct Gms {
    store: Arc<Store>,
    chat: ChatServer,
    interactions: InteractionServer,
    router: routing::Router,
    config: GmsConfig,
    api_key: Option<KeyDigest>,
    clients: Clients,
    v1: v1::State,
}

impl Gms {
    /// Refuses every service but the one that is there.
    fn check_service(&self, service: &str) -> Result<(), GmsError> {
        if service == self.config.service { Ok(()) } else { Err(GmsError::UnknownService) }
    }
}

/// What is said to a request whose body is larger than any that is taken, by its path.
pub(crate) fn too_large(path: &str) -> Response {
    match path {
        path if path.starts_with(v1::PREFIX) => v1::unreadable(),
        path if path.starts_with(cometd::PATH) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        _ => GmsError::BodyTooLarge.into_response(),
    }
}

/// The routes of GMS, what tells CometD clients of changes, to be run beside it, and pokes for the desk.
///
/// A start is taken with and without a trailing slash, because the widget sends one by default (backend 1.1).
pub fn start(
    peers: Peers,
    mut config: GmsConfig,
) -> (Router, impl Future<Output = std::io::Result<()>> + use<>, v1::Poker) {
    let Peers { store, chat, interactions, router } = peers;
    let limits = chat.file_limits();
    let file_limit = usize::try_from(limits.upload_max_total_size).unwrap_or(usize::MAX);
    let file_limit = file_limit.saturating_add(BODY_AROUND_FILES);
    let api_key = config.flags.api_key.as_deref().map(KeyDigest::of);
    let v1 = v1::State::new(std::mem::take(&mut config.services), config.inbound.clone());
    let clients = Clients::default();
    let gms = Arc::new(Gms { store, chat, interactions, router, config, api_key, clients, v1 });
    v1::resume(&gms);
    let with_files = Router::new()
        .route("/genesys/2/chat/{service}/{chat_id}/file", post(files::upload))
        .route("/genesys/2/chat-ntf", post(cometd::files))
        .layer(DefaultBodyLimit::max(file_limit));
    let load_balancer = format!("/{}", gms.config.deployment.chat.load_balancer_path);
    let router = Router::new()
        .route(load_balancer.as_str(), get(balancer::info))
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
        .merge(v1::routes())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .merge(with_files)
        .layer(middleware::from_fn_with_state(Arc::clone(&gms), cors::guard))
        .with_state(Arc::clone(&gms));
    (router, cometd::tell_changes(Arc::clone(&gms)), v1::Poker::new(gms))
}
