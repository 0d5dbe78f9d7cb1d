//! Supervisors, and what agents and supervisors say to whom.
//!
//! How a supervisor is there is who may know of it (backend 4.2): who listens in is seen by supervisors only, who coaches by
//! agents too, who takes part by everybody. The words are ours; the marks are the Chat Server's.

use serde::{Deserialize, Serialize};

use super::agent::party_of;
use super::consult::adviser_of;
use super::entry::{Draft, PartyType, Visibility};
use super::session::{Participant, Session};
use super::{ChatChange, ChatError, ChatServer, check_text};
use crate::random;

/// How a supervisor is in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// Not at all.
    Off,
    /// Listens in; only supervisors know.
    Monitor,
    /// Speaks with the agent; the customer does not know.
    Coach,
    /// Takes part.
    BargeIn,
}

impl Presence {
    /// Who may know of it, and be spoken to; nobody for [`Presence::Off`].
    fn visibility(self) -> Option<Visibility> {
        match self {
            Self::Off => None,
            Self::Monitor => Some(Visibility::Vip),
            Self::Coach => Some(Visibility::Int),
            Self::BargeIn => Some(Visibility::All),
        }
    }
}

/// The present supervisor of this name.
fn supervisor_of(session: &Session, name: &str) -> Option<Participant> {
    let there =
        |party: &&Participant| party.kind == PartyType::Supervisor && party.left.is_none() && party.nickname == name;
    session.participants.iter().find(there).cloned()
}

/// Whether all who see `wider` see `narrower` too.
fn covers(narrower: Visibility, wider: Visibility) -> bool {
    let all = [PartyType::Client, PartyType::Agent, PartyType::Supervisor];
    all.into_iter().all(|kind| !wider.shows_to(kind) || narrower.shows_to(kind))
}

impl ChatServer {
    /// A supervisor comes, goes, or is there in another way; that they are there like this already is no fault.
    ///
    /// # Errors
    /// Unknown or ended chat, database fault.
    pub fn supervise(&self, chat_id: &str, name: &str, presence: Presence) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            if session.ended.is_some() {
                return Err(ChatError::Ended);
            }
            let before = supervisor_of(session, name);
            if before.as_ref().map(|party| session.presence_of(party.id)) == presence.visibility() {
                return Ok(());
            }
            // Another way of being there is another party: what was unseen stays so.
            if let Some(party) = before {
                self.leave(session, party.id)?;
            }
            if let Some(visibility) = presence.visibility() {
                let user_id = random::hex_upper::<8>()?;
                self.join_as(session, PartyType::Supervisor, name, user_id, Vec::new(), visibility)?;
            }
            self.notify(ChatChange::Summary { chat_id: session.id.clone() });
            Ok(())
        })
    }

    /// The chat's agent, a colleague who advises, or a supervisor who is there, says something; answers with its index.
    ///
    /// # Errors
    /// Unknown or ended chat, somebody who is not there or not for these ears, unfit text, database fault.
    pub fn staff_message(
        &self,
        chat_id: &str,
        name: &str,
        text: &str,
        visibility: Visibility,
    ) -> Result<u64, ChatError> {
        self.with(chat_id, |session| {
            let other = adviser_of(session, name).or_else(|| supervisor_of(session, name));
            let (party, seen) = match (party_of(session, name), other) {
                (Ok(agent), _) => (agent, Visibility::All),
                (Err(ChatError::NotInChat), Some(other)) => {
                    let seen = session.presence_of(other.id);
                    (other, seen)
                }
                (Err(error), _) => return Err(error),
            };
            // Nobody is spoken to by somebody of whom they do not know, nor says what they could not read themselves.
            if !covers(seen, visibility) || !visibility.shows_to(party.kind) {
                return Err(ChatError::Unseen);
            }
            check_text(text)?;
            self.set_typing(session, &party, false)?;
            self.append(session, party.sender(), Draft::message(text, visibility))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrower_marks_are_covered() {
        use Visibility::{All, Int, Vip};
        for (seen, said, good) in [
            (All, All, true),
            (All, Int, true),
            (All, Vip, true),
            (Int, All, false),
            (Int, Int, true),
            (Int, Vip, true),
            (Vip, All, false),
            (Vip, Int, false),
            (Vip, Vip, true),
        ] {
            assert_eq!(covers(seen, said), good, "{seen:?} {said:?}");
        }
    }
}
