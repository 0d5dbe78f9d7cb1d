//! Chats in the database: sessions, parties, transcript entries, attached data.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};

use super::{Store, StoreError};
use crate::chat_server::entry::{Entry, EntryType, PartyType, Sender, Visibility};
use crate::chat_server::idle::IdleTimer;
use crate::chat_server::key::KeyDigest;
use crate::chat_server::session::{Participant, Session};

/// An interaction as it was received.
pub struct InteractionRow {
    /// The queue into which it came.
    pub queue: String,
    /// The customer's subject, maybe empty.
    pub subject: String,
    /// Start, in ms.
    pub received_at: i64,
    /// End, in ms.
    pub stopped_at: Option<i64>,
}

/// The queue of an interaction; files of before know the service only.
const QUEUE: &str = "COALESCE(NULLIF(queue, ''), service)";

fn number(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

fn participant(row: &Row<'_>) -> Result<Option<Participant>, rusqlite::Error> {
    let kind: String = row.get(4)?;
    let digest: Option<Vec<u8>> = row.get(2)?;
    let Some(kind) = PartyType::from_name(&kind) else { return Ok(None) };
    Ok(Some(Participant {
        id: row.get(0)?,
        user_id: row.get(1)?,
        keys: digest.unwrap_or_default().chunks(KeyDigest::LEN).filter_map(KeyDigest::from_bytes).collect(),
        nickname: row.get(3)?,
        kind,
        joined: row.get(5)?,
        left: row.get(6)?,
    }))
}

fn entry(row: &Row<'_>) -> Result<Option<Entry>, rusqlite::Error> {
    let (kind, party, visibility): (String, String, String) = (row.get(1)?, row.get(4)?, row.get(9)?);
    let (Some(kind), Some(party), Some(visibility)) =
        (EntryType::from_name(&kind), PartyType::from_name(&party), Visibility::from_name(&visibility))
    else {
        return Ok(None);
    };
    let (attributes, user_data): (Option<String>, Option<String>) = (row.get(7)?, row.get(10)?);
    Ok(Some(Entry {
        index: row.get::<_, i64>(0)?.unsigned_abs(),
        kind,
        from: Sender { participant_id: row.get(2)?, nickname: row.get(3)?, kind: party },
        text: row.get(5)?,
        utc_time: row.get(6)?,
        user_data: user_data.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        event_attributes: attributes.and_then(|text| serde_json::from_str(&text).ok()),
        message_type: row.get(8)?,
        visibility,
    }))
}

impl Store {
    /// Writes a new session; its parties and entries follow by themselves.
    ///
    /// # Errors
    /// A database fault.
    pub fn insert_session(&self, session: &Session) -> Result<(), StoreError> {
        self.lock()?
            .prepare_cached(
                "INSERT INTO interaction (id, service, queue, subject, created, asynchronous) VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                session.id,
                session.service,
                session.queue,
                session.subject,
                session.created,
                session.asynchronous
            ])?;
        Ok(())
    }

    /// Marks a session as ended.
    ///
    /// # Errors
    /// A database fault.
    pub fn end_session(&self, id: &str, at: i64) -> Result<(), StoreError> {
        self.lock()?.prepare_cached("UPDATE interaction SET ended = ? WHERE id = ?")?.execute(params![at, id])?;
        Ok(())
    }

    /// Writes how far the customer has read.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_customer_read(&self, id: &str, index: u64) -> Result<(), StoreError> {
        self.lock()?
            .prepare_cached("UPDATE interaction SET customer_read = ? WHERE id = ?")?
            .execute(params![number(index), id])?;
        Ok(())
    }

    /// Writes a party, or what changed in it.
    ///
    /// # Errors
    /// A database fault.
    pub fn put_participant(&self, session: &str, party: &Participant) -> Result<(), StoreError> {
        // One digest after the other: they are read and written together.
        let keys: Vec<u8> = party.keys.iter().flat_map(|key| key.bytes().iter().copied()).collect();
        self.lock()?
            .prepare_cached(
                "INSERT INTO participant (interaction, id, user_id, key_digest, nickname, kind, joined, left_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (interaction, id) DO UPDATE SET nickname = excluded.nickname, left_at = excluded.left_at,
                 key_digest = excluded.key_digest",
            )?
            .execute(params![
                session,
                party.id,
                party.user_id,
                (!keys.is_empty()).then_some(keys),
                party.nickname,
                party.kind.name(),
                party.joined,
                party.left
            ])?;
        Ok(())
    }

    /// Appends an entry to a transcript.
    ///
    /// # Errors
    /// A database fault; also when the index is taken.
    pub fn insert_entry(&self, session: &str, entry: &Entry) -> Result<(), StoreError> {
        let user_data = (!entry.user_data.is_empty()).then(|| serde_json::json!(entry.user_data).to_string());
        self.lock()?
            .prepare_cached(
                "INSERT INTO entry (interaction, idx, kind, participant, nickname, party_kind, text, utc, attributes,
                 message_type, visibility, user_data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                session,
                number(entry.index),
                entry.kind.name(),
                entry.from.participant_id,
                entry.from.nickname,
                entry.from.kind.name(),
                entry.text,
                entry.utc_time,
                entry.event_attributes.as_ref().map(ToString::to_string),
                entry.message_type,
                entry.visibility.name(),
                user_data
            ])?;
        Ok(())
    }

    /// Ids of the sessions that are still going on, and of the newest `ended` ended ones, oldest first.
    ///
    /// # Errors
    /// A database fault.
    pub fn session_ids(&self, ended: u32) -> Result<Vec<String>, StoreError> {
        let connection = self.lock()?;
        let mut statement = connection.prepare_cached(
            "SELECT id FROM interaction WHERE ended IS NULL OR id IN
             (SELECT id FROM interaction WHERE ended IS NOT NULL ORDER BY ended DESC LIMIT ?) ORDER BY created",
        )?;
        let ids = statement.query_map([ended], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(ids)
    }

    /// Reads a whole session, with a new timer of inactivity, which depends on whether the chat is asynchronous, and nothing
    /// about its web client; `None` when there is no such interaction.
    ///
    /// # Errors
    /// A database fault, or a row that cannot be read back.
    pub fn load_session(&self, id: &str, idle: impl FnOnce(bool) -> IdleTimer) -> Result<Option<Session>, StoreError> {
        let connection = self.lock()?;
        let head = connection
            .prepare_cached(&format!(
                "SELECT service, {QUEUE}, subject, created, ended, customer_read, asynchronous FROM interaction
                 WHERE id = ?"
            ))?
            .query_row([id], |row| {
                let (created, ended, customer_read) = (row.get(3)?, row.get(4)?, row.get::<_, i64>(5)?);
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, created, ended, customer_read, row.get(6)?))
            })
            .optional()?;
        let Some((service, queue, subject, created, ended, customer_read, asynchronous)) = head else {
            return Ok(None);
        };
        let participants = connection
            .prepare_cached(
                "SELECT id, user_id, key_digest, nickname, kind, joined, left_at FROM participant
                 WHERE interaction = ? ORDER BY id",
            )?
            .query_map([id], participant)?
            .collect::<Result<Option<Vec<_>>, _>>()?
            .ok_or(StoreError::Corrupt("participant"))?;
        let transcript = connection
            .prepare_cached(
                "SELECT idx, kind, participant, nickname, party_kind, text, utc, attributes, message_type, visibility,
                 user_data FROM entry WHERE interaction = ? ORDER BY idx",
            )?
            .query_map([id], entry)?
            .collect::<Result<Option<Vec<_>>, _>>()?
            .ok_or(StoreError::Corrupt("entry"))?;
        let (typing, preview) = (Vec::new(), String::new());
        Ok(Some(Session {
            id: id.to_owned(),
            service,
            queue,
            subject,
            created,
            ended,
            participants,
            transcript,
            typing,
            preview,
            asynchronous,
            idle: idle(asynchronous),
            line: None,
            offer: None,
            alerts: Vec::new(),
            asked: None,
            customer_read: customer_read.unsigned_abs(),
            stale: false,
        }))
    }

    /// Whether there is such an interaction.
    ///
    /// # Errors
    /// A database fault.
    pub fn interaction_exists(&self, id: &str) -> Result<bool, StoreError> {
        Ok(self.lock()?.prepare_cached("SELECT 1 FROM interaction WHERE id = ?")?.exists([id])?)
    }

    /// An interaction, `None` when there is no such one.
    ///
    /// # Errors
    /// A database fault.
    pub fn interaction(&self, id: &str) -> Result<Option<InteractionRow>, StoreError> {
        let read = |row: &Row<'_>| {
            let (queue, subject) = (row.get(0)?, row.get(1)?);
            Ok(InteractionRow { queue, subject, received_at: row.get(2)?, stopped_at: row.get(3)? })
        };
        let connection = self.lock()?;
        let mut statement = connection
            .prepare_cached(&format!("SELECT {QUEUE}, subject, created, ended FROM interaction WHERE id = ?"))?;
        Ok(statement.query_row([id], read).optional()?)
    }

    /// All attached data of an interaction.
    ///
    /// # Errors
    /// A database fault.
    pub fn attached_data(&self, interaction: &str) -> Result<BTreeMap<String, String>, StoreError> {
        let connection = self.lock()?;
        let mut statement = connection.prepare_cached("SELECT key, value FROM attached_data WHERE interaction = ?")?;
        let data =
            statement.query_map([interaction], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        Ok(data)
    }

    /// Removes keys from attached data, all or none.
    ///
    /// # Errors
    /// A database fault.
    pub fn delete_attached_data(&self, interaction: &str, keys: &[String]) -> Result<(), StoreError> {
        let together = self.together()?;
        for key in keys {
            self.lock()?
                .prepare_cached("DELETE FROM attached_data WHERE interaction = ? AND key = ?")?
                .execute(params![interaction, key])?;
        }
        together.keep()
    }

    /// Merges attached data, all or nothing.
    ///
    /// # Errors
    /// A database fault.
    pub fn merge_attached_data(&self, interaction: &str, data: &BTreeMap<String, String>) -> Result<(), StoreError> {
        let together = self.together()?;
        for (key, value) in data {
            self.lock()?
                .prepare_cached(
                    "INSERT INTO attached_data (interaction, key, value) VALUES (?, ?, ?)
                     ON CONFLICT (interaction, key) DO UPDATE SET value = excluded.value",
                )?
                .execute(params![interaction, key, value])?;
        }
        together.keep()
    }
}
