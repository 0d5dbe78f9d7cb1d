//! Tickets for the launch of a MicroApp. Without the ticket itself, which is not here, nobody can read what it stands for.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};

/// A ticket as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    /// Digest of the ticket.
    pub digest: [u8; 32],
    /// Interaction id of the chat.
    pub interaction: String,
    /// When it can no longer be used, in ms.
    pub expires: i64,
    /// What it stands for, encrypted with a key that is made of the ticket.
    pub sealed: Vec<u8>,
}

impl Store {
    /// Keeps a ticket, in the place of an earlier one of the same chat.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_ticket(&self, ticket: &TicketRow) -> Result<(), StoreError> {
        self.lock()?
            .prepare_cached(
                "INSERT INTO microapp_ticket (interaction, digest, expires, sealed) VALUES (?, ?, ?, ?)
                 ON CONFLICT (interaction) DO UPDATE SET digest = excluded.digest, expires = excluded.expires,
                 sealed = excluded.sealed",
            )?
            .execute(params![ticket.interaction, ticket.digest, ticket.expires, ticket.sealed])?;
        Ok(())
    }

    /// Takes the ticket with this digest, which nobody can do twice.
    ///
    /// # Errors
    /// A database fault.
    pub fn take_ticket(&self, digest: &[u8; 32]) -> Result<Option<TicketRow>, StoreError> {
        let connection = self.lock()?;
        let mut statement = connection
            .prepare_cached("DELETE FROM microapp_ticket WHERE digest = ? RETURNING interaction, expires, sealed")?;
        let ticket = |row: &rusqlite::Row<'_>| {
            Ok(TicketRow { digest: *digest, interaction: row.get(0)?, expires: row.get(1)?, sealed: row.get(2)? })
        };
        Ok(statement.query_row([digest], ticket).optional()?)
    }

    /// Forgets the tickets that have expired by then.
    ///
    /// # Errors
    /// A database fault.
    pub fn drop_tickets(&self, expired: i64) -> Result<(), StoreError> {
        self.lock()?.prepare_cached("DELETE FROM microapp_ticket WHERE expires <= ?")?.execute([expired])?;
        Ok(())
    }
}
