//! The agent desk: a web page and its JSON API.
//!
//! Agents sign in with a name; this is a tool for demos and tests on one machine, not an access control.

mod api;
mod assets;
mod body;
mod fields;
mod files;
mod guard;
mod live;
mod login;
mod poke;
mod record;
mod responses;
mod team;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, patch, post, put};
use axum::{Router, middleware};

use crate::chat_server::ChatServer;
use crate::cloud::guest::GuestChat;
use crate::gms::v1::Poker;
use crate::interaction_server::InteractionServer;
use crate::origins::AllowedOrigins;
use crate::routing;
use crate::store::Store;
pub use login::Logins;
pub use responses::Responses;

/// Largest request body in bytes; above the Chat Server's message limit even when JSON escapes every character.
const BODY_LIMIT: usize = 128 * 1024;

struct Desk {
    chat: ChatServer,
    interactions: InteractionServer,
    guests: GuestChat,
    store: Arc<Store>,
    router: routing::Router,
    poker: Poker,
    logins: Logins,
    responses: Responses,
    own: AllowedOrigins,
}

/// The servers that the desk talks to.
pub struct Peers {
    /// The database, for the record of what the servers did.
    pub store: Arc<Store>,
    /// Chats.
    pub chat: ChatServer,
    /// Attached data.
    pub interactions: InteractionServer,
    /// Guests of the cloud.
    pub guests: GuestChat,
    /// Who is signed in, and who gets which chat.
    pub router: routing::Router,
    /// Pokes.
    pub poker: Poker,
}

/// The routes of the desk. `own` are the names under which the desk itself is reached.
pub fn router(peers: Peers, responses: Responses, own: AllowedOrigins, logins: Logins) -> Router {
    let Peers { store, chat, interactions, guests, router, poker } = peers;
    let file_limit = usize::try_from(chat.file_limits().upload_max_total_size).unwrap_or(usize::MAX);
    let desk = Arc::new(Desk { chat, interactions, guests, store, router, poker, logins, responses, own });
    let with_files = Router::new()
        .route("/api/chats/{id}/files/{file}", put(files::upload))
        .layer(DefaultBodyLimit::max(file_limit.saturating_add(BODY_LIMIT)));
    let api = Router::new()
        .route("/api/login", post(login::login))
        .route("/api/logout", post(login::logout))
        .route("/api/ready", post(login::ready))
        .route("/api/me", get(login::me))
        .route("/api/chats", get(api::chats))
        .route("/api/chats/{id}", get(api::chat))
        .route("/api/chats/{id}/accept", post(api::accept))
        .route("/api/chats/{id}/decline", post(api::decline))
        .route("/api/chats/{id}/messages", post(api::message))
        .route("/api/chats/{id}/typing", post(api::typing))
        .route("/api/chats/{id}/media-requests", post(api::media_request))
        .route("/api/chats/{id}/end", post(api::end))
        .route("/api/chats/{id}/data", patch(api::data))
        .route("/api/chats/{id}/transfer", post(team::transfer))
        .route("/api/chats/{id}/consult", post(team::consult))
        .route("/api/chats/{id}/consult/answer", post(team::answer_consult))
        .route("/api/chats/{id}/supervise", post(team::supervise))
        .route("/api/chats/{id}/poke", post(poke::poke))
        .route("/api/chats/{id}/standard-responses", get(responses::for_chat))
        .route("/api/agents", get(team::agents))
        .route("/api/chats/{id}/record", get(record::record))
        .route("/api/standard-responses", get(responses::standard_responses))
        .route("/api/events", get(live::events))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .route("/api/chats/{id}/files/{file}", get(files::download))
        .merge(with_files)
        .layer(middleware::from_fn_with_state(Arc::clone(&desk), guard::same_origin))
        .with_state(desk);
    Router::new()
        .route("/", get(|| async { assets::page() }))
        .route("/assets/{name}", get(assets::asset))
        .merge(api)
        .layer(middleware::from_fn(guard::headers))
}
