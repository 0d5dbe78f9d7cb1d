//! What the forms of a MicroApp must carry. It is kept, so that a form that is open in a page stays good over a restart.

use rusqlite::params;

use super::{Store, StoreError};

impl Store {
    /// The nonce of a MicroApp session: this one, if it has none yet.
    ///
    /// # Errors
    /// A database fault.
    pub fn nonce_of(&self, session: &str, new: &str) -> Result<String, StoreError> {
        let connection = self.lock()?;
        connection
            .prepare_cached(
                "INSERT INTO microapp_nonce (session, nonce) VALUES (?, ?) ON CONFLICT (session) DO NOTHING",
            )?
            .execute(params![session, new])?;
        let mut statement = connection.prepare_cached("SELECT nonce FROM microapp_nonce WHERE session = ?")?;
        Ok(statement.query_row([session], |row| row.get(0))?)
    }
}
