//! What servers that speak another protocol to the customer read: they have checked credentials of their own.

use super::alert::Alert;
use super::entry::{Entry, PartyType};
use super::session::Participant;
use super::{ChatError, ChatServer};

/// A chat as parties of one kind see it.
#[derive(Clone)]
pub struct Seen {
    /// The entries that were asked for and may be seen, by index.
    pub entries: Vec<Entry>,
    /// Newest index, counting entries that this kind of party may not see.
    pub newest: u64,
    /// Everybody who was ever here, in order of arrival.
    pub parties: Vec<Participant>,
    /// The agents to whom it is and was offered, but for those who came.
    pub alerts: Vec<Alert>,
    /// End, in ms.
    pub ended: Option<i64>,
}

impl ChatServer {
    /// What parties of this kind see of a chat after an index; after 0, all of it.
    ///
    /// # Errors
    /// Unknown chat, database fault.
    pub fn seen_by(&self, chat_id: &str, kind: PartyType, after: u64) -> Result<Seen, ChatError> {
        self.with(chat_id, |session| {
            let first = session.transcript.partition_point(|entry| entry.index <= after);
            let entries = session.transcript.iter().skip(first).filter(|entry| entry.visibility.shows_to(kind));
            Ok(Seen {
                entries: entries.cloned().collect(),
                newest: session.newest_index(),
                parties: session.parties_for(kind).cloned().collect(),
                alerts: session.alerts.clone(),
                ended: session.ended,
            })
        })
    }
}
