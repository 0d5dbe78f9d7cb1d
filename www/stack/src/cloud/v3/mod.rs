//! Chat API v3: sessions, polled messages, pictures (transports 3.2 to 3.7).
//!
//! No public description of this API exists; what the contract does not say is ours, and is said so where it stands. The
//! session is the Chat Server's of the same id, the token is the party's secure key, and what a poll has answered is kept.

mod answer;
mod error;
mod form;
mod images;
mod messages;
mod start;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::routing::{delete, get, post, put};

pub use error::V3Error;

use crate::chat_server::client::Credentials;
use crate::chat_server::{ChatError, ChatServer};
use crate::clock::Clock;
use crate::cloud::settings::API_KEY;
use crate::routing::Inbound;
use crate::store::{NexusRow, Store};

/// Where the sessions are, as clients know it.
pub(crate) const PREFIX: &str = "/nexus/v3/chat/sessions";

/// Where the sessions are below `/nexus`.
const BASE: &str = "/v3/chat/sessions";

/// What a request may have around a picture, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

const API_KEY_HEADER: &str = "x-api-key";
const CLIENT_KEY_HEADER: &str = "x-nexus-client-key";

/// What the server goes by.
pub(super) struct Settings {
    /// Name of the one endpoint.
    pub(super) endpoint: String,
    /// Whether sessions are asynchronous that do not say it themselves.
    pub(super) asynchronous: bool,
    /// What becomes of chats that arrive.
    pub(super) inbound: Inbound,
    /// The time to go by.
    pub(super) clock: Clock,
}

struct V3 {
    store: Arc<Store>,
    chat: ChatServer,
    settings: Settings,
}

/// A request whose token was good.
struct Caller {
    session: NexusRow,
    token: String,
}

impl Caller {
    fn credentials(&self) -> Credentials<'_> {
        Credentials { user_id: &self.session.participant, secure_key: &self.token }
    }
}

/// The routes of the chat API v3, to be nested at `/nexus`.
pub(super) fn router(store: Arc<Store>, chat: ChatServer, settings: Settings) -> Router {
    let picture = usize::try_from(chat.file_limits().upload_max_total_size).unwrap_or(usize::MAX);
    let at = |path: &str| format!("{BASE}/{{session}}{path}");
    Router::new()
        .route(BASE, post(start::start))
        .route(&at("/messages"), get(messages::poll).post(messages::send))
        .route(&at("/userdata"), put(messages::user_data))
        .route(&at("/participants/{participant}"), delete(messages::leave))
        .route(&at("/images"), post(images::upload))
        .route(&at("/images/{image}"), get(images::show))
        .fallback(|| async { V3Error::NotFound })
        .method_not_allowed_fallback(|| async { V3Error::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(picture.saturating_add(BODY_LIMIT)))
        .with_state(Arc::new(V3 { store, chat, settings }))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty())
}

impl V3 {
    /// Whether the page may use this contact centre at all.
    fn admit(&self, headers: &HeaderMap) -> Result<(), V3Error> {
        if header(headers, API_KEY_HEADER) == Some(API_KEY) { Ok(()) } else { Err(V3Error::InvalidContactCenter) }
    }

    /// Who calls, of a session that the request names. That somebody calls is a sign of life.
    fn caller(&self, headers: &HeaderMap, session: &str) -> Result<Caller, V3Error> {
        self.admit(headers)?;
        let session = self.store.nexus(session)?.ok_or(V3Error::InvalidSession)?;
        let token = header(headers, CLIENT_KEY_HEADER).ok_or(V3Error::AuthenticationRequired)?.to_owned();
        let caller = Caller { session, token };
        match self.chat.identify(&caller.session.id, caller.credentials()) {
            Ok(()) => {
                self.chat.is_there(&caller.session.id, &caller.session.participant, 0);
                Ok(caller)
            }
            Err(ChatError::WrongKey | ChatError::UnknownUser) => Err(V3Error::AuthenticationRequired),
            Err(error) => Err(error.into()),
        }
    }
}
