//! The agent's interface to the Chat Server: what the desk calls.

use serde::Serialize;

use super::entry::{Draft, Entry, PartyType, Visibility};
use super::session::{Participant, Session};
use super::{ChatChange, ChatError, ChatServer, Offer, check_text};
use crate::clock::now_ms;
use crate::random;
use crate::store::StoreError;

/// Where a chat stands for the agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatState {
    /// No agent is there.
    Waiting,
    /// An agent has accepted it.
    Active,
    /// It is over.
    Ended,
}

/// A line of the agents' list.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Interaction id.
    pub id: String,
    /// The customer's name.
    pub customer: String,
    /// Whether the customer is still there.
    pub customer_present: bool,
    /// The customer's subject, maybe empty.
    pub subject: String,
    /// Where it stands.
    pub state: ChatState,
    /// The agent who has accepted it.
    pub agent: Option<String>,
    /// Start, in ms.
    pub started_at: i64,
    /// End, in ms.
    pub ended_at: Option<i64>,
    /// Newest index.
    pub newest_index: u64,
    /// Index up to which the customer has read, 0 for nothing known.
    pub customer_read: u64,
    /// The routing target for which it waits; without one, whoever likes may take it.
    pub target: Option<String>,
    /// The agent to whom it is offered.
    pub offered_to: Option<String>,
    /// Supervisors who are there and of whom agents may know.
    pub supervisors: Vec<String>,
    /// The colleague whom the agent has asked, until they answer.
    pub asked: Option<String>,
    /// The colleague who is there for advice.
    pub adviser: Option<String>,
}

/// A party for the agents. No user id, no key.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartySummary {
    /// Number in the chat.
    pub participant_id: u32,
    /// Name.
    pub nickname: String,
    /// Kind of party.
    #[serde(rename = "type")]
    pub kind: PartyType,
    /// Arrival, in ms.
    pub joined_at: i64,
    /// Departure, in ms.
    pub left_at: Option<i64>,
}

/// A whole chat for the agents.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The line of the list.
    #[serde(flatten)]
    pub summary: Summary,
    /// Everybody who was ever here.
    pub participants: Vec<PartySummary>,
    /// The transcript in all visibilities.
    pub transcript: Vec<Entry>,
    /// Whether the customer is typing.
    pub customer_typing: bool,
    /// The customer's unsent text.
    pub preview: String,
    /// Seconds until inactivity control does something, if it will.
    pub idle_expires_in: Option<i64>,
}

fn summary(session: &Session) -> Summary {
    let agent = session.agents(Visibility::All).next_back();
    let state = match (session.ended, session.agent()) {
        (Some(_), _) => ChatState::Ended,
        (None, Some(_)) => ChatState::Active,
        (None, None) => ChatState::Waiting,
    };
    Summary {
        id: session.id.clone(),
        customer: session.client().map(|party| party.nickname.clone()).unwrap_or_default(),
        customer_present: session.client().is_some_and(|party| party.left.is_none()),
        subject: session.subject.clone(),
        state,
        agent: agent.map(|party| party.nickname.clone()),
        started_at: session.created,
        ended_at: session.ended,
        newest_index: session.newest_index(),
        customer_read: session.customer_read,
        target: session.offer.as_ref().map(|offer| offer.target.clone()),
        offered_to: session.offer.as_ref().and_then(|offer| offer.to.clone()),
        supervisors: session.supervisors().map(|party| party.nickname.clone()).collect(),
        asked: session.asked.clone(),
        adviser: session.adviser().map(|party| party.nickname.clone()),
    }
}

/// The present agent of this name.
pub(super) fn party_of(session: &Session, name: &str) -> Result<Participant, ChatError> {
    if session.ended.is_some() {
        return Err(ChatError::Ended);
    }
    session.agent().filter(|party| party.nickname == name).cloned().ok_or(ChatError::NotInChat)
}

impl ChatServer {
    /// All chats that go on and the newest that have ended, oldest first.
    pub fn chats(&self) -> Vec<Summary> {
        let mut list: Vec<Summary> = self.lock().values().map(summary).collect();
        list.sort_by(|a, b| (a.started_at, &a.id).cmp(&(b.started_at, &b.id)));
        list
    }

    /// One line of the list.
    ///
    /// # Errors
    /// Unknown chat, database fault.
    pub fn summary(&self, chat_id: &str) -> Result<Summary, ChatError> {
        self.with(chat_id, |session| Ok(summary(session)))
    }

