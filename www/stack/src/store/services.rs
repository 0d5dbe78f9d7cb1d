//! Services of GMS and their storage in the database.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};

use super::{Store, StoreError};

/// A service that a customer has created.
#[derive(Debug, Clone)]
pub struct ServiceRow {
    /// Its id, which opens it.
    pub id: String,
    /// Name of the configured service.
    pub name: String,
    /// Creation, in ms.
    pub created: i64,
    /// When the customer wants to be served, in ms.
    pub desired: i64,
    /// When it is forgotten, in ms.
    pub expires: i64,
    /// Header `gms_user` of the request, maybe empty.
    pub gms_user: String,
    /// What the customer has said of themselves.
    pub data: BTreeMap<String, String>,
    /// Interaction and user id of its chat, once there is one.
    pub chat: Option<(String, String)>,
    /// Whether the chat's news are pushed.
    pub push: bool,
    /// Whether it was cancelled.
    pub cancelled: bool,
}

const COLUMNS: &str =
    "id, name, created, desired, expires, gms_user, data, interaction, user_id, push, cancelled FROM gms_service";

fn service(row: &Row<'_>) -> Result<ServiceRow, rusqlite::Error> {
    let (interaction, user_id): (Option<String>, Option<String>) = (row.get(7)?, row.get(8)?);
    let data: String = row.get(6)?;
    Ok(ServiceRow {
        id: row.get(0)?,
        name: row.get(1)?,
        created: row.get(2)?,
        desired: row.get(3)?,
        expires: row.get(4)?,
        gms_user: row.get(5)?,
        data: serde_json::from_str(&data).unwrap_or_default(),
        chat: interaction.zip(user_id),
        push: row.get(9)?,
        cancelled: row.get(10)?,
    })
}

impl Store {
    /// Writes a service, or what changed in it.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_service(&self, row: &ServiceRow) -> Result<(), StoreError> {
        self.lock()?
            .prepare_cached(
                "INSERT INTO gms_service (id, name, created, desired, expires, gms_user, data, interaction, user_id,
                 push, cancelled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET desired = excluded.desired, expires = excluded.expires,
                 gms_user = excluded.gms_user, data = excluded.data, interaction = excluded.interaction, user_id = excluded.user_id,
                 push = excluded.push, cancelled = excluded.cancelled",
            )?
            .execute(params![
                row.id,
                row.name,
                row.created,
                row.desired,
                row.expires,
                row.gms_user,
                serde_json::json!(row.data).to_string(),
                row.chat.as_ref().map(|(interaction, _)| interaction),
                row.chat.as_ref().map(|(_, user_id)| user_id),
                row.push,
                row.cancelled
            ])?;
        Ok(())
    }

    /// A service; `None` when there is none with this id.
    ///
    /// # Errors
    /// A database fault.
    pub fn service(&self, id: &str) -> Result<Option<ServiceRow>, StoreError> {
        Ok(self
            .lock()?
            .prepare_cached(&format!("SELECT {COLUMNS} WHERE id = ?"))?
            .query_row([id], service)
            .optional()?)
    }

    /// All services, oldest first.
    ///
    /// # Errors
    /// A database fault.
    pub fn services(&self) -> Result<Vec<ServiceRow>, StoreError> {
        let connection = self.lock()?;
        let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} ORDER BY created, id"))?;
        let rows = statement.query_map([], service)?.collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Writes up to which index the news of a service's chat have been heard; `None` when its end was, too.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_pushed(&self, id: &str, index: Option<u64>) -> Result<(), StoreError> {
        let index = index.and_then(|index| i64::try_from(index).ok()).unwrap_or(i64::MAX);
        self.lock()?.prepare_cached("UPDATE gms_service SET pushed = ? WHERE id = ?")?.execute(params![index, id])?;
        Ok(())
    }

    /// Up to which index the news of a service's chat have been heard, 0 for none; `None` when there is nothing more to tell.
    ///
    /// # Errors
    /// A database fault.
    pub fn pushed(&self, id: &str) -> Result<Option<u64>, StoreError> {
        let connection = self.lock()?;
        let mut statement = connection.prepare_cached("SELECT pushed FROM gms_service WHERE id = ?")?;
        let index: Option<i64> = statement.query_row([id], |row| row.get(0)).optional()?;
        Ok(index.filter(|index| *index != i64::MAX).map(i64::unsigned_abs))
    }

    /// Forgets services whose time is over, with their storage.
    ///
    /// # Errors
    /// A database fault.
    pub fn forget_services(&self, now: i64) -> Result<(), StoreError> {
        let connection = self.lock()?;
        connection
            .prepare_cached("DELETE FROM gms_storage WHERE service IN (SELECT id FROM gms_service WHERE expires <= ?)")?
            .execute([now])?;
        connection.prepare_cached("DELETE FROM gms_service WHERE expires <= ?")?.execute([now])?;
        Ok(())
    }

    /// What a service has stored.
    ///
    /// # Errors
    /// A database fault.
    pub fn storage(&self, service: &str) -> Result<BTreeMap<String, String>, StoreError> {
        let connection = self.lock()?;
        let mut statement = connection.prepare_cached("SELECT key, value FROM gms_storage WHERE service = ?")?;
        let data = statement.query_map([service], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        Ok(data)
    }

    /// Stores values for a service, beside those that are there.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_storage(&self, service: &str, data: &BTreeMap<String, String>) -> Result<(), StoreError> {
        let together = self.together()?;
        for (key, value) in data {
            self.lock()?
                .prepare_cached(
                    "INSERT INTO gms_storage (service, key, value) VALUES (?, ?, ?)
                     ON CONFLICT (service, key) DO UPDATE SET value = excluded.value",
                )?
                .execute(params![service, key, value])?;
        }
        together.keep()
    }

    /// Forgets one value of a service, or all of them.
    ///
    /// # Errors
    /// A database fault.
    pub fn delete_storage(&self, service: &str, key: Option<&str>) -> Result<(), StoreError> {
        self.lock()?
            .prepare_cached("DELETE FROM gms_storage WHERE service = ?1 AND (?2 IS NULL OR key = ?2)")?
            .execute(params![service, key])?;
        Ok(())
    }
}
