//! Limits of inactivity that a workflow has set for a chat.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};

impl Store {
    /// Writes the limits of a chat, as JSON; `None` forgets them.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_idle_control(&self, interaction: &str, settings: Option<&str>) -> Result<(), StoreError> {
        let connection = self.lock()?;
        match settings {
            Some(settings) => connection
                .prepare_cached(
                    "INSERT INTO idle_control (interaction, settings) VALUES (?, ?)
                     ON CONFLICT (interaction) DO UPDATE SET settings = excluded.settings",
                )?
                .execute(params![interaction, settings])?,
            None => {
                connection.prepare_cached("DELETE FROM idle_control WHERE interaction = ?")?.execute([interaction])?
            }
        };
        Ok(())
    }

    /// The limits of a chat, as JSON, if it has its own.
    ///
    /// # Errors
    /// A database fault.
    pub fn idle_control(&self, interaction: &str) -> Result<Option<String>, StoreError> {
        let connection = self.lock()?;
        let mut statement = connection.prepare_cached("SELECT settings FROM idle_control WHERE interaction = ?")?;
        Ok(statement.query_row([interaction], |row| row.get(0)).optional()?)
    }
}
