//! Who somebody is, for servers that act on a customer's behalf or hand out keys of their own. Unlike in [`super::flex`], a
//! wrong key costs nobody his place here.

use super::client::{Credentials, View};
use super::key::KeyDigest;
use super::session::{Participant, Session};
use super::silence::Line;
use super::{ChatError, ChatServer};

/// Keys of one party that stay good: more than a customer has tabs.
pub const KEYS_KEPT: usize = 16;

/// The party that these credentials name and open.
fn identified<'a>(session: &'a Session, credentials: Credentials<'_>) -> Result<&'a Participant, ChatError> {
    let party = session.party(credentials.user_id).ok_or(ChatError::UnknownUser)?;
    if party.is_opened_by(credentials.secure_key) { Ok(party) } else { Err(ChatError::WrongKey) }
}

impl ChatServer {
    /// Interaction and user id of the customer whom this key belongs to, in a chat that goes on: for clients that resume
    /// with nothing else (backend 1.8). One who was silent for too long is found as well, to be told so.
    pub fn owner_of_key(&self, secure_key: &str) -> Option<(String, String)> {
        let sessions = self.lock();
        let live = sessions.values().filter(|session| session.ended.is_none());
        live.filter_map(|session| Some((session, session.client()?)))
            .filter(|(session, party)| party.left.is_none() || session.line.is_some_and(Line::is_cut))
            .find(|(_, party)| party.is_opened_by(secure_key))
            .map(|(session, party)| (session.id.clone(), party.user_id.clone()))
    }

    /// The transcript as the owner of these credentials sees it, from `position` on (backend 1.4): for servers that act on
    /// the customer's behalf.
    ///
    /// The key is compared in constant time and a wrong one removes **nobody**, because a server with a stale key must
    /// never throw the customer out (backend 1.5).
    ///
    /// # Errors
    /// Unknown chat or user, wrong key, database fault.
    pub fn read_transcript(
        &self,
        chat_id: &str,
        credentials: Credentials<'_>,
        position: Option<i64>,
    ) -> Result<View, ChatError> {
        self.with(chat_id, |session| {
            let party = identified(session, credentials)?;
            if party.left.is_some() && session.ended.is_none() {
                return Err(ChatError::UnknownUser);
            }
            Ok(session.view_of(party, position, self.inner.clock.now_ms()))
        })
    }

    /// Whether these are the credentials of somebody who is or was in the chat. A wrong key removes **nobody**.
    ///
    /// # Errors
    /// Unknown chat or user, wrong key, database fault.
    pub fn identify(&self, chat_id: &str, credentials: Credentials<'_>) -> Result<(), ChatError> {
        self.with(chat_id, |session| identified(session, credentials).map(|_| ()))
    }

    /// Gives the owner of these credentials one more key; of more than [`KEYS_KEPT`] the oldest goes.
    ///
    /// # Errors
    /// Unknown chat or user, wrong key, ended chat, a customer let go for his silence, database fault.
    pub fn add_key(&self, chat_id: &str, credentials: Credentials<'_>, key: KeyDigest) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            let number = identified(session, credentials)?.id;
            if session.ended.is_some() {
                return Err(ChatError::Ended);
            }
            if session.line.is_some_and(Line::is_cut) {
                return Err(ChatError::Silent);
            }
            let party = session.participants.iter_mut().find(|party| party.id == number);
            let party = party.ok_or(ChatError::UnknownUser)?;
            let mut changed = party.clone();
            changed.keys.push(key);
            let surplus = changed.keys.len().saturating_sub(KEYS_KEPT);
            changed.keys.drain(..surplus);
            self.inner.store.put_participant(chat_id, &changed)?;
            *party = changed;
            Ok(())
        })
    }
}
