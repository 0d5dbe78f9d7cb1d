//! Conversations of the Guest Chat API in the database: what the Chat Server has no place for.

use rusqlite::{OptionalExtension, Row, params};

use super::{Store, StoreError};
use crate::chat_server::key::KeyDigest;

/// How far a guest's conversation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuestState {
    /// Its event stream was never connected; the Chat Server does not know it yet.
    Created,
    /// The Chat Server has it, and knows whether it is over.
    Connected,
    /// The guest went before the stream was connected.
    Abandoned,
}

impl GuestState {
    fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Connected => "connected",
            Self::Abandoned => "abandoned",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Created, Self::Connected, Self::Abandoned].into_iter().find(|state| state.name() == name)
    }
}

/// A guest's conversation. Of its two tokens only the digests are kept.
#[derive(Clone)]
pub struct GuestRow {
    /// Conversation id, the interaction id of the chat.
    pub id: String,
    /// The guest's member id, the user id of the chat.
    pub member: String,
    /// Digest of the token for requests.
    pub jwt: KeyDigest,
    /// Digest of the token for the event stream.
    pub stream: KeyDigest,
    /// Start, in ms.
    pub created: i64,
    /// When the token for requests is no longer good, in ms.
    pub expires: i64,
    /// Name of the queue.
    pub queue: String,
    /// What the guest told, as JSON.
    pub customer: String,
    /// Number of the queue's party in the chat.
    pub acd: Option<u32>,
    /// How far it has come.
    pub state: GuestState,
}

/// A request to the guest to share more than text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRequestRow {
    /// Its id.
    pub id: String,
    /// What is asked for, separated by commas.
    pub types: String,
    /// What has become of it, by the protocol's name.
    pub state: String,
}

fn guest(row: &Row<'_>) -> Result<Option<GuestRow>, rusqlite::Error> {
    let (jwt, stream, state): (Vec<u8>, Vec<u8>, String) = (row.get(2)?, row.get(3)?, row.get(9)?);
    let (Some(jwt), Some(stream), Some(state)) =
        (KeyDigest::from_bytes(&jwt), KeyDigest::from_bytes(&stream), GuestState::from_name(&state))
    else {
        return Ok(None);
    };
    Ok(Some(GuestRow {
        id: row.get(0)?,
        member: row.get(1)?,
        jwt,
        stream,
        created: row.get(4)?,
        expires: row.get(5)?,
        queue: row.get(6)?,
        customer: row.get(7)?,
        acd: row.get(8)?,
        state,
    }))
}

fn media_request(row: &Row<'_>) -> Result<MediaRequestRow, rusqlite::Error> {
    Ok(MediaRequestRow { id: row.get(0)?, types: row.get(1)?, state: row.get(2)? })
}

impl Store {
    /// Writes a guest's conversation, or how far it has come.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_guest(&self, guest: &GuestRow) -> Result<(), StoreError> {
        self.lock()?
            .prepare_cached(
                "INSERT INTO guest_conversation (id, member, jwt_digest, stream_digest, created, expires, queue, customer,
                 acd, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET acd = excluded.acd, state = excluded.state",
            )?
            .execute(params![
                guest.id,
                guest.member,
                guest.jwt.bytes(),
                guest.stream.bytes(),
                guest.created,
                guest.expires,
                guest.queue,
                guest.customer,
                guest.acd,
                guest.state.name()
            ])?;
        Ok(())
    }

    /// The guest's conversation with this id.
    ///
    /// # Errors
    /// A database fault, or a row that cannot be read back.
    pub fn guest(&self, id: &str) -> Result<Option<GuestRow>, StoreError> {
        let row = self
            .lock()?
            .prepare_cached(
                "SELECT id, member, jwt_digest, stream_digest, created, expires, queue, customer, acd, state
                 FROM guest_conversation WHERE id = ?",
            )?
            .query_row([id], guest)
            .optional()?;
        row.map(|row| row.ok_or(StoreError::Corrupt("guest_conversation"))).transpose()
    }

    /// Writes a media request of a conversation, or what has become of it.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_media_request(&self, conversation: &str, request: &MediaRequestRow) -> Result<(), StoreError> {
        self.lock()?
            .prepare_cached(
                "INSERT INTO guest_media_request (conversation, id, types, state) VALUES (?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET state = excluded.state",
            )?
            .execute(params![conversation, request.id, request.types, request.state])?;
        Ok(())
    }

    /// All media requests of a conversation, oldest first.
    ///
    /// # Errors
    /// A database fault.
    pub fn media_requests(&self, conversation: &str) -> Result<Vec<MediaRequestRow>, StoreError> {
        let connection = self.lock()?;
        let mut statement = connection
            .prepare_cached("SELECT id, types, state FROM guest_media_request WHERE conversation = ? ORDER BY n")?;
        let rows = statement.query_map([conversation], media_request)?.collect::<Result<_, _>>()?;
        Ok(rows)
    }
}
