//! What parts of the servers have noted of a chat that goes on, as JSON, so that a restart finds them where they were.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};

/// Whose note it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The router: where a chat that waits is to go.
    Routing,
    /// The workflow: which steps are done.
    Workflow,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Routing => "routing",
            Self::Workflow => "workflow",
        }
    }
}

impl Store {
    /// Writes a part's note of a chat; `None` forgets it.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_note(&self, part: Part, interaction: &str, note: Option<&str>) -> Result<(), StoreError> {
        let connection = self.lock()?;
        match note {
            Some(note) => connection
                .prepare_cached(
                    "INSERT INTO chat_note (interaction, part, note) VALUES (?, ?, ?)
                     ON CONFLICT (interaction, part) DO UPDATE SET note = excluded.note",
                )?
                .execute(params![interaction, part.name(), note])?,
            None => connection
                .prepare_cached("DELETE FROM chat_note WHERE interaction = ? AND part = ?")?
                .execute([interaction, part.name()])?,
        };
        Ok(())
    }

    /// A part's note of a chat, if there is one.
    ///
    /// # Errors
    /// A database fault.
    pub fn note(&self, part: Part, interaction: &str) -> Result<Option<String>, StoreError> {
        let connection = self.lock()?;
        let mut statement =
            connection.prepare_cached("SELECT note FROM chat_note WHERE interaction = ? AND part = ?")?;
        Ok(statement.query_row([interaction, part.name()], |row| row.get(0)).optional()?)
    }

    /// All notes of a part: interaction and note.
    ///
    /// # Errors
    /// A database fault.
    pub fn notes(&self, part: Part) -> Result<Vec<(String, String)>, StoreError> {
        let connection = self.lock()?;
        let mut statement = connection.prepare_cached("SELECT interaction, note FROM chat_note WHERE part = ?")?;
        let notes = statement.query_map([part.name()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(notes.collect::<Result<_, _>>()?)
    }
}
