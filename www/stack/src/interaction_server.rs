//! Interaction Server: the attached data of interactions, with change notification (backend 4.6).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use tokio::sync::broadcast;

use crate::store::{Store, StoreError};

/// Attached data: key-value pairs of an interaction, what the agent sees as Case Information.
pub type AttachedData = BTreeMap<String, String>;

/// An interaction's attached data changed ("interaction data update").
#[derive(Debug, Clone)]
pub struct DataChange {
    /// Interaction id.
    pub interaction_id: String,
    /// Keys that changed, with their new values.
    pub changed: AttachedData,
    /// Client name of the server that changed them.
    pub by: String,
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

    /// Merges data into an interaction and notifies; values that are already there do not count as changes.
    ///
    /// # Errors
    /// [`InteractionError::Unknown`] or a database fault.
    pub fn update(&self, interaction_id: &str, data: &AttachedData, by: &str) -> Result<(), InteractionError> {
        let before = self.attached_data(interaction_id)?;
        let changed: AttachedData = data
            .iter()
            .filter(|(key, value)| before.get(*key) != Some(*value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if changed.is_empty() {
            return Ok(());
        }
        self.store.merge_attached_data(interaction_id, &changed)?;
        // Nobody listening is no fault: the next reader asks for all of it.
        let _ = self.changes.send(DataChange { interaction_id: interaction_id.to_owned(), changed, by: by.to_owned() });
        Ok(())
    }
}