    /// A whole chat, as agents or supervisors see it.
    ///
    /// # Errors
    /// Unknown chat, database fault.
    pub fn snapshot(&self, chat_id: &str, seen_by: PartyType) -> Result<Snapshot, ChatError> {
        let now = self.inner.clock.now_ms();
        self.with(chat_id, |session| {
            let participants = session
                .parties_for(seen_by)
                .map(|party| PartySummary {
                    participant_id: party.id,
                    nickname: party.nickname.clone(),
                    kind: party.kind,
                    joined_at: party.joined,
                    left_at: party.left,
                })
                .collect();
            Ok(Snapshot {
                summary: summary(session),
                participants,
                transcript: session
                    .transcript
                    .iter()
                    .filter(|entry| entry.visibility.shows_to(seen_by))
                    .cloned()
                    .collect(),
                customer_typing: session.client().is_some_and(|party| session.typing.contains(&party.id)),
                preview: session.preview.clone(),
                idle_expires_in: session.idle_expires_in(now),
            })
        })
    }

    /// Seconds until inactivity control does something in a chat, if it will.
    pub fn idle_expires_in(&self, chat_id: &str) -> Option<i64> {
        let now = self.inner.clock.now_ms();
        self.lock().get(chat_id)?.idle_expires_in(now)
    }

    /// Offers a chat that waits to one agent, to nobody yet, or to whoever likes (`None`).
    ///
    /// # Errors
    /// Unknown or ended chat, an agent has it already, database fault.
    pub fn offer(&self, chat_id: &str, offer: Option<Offer>) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            session.waits_for_agent()?;
            if session.offer != offer {
                session.offer_to(offer, now_ms())?;
                self.notify(ChatChange::Summary { chat_id: session.id.clone() });
            }
            Ok(())
        })
    }

    /// Offers a chat that waits if nobody has said where it is to go; whether it was so. Its router writes `beside` where it
    /// goes: a kill leaves both or none.
    ///
    /// # Errors
    /// As [`ChatServer::offer`].
    pub fn first_offer(
        &self,
        chat_id: &str,
        offer: Offer,
        beside: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<bool, ChatError> {
        self.with(chat_id, |session| {
            session.waits_for_agent()?;
            if session.offer.is_some() {
                return Ok(false);
            }
            beside()?;
            session.offer_to(Some(offer), now_ms())?;
            self.notify(ChatChange::Summary { chat_id: session.id.clone() });
            Ok(true)
        })
    }

    /// The agent takes the chat; doing it twice is no fault.
    ///
    /// # Errors
    /// Unknown or ended chat, another agent was faster or is asked, database fault.
    pub fn accept(&self, chat_id: &str, agent: &str) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            if session.ended.is_some() {
                return Err(ChatError::Ended);
            }
            match session.agent() {
                Some(party) if party.nickname == agent => return Ok(()),
                Some(_) => return Err(ChatError::AlreadyAccepted),
                None => {}
            }
            if session.offer.as_ref().is_some_and(|offer| offer.to.as_deref() != Some(agent)) {
                return Err(ChatError::OfferedToOther);
            }
            let user_id = session.alert_id(agent).map_or_else(random::hex_upper::<8>, Ok)?;
            self.join_as(session, PartyType::Agent, agent, user_id, Vec::new(), Visibility::All)?;
            session.answered(agent);
            session.offer_to(None, now_ms())?;
            self.notify(ChatChange::Summary { chat_id: session.id.clone() });
            Ok(())
        })
    }

    /// The agent hands the chat on: leaves a note that the customer does not see, if there is one, and goes. From then on
    /// the chat waits for this offer's agent. Its router writes `beside` where it is to go: a kill leaves both or none.
    ///
    /// # Errors
    /// Unknown or ended chat, not this agent's chat, a customer who has left, a note that is too long, database fault.
    pub fn hand_on(
        &self,
        chat_id: &str,
        agent: &str,
        note: &str,
        offer: Offer,
        beside: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            let party = party_of(session, agent)?;
            session.has_customer()?;
            if !note.is_empty() {
                check_text(note)?;
                self.append(session, party.sender(), Draft::message(note, Visibility::Int))?;
            }
            self.dismiss(session)?;
            self.leave(session, party.id)?;
            beside()?;
            // In one breath, so that nobody else can take it in between.
            session.offer_to(Some(offer), now_ms())?;
            self.notify(ChatChange::Summary { chat_id: session.id.clone() });
            Ok(())
        })
    }

    /// The agent begins or stops typing.
    ///
    /// # Errors
    /// Unknown or ended chat, not this agent's chat, database fault.
    pub fn agent_typing(&self, chat_id: &str, agent: &str, on: bool) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            let party = party_of(session, agent)?;
            self.set_typing(session, &party, on)
        })
    }

    /// The agent ends the chat for everybody.
    ///
    /// # Errors
    /// Unknown or ended chat, not this agent's chat, database fault.
    pub fn agent_end(&self, chat_id: &str, agent: &str) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            let party = party_of(session, agent)?;
            self.leave(session, party.id)?;
            self.finish(session)
        })
    }
}
