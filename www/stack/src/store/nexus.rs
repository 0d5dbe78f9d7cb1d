//! Sessions of the chat API v3 in the database: what the Chat Server has no place for.

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

impl Store {
    /// Writes a session, or how much of it the customer has been told.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_nexus(&self, session: &NexusRow) -> Result<(), StoreError> {
        self.lock()?
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
            .lock()?
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
}
