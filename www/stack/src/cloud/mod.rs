//! The cloud's two ways into a chat, on one listener: the Guest Chat API with its event stream ([`guest`], transports 2)
//! and the chat API v3 ([`v3`], transports 3).
//!
//! Both are doors to the same Chat Server, so the same agents answer, the same Messaging Server opens MicroApps, and the
//! same visibility rules hold. "Transports" means the project's contract on the page's transports, with its section.

mod cors;
pub mod guest;
mod parties;
pub mod settings;
mod token;
pub mod v3;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;

use crate::chat_server::ChatServer;
use crate::clock::Clock;
use crate::origins::AllowedOrigins;
use crate::routing::Inbound;
use crate::store::Store;
use cors::Rules;
use guest::GuestChat;

/// What both servers need.
pub struct CloudConfig {
    /// Origins whose pages may call.
    pub allowed: AllowedOrigins,
    /// Name of the one queue of the Guest Chat API and of the one endpoint of v3.
    pub service: String,
    /// Whether sessions of v3 are asynchronous that do not say it themselves.
    pub v3_async: bool,
    /// What becomes of chats that arrive.
    pub inbound: Inbound,
    /// Origin of the listener, for the address of the event stream.
    pub origin: String,
    /// The time to go by.
    pub clock: Clock,
}

/// The routes of both servers, what has to run beside them, and the guest chat for the agents' side.
pub fn start(
    store: Arc<Store>,
    chat: ChatServer,
    config: CloudConfig,
) -> (Router, impl Future<Output = io::Result<()>> + Send + 'static, GuestChat) {
    let guest_rules = Rules {
        allowed: config.allowed.clone(),
        methods: "GET, POST, PATCH, DELETE, OPTIONS",
        headers: "Authorization, Content-Type",
        refusal: || guest::GuestError::ForeignOrigin.into_response(),
        malformed: || guest::GuestError::BadRequest.into_response(),
    };
    let v3_rules = Rules {
        allowed: config.allowed,
        methods: "GET, POST, PUT, DELETE, OPTIONS",
        headers: "x-api-key, x-nexus-client-key, Content-Type",
        refusal: || v3::V3Error::ForeignOrigin.into_response(),
        malformed: || v3::V3Error::InvalidRequest.into_response(),
    };
    let own = guest::Settings {
        queue: config.service.clone(),
        origin: config.origin,
        inbound: config.inbound.clone(),
        clock: config.clock.clone(),
    };
    let guests = GuestChat::new(Arc::clone(&store), chat.clone(), own);
    let v3 = v3::Settings {
        endpoint: config.service,
        asynchronous: config.v3_async,
        inbound: config.inbound,
        clock: config.clock,
    };
    let v3 = cors::guard(v3::router(store, chat, v3), v3_rules);
    let router = cors::guard(guest::router(&guests), guest_rules).nest_service("/nexus", v3);
    let attendant = guests.attend();
    (router, attendant, guests)
}
