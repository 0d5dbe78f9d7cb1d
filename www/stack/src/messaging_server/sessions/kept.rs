//! What the database keeps of sessions. A request waits for it no longer than for another server
//! (`GenesysSDK.ServerCommunication.ConnectionTimeoutMillis`), for its customer waits as well.

use std::future::ready;
use std::sync::Arc;

use super::{Sessions, state};
use crate::messaging_server::refusal::Refusal;
use crate::store::{MicroAppRow, Store, StoreError};

impl Sessions {
    /// Reads from the database, which is waited for no longer than another server is.
    pub(super) fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let store = Arc::clone(&self.store);
        self.way.ask(move || read(&store)).map_err(|_| Refusal::ServerBusy)?.map_err(fault)
    }

    /// Writes to the database, all of it in that time or nothing.
    pub(in super::super) fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let store = Arc::clone(&self.store);
        let asked = self.way.ask_and_agree(ready(()), move |waits| {
            let together = store.together()?;
            let written = write(&store)?;
            if waits() { together.keep().map(|()| Some(written)) } else { Ok(None) }
        });
        asked.unwrap_or(Ok(None)).map_err(fault)?.ok_or(Refusal::ServerBusy)
    }

    /// Keeps a session, or what has changed in it.
    pub(super) fn put(&self, session: &MicroAppRow) -> Result<(), Refusal> {
        let row = session.clone();
        self.write(move |store| store.put_microapp(&row))
    }

    /// A session by its id.
    pub(super) fn row(&self, id: &str) -> Result<Option<MicroAppRow>, Refusal> {
        let id = id.to_owned();
        self.read(move |store| store.microapp(&id))
    }

    /// The sessions of a chat, oldest first.
    pub(super) fn of_chat(&self, interaction: &str) -> Result<Vec<MicroAppRow>, Refusal> {
        let id = interaction.to_owned();
        self.read(move |store| store.microapps_of(&id))
    }

    /// The sessions that go on, for work that no request waits for.
    pub(in super::super) fn running(&self) -> Vec<MicroAppRow> {
        self.store.microapps_in(state::RUNNING).unwrap_or_else(|error| {
            eprintln!("{error}");
            Vec::new()
        })
    }
}

/// The database failed: the operator reads why, the customer only that.
pub(super) fn fault(error: StoreError) -> Refusal {
    eprintln!("{error}");
    Refusal::ServerFault
}
