//! MicroApp sessions and the audit table in the database.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use super::{Store, StoreError};

/// A MicroApp session as it is stored. No card data, no secure key.
#[derive(Debug, Clone)]
pub struct MicroAppRow {
    /// Unguessable id, part of the frame's address.
    pub id: String,
    /// Interaction id of the chat it belongs to.
    pub interaction: String,
    /// Transcript index of the request that started it.
    pub index: u64,
    /// App token of the request.
    pub token: String,
    /// Name of the application.
    pub app: String,
    /// Origin of the page that embeds it, verified.
    pub domain: String,
    /// Step the customer is at, by the name that agents read.
    pub block: String,
    /// Block of the callflow that the customer is at; several may be one step. Empty in files of before.
    pub node: String,
    /// Language of its pages; empty in files of before.
    pub language: String,
    /// `running`, `ended`, `closed`, `replaced` or `timeout`.
    pub state: String,
    /// Start-block variables from the transcript, attached data, and the customer's answers; never a secure entry.
    pub variables: BTreeMap<String, String>,
    /// Payments tried.
    pub attempts: u32,
    /// Reference of the finished payment.
    pub reference: Option<String>,
    /// Start, in ms.
    pub created: i64,
    /// End, in ms.
    pub ended: Option<i64>,
}

/// A block the customer reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Milestone {
    /// The block's name.
    pub name: String,
    /// When, in ms.
    pub at: i64,
}

/// One line of the audit table: what the Messaging Server did or refused, without secrets and without parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// When, in ms.
    pub at: i64,
    /// Stable code.
    pub code: String,
    /// Interaction id, empty when the request had none that exists.
    #[serde(rename = "interactionId")]
    pub interaction: String,
    /// App token, empty when it was malformed.
    pub token: String,
}

const COLUMNS: &str = "id, interaction, idx, token, app, domain, block, state, variables, attempts, reference, created, ended, \
     node, language";

fn microapp(row: &Row<'_>) -> Result<MicroAppRow, rusqlite::Error> {
    let variables: String = row.get(8)?;
    Ok(MicroAppRow {
        id: row.get(0)?,
        interaction: row.get(1)?,
        index: row.get::<_, i64>(2)?.unsigned_abs(),
        token: row.get(3)?,
        app: row.get(4)?,
        domain: row.get(5)?,
        block: row.get(6)?,
        state: row.get(7)?,
        variables: serde_json::from_str(&variables).unwrap_or_default(),
        attempts: row.get(9)?,
        reference: row.get(10)?,
        created: row.get(11)?,
        ended: row.get(12)?,
        node: row.get(13)?,
        language: row.get(14)?,
    })
}

impl Store {
    /// Writes a MicroApp session, or what changed in it. A second session for the same transcript index is refused.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_microapp(&self, session: &MicroAppRow) -> Result<(), StoreError> {
        let variables = serde_json::to_string(&session.variables).unwrap_or_default();
        self.lock()?
            .prepare_cached(
                "INSERT INTO microapp_session (id, interaction, idx, token, app, domain, block, state, variables,
                 attempts, reference, created, ended, node, language)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET block = excluded.block, state = excluded.state,
                 variables = excluded.variables, attempts = excluded.attempts, reference = excluded.reference,
                 ended = excluded.ended, node = excluded.node, language = excluded.language",
            )?
            .execute(params![
                session.id,
                session.interaction,
                i64::try_from(session.index).unwrap_or(i64::MAX),
                session.token,
                session.app,
                session.domain,
                session.block,
                session.state,
                variables,
                session.attempts,
                session.reference,
                session.created,
                session.ended,
                session.node,
                session.language
            ])?;
        Ok(())
    }

    /// The MicroApp session with this id.
    ///
    /// # Errors
    /// A database fault.
    pub fn microapp(&self, id: &str) -> Result<Option<MicroAppRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM microapp_session WHERE id = ?");
        Ok(self.lock()?.prepare_cached(&sql)?.query_row([id], microapp).optional()?)
    }

    /// All MicroApp sessions of an interaction, oldest first.
    ///
    /// # Errors
    /// A database fault.
    pub fn microapps_of(&self, interaction: &str) -> Result<Vec<MicroAppRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM microapp_session WHERE interaction = ? ORDER BY created, idx");
        let connection = self.lock()?;
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map([interaction], microapp)?.collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// All MicroApp sessions in this state.
    ///
    /// # Errors
    /// A database fault.
    pub fn microapps_in(&self, state: &str) -> Result<Vec<MicroAppRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM microapp_session WHERE state = ?");
        let connection = self.lock()?;
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map([state], microapp)?.collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Notes that the customer reached a block.
    ///
    /// # Errors
    /// A database fault.
    pub fn add_milestone(&self, session: &str, name: &str, at: i64) -> Result<(), StoreError> {
        self.lock()?
            .prepare_cached("INSERT INTO microapp_milestone (session, name, at) VALUES (?, ?, ?)")?
            .execute(params![session, name, at])?;
        Ok(())
    }

    /// The blocks a session reached, in order.
    ///
    /// # Errors
    /// A database fault.
    pub fn milestones(&self, session: &str) -> Result<Vec<Milestone>, StoreError> {
        let connection = self.lock()?;
        let mut statement =
            connection.prepare_cached("SELECT name, at FROM microapp_milestone WHERE session = ? ORDER BY n")?;
        let rows = statement
            .query_map([session], |row| Ok(Milestone { name: row.get(0)?, at: row.get(1)? }))?
            .collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Appends to the audit table.
    ///
    /// # Errors
    /// A database fault.
    pub fn add_audit(&self, row: &AuditRow) -> Result<(), StoreError> {
        self.lock()?
            .prepare_cached("INSERT INTO audit (at, code, interaction, token) VALUES (?, ?, ?, ?)")?
            .execute(params![row.at, row.code, row.interaction, row.token])?;
        Ok(())
    }

    /// Whether a MicroApp runs in an interaction.
    ///
    /// # Errors
    /// A database fault.
    pub fn microapp_runs(&self, interaction: &str) -> Result<bool, StoreError> {
        Ok(self
            .lock()?
            .prepare_cached("SELECT 1 FROM microapp_session WHERE interaction = ? AND ended IS NULL")?
            .exists([interaction])?)
    }

    /// The audit lines of an interaction, oldest first.
    ///
    /// # Errors
    /// A database fault.
    pub fn audit_of(&self, interaction: &str) -> Result<Vec<AuditRow>, StoreError> {
        let connection = self.lock()?;
        let mut statement = connection
            .prepare_cached("SELECT at, code, interaction, token FROM audit WHERE interaction = ? ORDER BY n")?;
        let rows = statement
            .query_map([interaction], |row| {
                Ok(AuditRow { at: row.get(0)?, code: row.get(1)?, interaction: row.get(2)?, token: row.get(3)? })
            })?
            .collect::<Result<_, _>>()?;
        Ok(rows)
    }
}
