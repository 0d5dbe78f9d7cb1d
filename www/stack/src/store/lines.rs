//! Chats whose customers come by a web client, and which of these were let go for their silence.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};

impl Store {
    /// Writes that the customer of a chat comes by a web client, and whether it was let go for its silence.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_line(&self, interaction: &str, cut: bool) -> Result<(), StoreError> {
        self.lock()?
            .prepare_cached(
                "INSERT INTO flex_line (interaction, cut) VALUES (?, ?)
                 ON CONFLICT (interaction) DO UPDATE SET cut = excluded.cut",
            )?
            .execute(params![interaction, cut])?;
        Ok(())
    }

    /// Whether the web client of a chat was let go for its silence; `None` for a chat whose customer comes otherwise.
    ///
    /// # Errors
    /// A database fault.
    pub fn line_is_cut(&self, interaction: &str) -> Result<Option<bool>, StoreError> {
        let connection = self.lock()?;
        let mut statement = connection.prepare_cached("SELECT cut FROM flex_line WHERE interaction = ?")?;
        Ok(statement.query_row([interaction], |row| row.get(0)).optional()?)
    }
}
