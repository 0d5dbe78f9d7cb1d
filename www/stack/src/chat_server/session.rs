//! One chat session in memory: its parties and its transcript.

use super::alert::Alert;
use super::client::View;
use super::entry::{Entry, EntryType, PartyType, Sender, Visibility};
use super::idle::IdleTimer;
use super::key::KeyDigest;
use super::silence::Line;
use super::{ChatError, Offer};

/// A party of a chat.
#[derive(Clone)]
pub struct Participant {
    /// Number in the chat, from 1.
    pub id: u32,
    /// The id by which the party addresses the server.
    pub user_id: String,
    /// Digests of the secure keys that open the chat for this party, oldest first; servers and agents of this process
    /// have none.
    pub keys: Vec<KeyDigest>,
    /// Name shown to the others.
    pub nickname: String,
    /// Kind of party.
    pub kind: PartyType,
    /// When it came, in ms.
    pub joined: i64,
    /// When it went, in ms.
    pub left: Option<i64>,
}

impl Participant {
    /// Whether this is one of the party's secure keys. All of them are compared, each in constant time.
    pub fn is_opened_by(&self, secure_key: &str) -> bool {
        self.keys.iter().fold(false, |found, key| key.matches(secure_key) | found)
    }

    /// How the party appears as a sender.
    pub fn sender(&self) -> Sender {
        Sender { nickname: self.nickname.clone(), participant_id: self.id, kind: self.kind }
    }
}

/// A chat session. Its id is also the interaction id.
pub struct Session {
    /// Interaction id.
    pub id: String,
    /// GMS service that started it.
    pub service: String,
    /// Queue into which it came.
    pub queue: String,
    /// The customer's subject, maybe empty.
    pub subject: String,
    /// Start, in ms.
    pub created: i64,
    /// End, in ms.
    pub ended: Option<i64>,
    /// Everybody who was ever here, in order of arrival.
    pub participants: Vec<Participant>,
    /// Everything that happened, by index.
    pub transcript: Vec<Entry>,
    /// Parties that are typing, by number. Not kept over a restart.
    pub typing: Vec<u32>,
    /// What the customer is typing, for the agent. Not kept over a restart.
    pub preview: String,
    /// Whether its customer may come back hours later.
    pub asynchronous: bool,
    /// When nobody says anything. Begins anew at a restart.
    pub idle: IdleTimer,
    /// The customer's web client; none of an asynchronous chat, and in files of before of Guest Chat and chat API v3.
    pub line: Option<Line>,
    /// To whom it is offered while it waits; without an offer, whoever likes may take it. Its router keeps
    /// it over a restart.
    pub offer: Option<Offer>,
    /// The agents to whom it is and was offered, oldest first, but for those who came. Not kept over a restart.
    pub alerts: Vec<Alert>,
    /// The colleague whom the agent has asked and who has not answered yet. Not kept over a restart.
    pub asked: Option<String>,
    /// Index up to which the customer has read, 0 for nothing.
    pub customer_read: u64,
    /// A call that failed has left more here than in the database: to be read anew.
    pub stale: bool,
}

/// What a session has in memory only.
pub struct Memory {
    idle: IdleTimer,
    offer: Option<Offer>,
    alerts: Vec<Alert>,
    asked: Option<String>,
    line: Option<Line>,
}

impl Session {
    /// What is to be [put back](Self::put_back) if what is about to be done is undone.
    pub fn memory(&self) -> Memory {
        let Self { idle, offer, alerts, asked, line, .. } = self;
        Memory { idle: idle.clone(), offer: offer.clone(), alerts: alerts.clone(), asked: asked.clone(), line: *line }
    }

    /// What was done since was undone, in the database and here; the rest is to be read anew.
    pub fn put_back(&mut self, before: Memory) {
        let Memory { idle, offer, alerts, asked, line } = before;
        let line = self.line.zip(line).map(|(line, before)| line.undone_to(before));
        (self.idle, self.offer, self.alerts, self.asked, self.line) = (idle, offer, alerts, asked, line);
        self.stale = true;
    }

    /// This session as it was read anew; what the database does not keep is as it was before, but for who types.
    pub fn with_memory_of(self, before: Self) -> Self {
        let Self { idle, offer, alerts, asked, line, .. } = before;
        // Who was let go meanwhile stays so.
        let line = if self.line.is_some_and(Line::is_cut) { self.line } else { line };
        Self { idle, offer, alerts, asked, line, ..self }
    }

