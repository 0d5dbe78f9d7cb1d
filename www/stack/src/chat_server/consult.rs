//! A colleague who is asked before a chat is handed over, or only for advice: the second way to transfer. The words are ours;
//! the marks are the Chat Server's (backend 4.2).
//!
//! Whoever is asked is there with the mark `INT`: the agent and supervisors know, the customer does not. They read the chat and
//! speak with the team. When the chat is handed over they are there for everybody.

use super::agent::party_of;
use super::entry::{Draft, PartyType, Visibility};
use super::session::{Participant, Session};
use super::{ChatChange, ChatError, ChatServer, check_text};
use crate::random;

/// The colleague who is there for advice, of this name.
pub(super) fn adviser_of(session: &Session, name: &str) -> Option<Participant> {
    session.adviser().filter(|party| party.nickname == name).cloned()
}

impl ChatServer {
    /// The chat's agent asks a colleague, with a note for the team if there is one.
    ///
    /// # Errors
    /// Unknown or ended chat, not this agent's chat, somebody is asked already, a note that is too long, database fault.
    pub fn consult(&self, chat_id: &str, agent: &str, colleague: &str, note: &str) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            let party = party_of(session, agent)?;
            if session.asked.is_some() || session.adviser().is_some() {
                return Err(ChatError::Consulting);
            }
            if !note.is_empty() {
                check_text(note)?;
                self.append(session, party.sender(), Draft::message(note, Visibility::Int))?;
            }
            session.asked = Some(colleague.to_owned());
            self.notify(ChatChange::Summary { chat_id: session.id.clone() });
            Ok(())
        })
    }

    /// The colleague who is asked comes, or does not want to.
    ///
    /// # Errors
    /// Unknown or ended chat, somebody else is asked or nobody, faults of database or random generator.
    pub fn answer_consult(&self, chat_id: &str, colleague: &str, comes: bool) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            if session.ended.is_some() {
                return Err(ChatError::Ended);
            }
            session.asked.take_if(|asked| asked == colleague).ok_or(ChatError::NotConsulted)?;
            if comes {
                let user_id = random::hex_upper::<8>()?;
                self.join_as(session, PartyType::Agent, colleague, user_id, Vec::new(), Visibility::Int)?;
            }
            self.notify(ChatChange::Summary { chat_id: session.id.clone() });
            Ok(())
        })
    }

    /// The agent or the colleague ends it: whoever was asked is not any more, whoever is there goes.
    ///
    /// # Errors
    /// Unknown or ended chat, somebody who is neither, nobody is asked, database fault.
    pub fn end_consult(&self, chat_id: &str, name: &str) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            if adviser_of(session, name).is_none() {
                party_of(session, name)?;
            }
            if session.asked.is_none() && session.adviser().is_none() {
                return Err(ChatError::NotConsulted);
            }
            self.dismiss(session)?;
            self.notify(ChatChange::Summary { chat_id: session.id.clone() });
            Ok(())
        })
    }

    /// The agent hands the chat over to the colleague who is there, and goes. For the customer one comes and one goes; the chat
    /// never waits.
    ///
    /// # Errors
    /// Unknown or ended chat, not this agent's chat, nobody is there, a customer who has left, faults of database or random
    /// generator.
    pub fn hand_over(&self, chat_id: &str, agent: &str) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            let party = party_of(session, agent)?;
            let colleague = session.adviser().ok_or(ChatError::NotConsulted)?.nickname.clone();
            session.has_customer()?;
            self.dismiss(session)?;
            self.join(session, PartyType::Agent, &colleague)?;
            self.leave(session, party.id)?;
            self.notify(ChatChange::Summary { chat_id: session.id.clone() });
            Ok(())
        })
    }

    /// Nobody is asked any more, and nobody is there for advice.
    pub(super) fn dismiss(&self, session: &mut Session) -> Result<(), ChatError> {
        session.asked = None;
        match session.adviser().map(|party| party.id) {
            Some(id) => self.leave(session, id),
            None => Ok(()),
        }
    }
}
