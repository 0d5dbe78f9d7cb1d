//! Sessions and images of the chat API v3 in the database: what the Chat Server has no place for.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};

/// A session of the chat API v3.
#[derive(Debug, Clone)]
pub struct NexusRow {
    /// Session id, the interaction id of the chat.
    pub id: String,
    /// Transport id, of use to nobody but part of every token.
    pub transport: String,
    /// The customer's participant id, the user id of the chat.
    pub participant: String,
    /// Index up to which the customer has been told.
    pub delivered: u64,
}

/// A picture that a customer has sent.
#[derive(Debug, Clone)]
pub struct ImageRow {
    /// Its id in the session.
    pub id: String,
    /// Its type, found out from its bytes.
    pub mime: String,
    /// The picture.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Writes a session, or how much of it the customer has been told.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_nexus(&self, session: &NexusRow) -> Result<(), StoreError> {
        self.lock()
            .prepare_cached(
                "INSERT INTO nexus_session (id, transport, participant, delivered) VALUES (?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET delivered = excluded.delivered",
            )?
            .execute(params![
                session.id,
                session.transport,
                session.participant,
                i64::try_from(session.delivered).unwrap_or(i64::MAX)
            ])?;
        Ok(())
    }

    /// The session with this id.
    ///
    /// # Errors
    /// A database fault.
    pub fn nexus(&self, id: &str) -> Result<Option<NexusRow>, StoreError> {
        let row = self
            .lock()
            .prepare_cached("SELECT id, transport, participant, delivered FROM nexus_session WHERE id = ?")?
            .query_row([id], |row| {
                Ok(NexusRow {
                    id: row.get(0)?,
                    transport: row.get(1)?,
                    participant: row.get(2)?,
                    delivered: row.get::<_, i64>(3)?.unsigned_abs(),
                })
            })
            .optional()?;
        Ok(row)
    }

    /// Writes a picture.
    ///
    /// # Errors
    /// A database fault.
    pub fn insert_image(&self, session: &str, image: &ImageRow) -> Result<(), StoreError> {
        self.lock()
            .prepare_cached("INSERT INTO nexus_image (session, id, mime, bytes) VALUES (?, ?, ?, ?)")?
            .execute(params![session, image.id, image.mime, image.bytes])?;
        Ok(())
    }

    /// A picture of a session.
    ///
    /// # Errors
    /// A database fault.
    pub fn image(&self, session: &str, id: &str) -> Result<Option<ImageRow>, StoreError> {
        let row = self
            .lock()
            .prepare_cached("SELECT id, mime, bytes FROM nexus_image WHERE session = ? AND id = ?")?
            .query_row([session, id], |row| Ok(ImageRow { id: row.get(0)?, mime: row.get(1)?, bytes: row.get(2)? }))
            .optional()?;
        Ok(row)
    }
}