    /// Index of the newest entry, 0 when there is none.
    pub fn newest_index(&self) -> u64 {
        self.transcript.last().map_or(0, |entry| entry.index)
    }

    /// The party with this user id that has not left.
    pub fn present(&self, user_id: &str) -> Option<&Participant> {
        self.participants.iter().find(|party| party.user_id == user_id && party.left.is_none())
    }

    /// The party with this user id, present or not.
    pub fn party(&self, user_id: &str) -> Option<&Participant> {
        self.participants.iter().find(|party| party.user_id == user_id)
    }

    /// The present agent, if any.
    pub fn agent(&self) -> Option<&Participant> {
        self.agents(Visibility::All).find(|party| party.left.is_none())
    }

    /// The colleague who is there for advice, if any.
    pub fn adviser(&self) -> Option<&Participant> {
        self.agents(Visibility::Int).find(|party| party.left.is_none())
    }

    /// The agents who are or were there in this way, in order of arrival.
    pub fn agents(&self, presence: Visibility) -> impl DoubleEndedIterator<Item = &Participant> {
        let agents = self.participants.iter().filter(|party| party.kind == PartyType::Agent);
        agents.filter(move |party| self.presence_of(party.id) == presence)
    }

    /// Fails if the customer has left: then nobody can be given the chat.
    ///
    /// # Errors
    /// [`ChatError::CustomerGone`].
    pub fn has_customer(&self) -> Result<(), ChatError> {
        if self.client().is_some_and(|party| party.left.is_none()) { Ok(()) } else { Err(ChatError::CustomerGone) }
    }

    /// The supervisors who are there and of whom agents may know.
    pub fn supervisors(&self) -> impl Iterator<Item = &Participant> {
        self.parties_for(PartyType::Agent).filter(|party| party.kind == PartyType::Supervisor && party.left.is_none())
    }

    /// Seconds until inactivity control does something, if it will.
    pub fn idle_expires_in(&self, now: i64) -> Option<i64> {
        self.ended.is_none().then(|| self.idle.expires_in(now)).flatten()
    }

    /// The customer.
    pub fn client(&self) -> Option<&Participant> {
        self.participants.iter().find(|party| party.kind == PartyType::Client)
    }

    /// Who may know that this party is there: whoever may see that it came.
    pub fn presence_of(&self, participant_id: u32) -> Visibility {
        let came =
            |entry: &&Entry| entry.kind == EntryType::ParticipantJoined && entry.from.participant_id == participant_id;
        self.transcript.iter().find(came).map_or(Visibility::All, |entry| entry.visibility)
    }

    /// The parties whose presence this kind of party may know of.
    pub fn parties_for(&self, kind: PartyType) -> impl Iterator<Item = &Participant> {
        self.participants.iter().filter(move |party| self.presence_of(party.id).shows_to(kind))
    }

    /// The next party's number.
    pub fn next_participant_id(&self) -> u32 {
        self.participants.iter().map(|party| party.id).max().unwrap_or(0) + 1
    }

    /// What a party sees of the chat from a `transcriptPosition` on.
    pub fn view_of(&self, party: &Participant, position: Option<i64>, now: i64) -> View {
        // One who listens in must not show: no more here than in the entries.
        let mut others = self.parties_for(party.kind);
        let monitored = others.any(|other| other.kind == PartyType::Supervisor && other.left.is_none());
        View {
            entries: self.view(party.kind, position),
            next_position: self.newest_index() + 1,
            ended: self.ended.is_some(),
            idle_expires_in: self.idle_expires_in(now),
            monitored,
        }
    }

    /// What a party of this type gets for a `transcriptPosition` (backend 1.4): from that index on, inclusive;
    /// nothing for 0 or none; only the newest for -1.
    pub fn view(&self, party: PartyType, position: Option<i64>) -> Vec<Entry> {
        let mut visible = self.transcript.iter().filter(|entry| entry.visibility.shows_to(party));
        match position {
            Some(-1) => visible.next_back().cloned().into_iter().collect(),
            Some(first) if first > 0 => {
                let first = first.unsigned_abs();
                visible.filter(|entry| entry.index >= first).cloned().collect()
            }
            _ => Vec::new(),
        }
    }
}
