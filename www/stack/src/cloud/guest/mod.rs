//! Guest Chat API: REST resources and an event stream over WebSocket (transports 2.2 to 2.6).
//!
//! A conversation is the Chat Server's session of the same id. It starts there only when its event stream is connected
//! for the first time; from then on the transcript decides everything, and each answer and each event is read from it.

mod create;
mod error;
mod input;
mod limit;
mod media;
mod members;
mod messages;
mod room;
mod stream;
mod typing;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::routing::{get, post};
use tokio::sync::broadcast::error::RecvError;

pub use error::GuestError;

use crate::chat_server::client::{Credentials, Identity, StartChat};
use crate::chat_server::entry::{EntryType, PartyType, Visibility};
use crate::chat_server::{ChatChange, ChatError, ChatServer};
use crate::clock::Clock;
use crate::cloud::token;
use crate::routing::Inbound;
use crate::store::{GuestRow, GuestState, Store};
use room::Room;

/// Where the resources are.
pub(crate) const PREFIX: &str = "/api/v2/webchat/guest/conversations";

/// Largest request body in bytes; above the longest message even when JSON escapes every character.
const BODY_LIMIT: usize = 64 * 1024;

struct Guests {
    store: Arc<Store>,
    chat: ChatServer,
    queue: String,
    inbound: Inbound,
    stream_origin: String,
    clock: Clock,
    limit: limit::Limit,
    typing: typing::Typing,
    /// Held while a conversation enters the Chat Server: two tabs may connect at once.
    connecting: Mutex<()>,
}

/// What the Guest Chat API is told.
pub(super) struct Settings {
    /// Name of the one queue.
    pub(super) queue: String,
    /// Where the server is reached.
    pub(super) origin: String,
    /// What becomes of conversations that begin.
    pub(super) inbound: Inbound,
    /// The time to go by.
    pub(super) clock: Clock,
}

/// Handle to the Guest Chat API; clones are the same server.
#[derive(Clone)]
pub struct GuestChat(Arc<Guests>);

/// A request whose token was good.
struct Caller {
    guest: GuestRow,
    jwt: String,
}

impl Caller {
    fn credentials(&self) -> Credentials<'_> {
        Credentials { user_id: &self.guest.member, secure_key: &self.jwt }
    }

    /// Only the guest himself may do what this is asked for.
    fn must_be(&self, member: &str) -> Result<(), GuestError> {
        if self.guest.member == member { Ok(()) } else { Err(GuestError::NotAuthorized) }
    }
}

