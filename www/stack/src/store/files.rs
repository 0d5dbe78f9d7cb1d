//! Files of chats in the database.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};

/// A file of a chat.
#[derive(Debug, Clone)]
pub struct FileRow {
    /// Its id.
    pub id: String,
    /// Number of the party that has sent it.
    pub participant: u32,
    /// Its name, without folders.
    pub name: String,
    /// Its media type, as the sender gave it.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
}

/// What a party has used of its limits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Files that are there.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Store {
    /// Writes a new file.
    ///
    /// # Errors
    /// A database fault.
    pub fn insert_file(&self, interaction: &str, file: &FileRow, content: &[u8]) -> Result<(), StoreError> {
        self.lock()?
            .prepare_cached(
                "INSERT INTO chat_file (id, interaction, participant, name, media_type, size, content, downloads)
                 VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
            )?
            .execute(params![
                file.id,
                interaction,
                file.participant,
                file.name,
                file.media_type,
                signed(file.size),
                content
            ])?;
        Ok(())
    }

    /// What a party has used of its limits; a deleted file no longer counts.
    ///
    /// # Errors
    /// A database fault.
    pub fn file_usage(&self, interaction: &str, participant: u32) -> Result<Usage, StoreError> {
        Ok(self
            .lock()?
            .prepare_cached(
                "SELECT count(*), coalesce(sum(size), 0) FROM chat_file
                 WHERE interaction = ? AND participant = ? AND content IS NOT NULL",
            )?
            .query_row(params![interaction, participant], |row| {
                Ok(Usage { files: row.get(0)?, bytes: row.get::<_, i64>(1)?.unsigned_abs() })
            })?)
    }

    /// How often the customer has fetched files of this chat.
    ///
    /// # Errors
    /// A database fault.
    pub fn file_downloads(&self, interaction: &str) -> Result<u32, StoreError> {
        Ok(self
            .lock()?
            .prepare_cached("SELECT coalesce(sum(downloads), 0) FROM chat_file WHERE interaction = ?")?
            .query_row([interaction], |row| row.get(0))?)
    }

    /// One more download by the customer.
    ///
    /// # Errors
    /// A database fault.
    pub fn count_file_download(&self, id: &str) -> Result<(), StoreError> {
        self.lock()?.prepare_cached("UPDATE chat_file SET downloads = downloads + 1 WHERE id = ?")?.execute([id])?;
        Ok(())
    }

    /// A file and its content; `None` when this chat has none with this id, or no longer has it.
    ///
    /// # Errors
    /// A database fault.
    pub fn read_file(&self, interaction: &str, id: &str) -> Result<Option<(FileRow, Vec<u8>)>, StoreError> {
        Ok(self
            .lock()?
            .prepare_cached(
                "SELECT id, participant, name, media_type, size, content FROM chat_file
                 WHERE interaction = ? AND id = ? AND content IS NOT NULL",
            )?
            .query_row([interaction, id], |row| {
                let file = FileRow {
                    id: row.get(0)?,
                    participant: row.get(1)?,
                    name: row.get(2)?,
                    media_type: row.get(3)?,
                    size: row.get::<_, i64>(4)?.unsigned_abs(),
                };
                Ok((file, row.get(5)?))
            })
            .optional()?)
    }

    /// Forgets a file's content; its row stays, because its downloads stay counted.
    ///
    /// # Errors
    /// A database fault.
    pub fn delete_file(&self, id: &str) -> Result<(), StoreError> {
        self.lock()?.prepare_cached("UPDATE chat_file SET content = NULL WHERE id = ?")?.execute([id])?;
        Ok(())
    }
}
