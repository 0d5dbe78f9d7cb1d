//! Interaction Server: attached data and properties of interactions, with change notification (backend 4.6).
//!
//! Whoever wants to read or change attached data comes here: `tests/stack/interaction.rs` holds the sources to it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::broadcast;

use crate::store::{InteractionRow, Store, StoreError};

/// Attached data: key-value pairs of an interaction, what the agent sees as Case Information.
pub type AttachedData = BTreeMap<String, String>;

/// An interaction's attached data changed ("interaction data update").
#[derive(Debug, Clone)]
pub struct DataChange {
    /// Interaction id.
    pub interaction_id: String,
    /// Keys that changed, with their new values.
    pub changed: AttachedData,
    /// Keys that are there no more.
    pub deleted: Vec<String>,
    /// Client name of the server that changed them.
    pub by: String,
}

/// Medium of every interaction here (backend 5.7, `MediaType`).
const MEDIA_TYPE: &str = "chat";

/// Type of every interaction here: customers begin them.
const INTERACTION_TYPE: &str = "Inbound";

/// What an interaction is, as opposed to what was attached to it. The names are the vendor's words, their choice is ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Properties {
    /// Interaction id, also that of the chat.
    pub interaction_id: String,
    /// `chat`
    pub media_type: &'static str,
    /// `Inbound`
    pub interaction_type: &'static str,
    /// The queue into which it came; the service's name where none is configured.
    pub queue: String,
    /// The customer's subject, maybe empty.
    pub subject: String,
    /// Start, in ms.
    pub received_at: i64,
    /// End, in ms.
    pub stopped_at: Option<i64>,
    /// Whether the customer can still be reached.
    pub is_online: bool,
}

/// A refusal or fault of the Interaction Server.
#[derive(Debug)]
pub enum InteractionError {
    /// There is no such interaction.
    Unknown,
    /// The database failed.
    Store(StoreError),
}

impl InteractionError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "interaction_unknown",
            Self::Store(_) => "store_failed",
        }
    }
}

impl fmt::Display for InteractionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("there is no such interaction"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for InteractionError {}

impl From<StoreError> for InteractionError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Handle to the Interaction Server; clones are the same server.
#[derive(Clone)]
pub struct InteractionServer {
    store: Arc<Store>,
    changes: broadcast::Sender<DataChange>,
}

impl InteractionServer {
    /// A server over this store.
    pub fn new(store: Arc<Store>) -> Self {
        Self { store, changes: broadcast::channel(1024).0 }
    }

    /// Notifications of every later change.
    pub fn subscribe(&self) -> broadcast::Receiver<DataChange> {
        self.changes.subscribe()
    }

    /// The attached data of an interaction.
    ///
    /// # Errors
    /// [`InteractionError::Unknown`] or a database fault.
    pub fn attached_data(&self, interaction_id: &str) -> Result<AttachedData, InteractionError> {
        if !self.store.interaction_exists(interaction_id)? {
            return Err(InteractionError::Unknown);
        }
        Ok(self.store.attached_data(interaction_id)?)
    }

    /// What an interaction is.
    ///
    /// # Errors
    /// [`InteractionError::Unknown`] or a database fault.
    pub fn properties(&self, interaction_id: &str) -> Result<Properties, InteractionError> {
        let row = self.store.interaction(interaction_id)?.ok_or(InteractionError::Unknown)?;
        let InteractionRow { queue, subject, received_at, stopped_at } = row;
        Ok(Properties {
            interaction_id: interaction_id.to_owned(),
            media_type: MEDIA_TYPE,
            interaction_type: INTERACTION_TYPE,
            queue,
            subject,
            received_at,
            stopped_at,
            is_online: stopped_at.is_none(),
        })
    }

    /// Merges data into an interaction and notifies; values that are already there do not count as changes. What is written
    /// together with more is told of when all of that is kept.
    ///
    /// # Errors
    /// [`InteractionError::Unknown`] or a database fault.
    pub fn update(&self, interaction_id: &str, data: &AttachedData, by: &str) -> Result<(), InteractionError> {
        // Nobody else writes between the look and the change, so what is told is what has changed, in the order of changes.
        let together = self.store.together()?;
        let before = self.attached_data(interaction_id)?;
        let changed: AttachedData = data
            .iter()
            .filter(|(key, value)| before.get(*key) != Some(*value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if !changed.is_empty() {
            self.store.merge_attached_data(interaction_id, &changed)?;
            self.notify(interaction_id, changed, Vec::new(), by);
        }
        Ok(together.keep()?)
    }

    /// Removes keys from the attached data and notifies; keys that are not there do not count.
    ///
    /// # Errors
    /// [`InteractionError::Unknown`] or a database fault.
    pub fn remove(&self, interaction_id: &str, keys: &[String], by: &str) -> Result<(), InteractionError> {
        let together = self.store.together()?;
        let before = self.attached_data(interaction_id)?;
        let deleted: Vec<String> = keys.iter().filter(|key| before.contains_key(*key)).cloned().collect();
        if !deleted.is_empty() {
            self.store.delete_attached_data(interaction_id, &deleted)?;
            self.notify(interaction_id, AttachedData::new(), deleted, by);
        }
        Ok(together.keep()?)
    }

    /// [`InteractionServer::update`] and [`InteractionServer::remove`], both or neither; gives what is attached then.
    ///
    /// # Errors
    /// [`InteractionError::Unknown`] or a database fault.
    pub fn change(
        &self,
        interaction_id: &str,
        data: &AttachedData,
        keys: &[String],
        by: &str,
    ) -> Result<AttachedData, InteractionError> {
        let together = self.store.together()?;
        self.update(interaction_id, data, by)?;
        self.remove(interaction_id, keys, by)?;
        let attached = self.attached_data(interaction_id)?;
        together.keep()?;
        Ok(attached)
    }

    fn notify(&self, interaction_id: &str, changed: AttachedData, deleted: Vec<String>, by: &str) {
        let (interaction_id, by) = (interaction_id.to_owned(), by.to_owned());
        let changes = self.changes.clone();
        self.store.tell_when_kept(move || {
            // Nobody listening is no fault: the next reader asks for all of it.
            let _ = changes.send(DataChange { interaction_id, changed, deleted, by });
        });
    }
}