/// The routes of the Guest Chat API.
pub(super) fn router(guests: &GuestChat) -> Router {
    let at = |path: &str| format!("{PREFIX}/{{conversation}}{path}");
    Router::new()
        .route(PREFIX, post(create::create))
        .route(&at("/members"), get(members::list))
        .route(&at("/members/{member}"), get(members::one).delete(members::leave))
        .route(&at("/members/{member}/messages"), post(messages::send))
        .route(&at("/members/{member}/typing"), post(typing::typing))
        .route(&at("/messages"), get(messages::list))
        .route(&at("/messages/{message}"), get(messages::one))
        .route(&at("/mediarequests"), get(media::list))
        .route(&at("/mediarequests/{request}"), get(media::one).patch(media::answer))
        .route("/v1/token/{token}", get(stream::connect))
        .fallback(|| async { GuestError::NotFound })
        .method_not_allowed_fallback(|| async { GuestError::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(Arc::clone(&guests.0))
}

impl GuestChat {
    /// A server over this store and Chat Server.
    pub(super) fn new(store: Arc<Store>, chat: ChatServer, settings: Settings) -> Self {
        let Settings { queue, origin, inbound, clock } = settings;
        // http becomes ws, https becomes wss.
        let stream_origin = origin.strip_prefix("http").map_or_else(String::new, |rest| format!("ws{rest}"));
        let (limit, typing, connecting) = (limit::Limit::default(), typing::Typing::default(), Mutex::default());
        Self(Arc::new(Guests { store, chat, queue, inbound, stream_origin, clock, limit, typing, connecting }))
    }

    /// Runs beside the routes: takes the queue's party out of a conversation once an agent is there.
    pub(super) fn attend(&self) -> impl Future<Output = io::Result<()>> + Send + 'static + use<> {
        let (guests, mut changes) = (Arc::clone(&self.0), self.0.chat.subscribe());
        async move {
            loop {
                match changes.recv().await {
                    Ok(ChatChange::Entry { chat_id, entry })
                        if entry.kind == EntryType::ParticipantJoined
                            && entry.from.kind == PartyType::Agent
                            && entry.visibility == Visibility::All =>
                    {
                        guests.hand_over(&chat_id);
                    }
                    // What a slow moment lost is made good when the stream is connected next.
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return Ok(()),
                }
            }
        }
    }
}

impl Guests {
    /// Who calls: the token must be known, still good, and this conversation's (transports 2.2). That somebody calls is a
    /// sign of life.
    fn caller(&self, headers: &HeaderMap, conversation: &str) -> Result<Caller, GuestError> {
        let header = headers.get(AUTHORIZATION).ok_or(GuestError::AuthenticationRequired)?;
        let header = header.to_str().map_err(|_| GuestError::BadCredentials)?;
        let (scheme, jwt) = header.split_once(' ').ok_or(GuestError::BadCredentials)?;
        let guest = self.owner(jwt, |guest| guest.jwt.matches(jwt));
        let guest = guest?.filter(|_| scheme.eq_ignore_ascii_case("Bearer")).ok_or(GuestError::BadCredentials)?;
        if self.clock.now_ms() >= guest.expires {
            return Err(GuestError::CredentialsExpired);
        }
        if guest.id != conversation {
            return Err(GuestError::NotAuthorized);
        }
        self.chat.is_there(&guest.id, &guest.member, 0);
        Ok(Caller { guest, jwt: jwt.to_owned() })
    }

    /// The conversation that a token names, if it is one of its tokens.
    fn owner(&self, token: &str, is_its: impl FnOnce(&GuestRow) -> bool) -> Result<Option<GuestRow>, GuestError> {
        let Some(claims) = token::claims(token) else { return Ok(None) };
        let Some(id) = claims.pointer("/data/conv").and_then(|id| id.as_str()) else { return Ok(None) };
        Ok(self.store.guest(id)?.filter(is_its))
    }

    /// The whole conversation, if its stream was ever connected.
    fn room(&self, guest: GuestRow) -> Result<Room, GuestError> {
        self.room_after(guest, 0)
    }

    /// The conversation with the entries after an index.
    fn room_after(&self, guest: GuestRow, index: u64) -> Result<Room, GuestError> {
        if guest.state != GuestState::Connected {
            return Err(GuestError::ConversationState);
        }
        let seen = self.chat.seen_by(&guest.id, PartyType::Client, index)?;
        Ok(Room { guest, seen })
    }

    /// The conversation, if it goes on and the guest is in it.
    fn active(&self, caller: &Caller) -> Result<Room, GuestError> {
        let room = self.room_after(caller.guest.clone(), u64::MAX)?;
        match (room.seen.ended, room.guest_is_here()) {
            (Some(_), _) => Err(GuestError::ConversationState),
            (None, false) => Err(GuestError::MemberState),
            (None, true) => Ok(room),
        }
    }

    /// Brings a conversation into the Chat Server when its stream is connected for the first time: the guest joins, then
    /// the queue. Answers with the row as it is from then on, and with the index up to which the stream has nothing to tell.
    fn enter(&self, guest: &GuestRow) -> Result<(GuestRow, u64), GuestError> {
        let _held = self.connecting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut guest = self.store.guest(&guest.id)?.ok_or(GuestError::NotFound)?;
        match guest.state {
            GuestState::Abandoned => return Err(GuestError::ConversationState),
            GuestState::Connected => {
                self.hand_over(&guest.id);
                let seen = self.chat.seen_by(&guest.id, PartyType::Client, u64::MAX)?;
                // Of a chat that is over, the end counts as told, too: its client reads it in the messages.
                return Ok((guest, seen.newest + u64::from(seen.ended.is_some())));
            }
            GuestState::Created => {}
        }
        let identity = Identity { chat_id: guest.id.clone(), user_id: guest.member.clone() };
        let way = self.inbound.way(&create::wish(&guest));
        let acd = match self.chat.seen_by(&guest.id, PartyType::Client, u64::MAX) {
            // It broke off here the last time; the chat itself has been kept, and maybe the queue is there.
            Ok(seen) => seen.parties.iter().find(|party| party.kind == PartyType::External).map(|party| party.id),
            Err(ChatError::UnknownChat) => {
                let start = StartChat { offer: way.offer(), ..create::chat(&guest)? };
                self.chat.start_as(start, identity, guest.jwt, || way.keep(&guest.id))?;
                None
            }
            Err(error) => return Err(error.into()),
        };
        guest.acd = match acd {
            Some(acd) => Some(acd),
            None => Some(self.chat.external_join(&guest.id, &guest.queue)?),
        };
        guest.state = GuestState::Connected;
        self.store.put_guest(&guest)?;
        way.go(&guest.id);
        Ok((guest, 0))
    }

    /// The queue's party leaves once an agent is there. Never a reason to refuse anything, so faults are passed over.
    fn hand_over(&self, conversation: &str) {
        let Ok(Some(GuestRow { acd: Some(acd), .. })) = self.store.guest(conversation) else { return };
        let agent_came = self
            .chat
            .seen_by(conversation, PartyType::Client, u64::MAX)
            .is_ok_and(|seen| seen.ended.is_none() && seen.parties.iter().any(|party| party.kind == PartyType::Agent));
        if agent_came {
            let _ = self.chat.external_leave(conversation, acd);
        }
    }
}
