//! A conversation as the guest sees it: members, messages, and what the stream tells of them (transports 2.2, 2.5, 2.6).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::PREFIX;
use crate::chat_server::alert::Alert;
use crate::chat_server::entry::{Entry, EntryType, PartyType};
use crate::chat_server::session::Participant;
use crate::chat_server::view::Seen;
use crate::clock::iso;
use crate::cloud::parties;
use crate::store::GuestRow;

/// What a guest tells of himself; part of his member.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Customer {
    pub(super) display_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) avatar_image_url: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) custom_fields: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) authenticated_guest: bool,
}

/// Whether a member is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum State {
    Connected,
    Disconnected,
    Alerting,
}

/// A member of a conversation.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Member {
    pub(super) id: String,
    #[serde(flatten)]
    customer: Customer,
    role: &'static str,
    join_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    leave_date: Option<String>,
    pub(super) state: State,
}

/// Something that names a resource of the conversation.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reference {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    self_uri: Option<String>,
}

/// The conversation as answers name it.
pub(super) fn conversation(id: &str) -> Reference {
    Reference { id: id.to_owned(), self_uri: Some(format!("/api/v2/conversations/{id}")) }
}

/// A member as answers name it: by its id alone.
pub(super) fn sender(id: &str) -> Reference {
    Reference { id: id.to_owned(), self_uri: None }
}

/// A message of a conversation.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) id: String,
    conversation: Reference,
    sender: Reference,
    body: String,
    body_type: &'static str,
    timestamp: String,
    self_uri: String,
    /// Its place in the transcript, which its id ends with.
    #[serde(skip)]
    pub(super) index: u64,
    /// Its time, in ms.
    #[serde(skip)]
    pub(super) at: i64,
}

/// A conversation, read at one moment.
pub(super) struct Room {
    pub(super) guest: GuestRow,
    pub(super) seen: Seen,
}

impl Room {
    /// The guest's own party; there is one from the first moment on.
    fn own(&self) -> Option<&Participant> {
        self.seen.parties.iter().find(|party| party.user_id == self.guest.member)
    }

    /// Whether the guest is still there.
    pub(super) fn guest_is_here(&self) -> bool {
        self.seen.ended.is_none() && self.own().is_some_and(|party| party.left.is_none())
    }

    /// Everybody who was ever here, in order of arrival; then the servers that write without joining, and agents who are or
    /// were only asked.
    pub(super) fn members(&self) -> Vec<Member> {
        let mut members: Vec<Member> = self.seen.parties.iter().map(|party| self.member(party)).collect();
        for entry in &self.seen.entries {
            let id = parties::id_of(&self.seen.parties, &entry.from);
            if members.iter().all(|member| member.id != id) {
                members.push(self.server(id, entry));
            }
        }
        members.extend(self.seen.alerts.iter().map(asked));
        members
    }

    fn member(&self, party: &Participant) -> Member {
        let mut customer = Customer { display_name: party.nickname.clone(), ..Customer::default() };
        if party.user_id == self.guest.member {
            customer = serde_json::from_str(&self.guest.customer).unwrap_or(customer);
        }
        let left = party.left.or(self.seen.ended);
        Member {
            id: party.user_id.clone(),
            customer,
            role: self.role(party),
            join_date: iso(party.joined),
            leave_date: left.map(iso),
            state: if left.is_some() { State::Disconnected } else { State::Connected },
        }
    }

    fn role(&self, party: &Participant) -> &'static str {
        match party.kind {
            PartyType::Client => "CUSTOMER",
            PartyType::Agent | PartyType::Supervisor => "AGENT",
            PartyType::External if self.guest.acd == Some(party.id) => "ACD",
            PartyType::External => "WORKFLOW",
        }
    }

    fn server(&self, id: String, first: &Entry) -> Member {
        let left = self.seen.ended;
        Member {
            id,
            customer: Customer { display_name: first.from.nickname.clone(), ..Customer::default() },
            role: "WORKFLOW",
            join_date: iso(first.utc_time),
            leave_date: left.map(iso),
            state: if left.is_some() { State::Disconnected } else { State::Connected },
        }
    }

    /// All messages that were read, oldest first; the guest's own leave is the last one of a conversation that is over.
    pub(super) fn messages(&self) -> Vec<Message> {
        self.seen.entries.iter().filter_map(|entry| self.message(entry)).chain(self.farewell()).collect()
    }

    /// An entry as a message. Only the four body types that the real client bears (transports 2.6, trap 1).
    pub(super) fn message(&self, entry: &Entry) -> Option<Message> {
        let body_type = match entry.kind {
            // An address that is pushed reads as text: this protocol knows none.
            EntryType::Message | EntryType::PushUrl => "standard",
            EntryType::CustomNotice | EntryType::Notice | EntryType::IdleAlert | EntryType::IdleClose => "notice",
            EntryType::ParticipantJoined => "member-join",
            EntryType::ParticipantLeft => "member-leave",
            _ => return None,
        };
        let from = parties::id_of(&self.seen.parties, &entry.from);
        Some(self.written(entry.index, &from, entry.text.clone().unwrap_or_default(), body_type, entry.utc_time))
    }

    /// The guest's leave where the chat was ended over his head: the Chat Server then writes none for him, but his client
    /// learns the end by this message alone (trap 5).
    pub(super) fn farewell(&self) -> Option<Message> {
        let ended = self.seen.ended?;
        let own = self.own().filter(|party| party.left.is_none())?;
        let last = self.seen.entries.last().map_or(0, |entry| entry.utc_time);
        // The index after the newest: a chat that is over grows no more.
        let (index, at) = (self.seen.newest + 1, ended.max(last.saturating_add(1)));
        Some(self.written(index, &own.user_id, String::new(), "member-leave", at))
    }

    fn written(&self, index: u64, from: &str, body: String, body_type: &'static str, at: i64) -> Message {
        let conversation_id = &self.guest.id;
        let id = message_id(conversation_id, index);
        let self_uri = format!("{PREFIX}/{conversation_id}/messages/{id}");
        let timestamp = iso(at);
        let (conversation, sender) = (conversation(conversation_id), sender(from));
        Message { id, conversation, sender, body, body_type, timestamp, self_uri, index, at }
    }
}

/// An agent who is asked, or was and did not come.
fn asked(alert: &Alert) -> Member {
    Member {
        id: alert.user_id.clone(),
        customer: Customer { display_name: alert.agent.clone(), ..Customer::default() },
        role: "AGENT",
        join_date: iso(alert.since),
        leave_date: alert.until.map(iso),
        state: if alert.until.is_some() { State::Disconnected } else { State::Alerting },
    }
}

/// Id of the message at this place of the transcript: unique, and the same after a restart.
fn message_id(conversation: &str, index: u64) -> String {
    format!("{conversation}-{index}")
}

/// The place in the transcript that a message id names; `None` if it is no id of this conversation.
pub(super) fn index_of(conversation: &str, id: &str) -> Option<u64> {
    let index = id.strip_prefix(conversation)?.strip_prefix('-')?.parse().ok()?;
    (message_id(conversation, index) == id).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_read_back() {
        assert_eq!(index_of("ABC", &message_id("ABC", 17)), Some(17));
        for foreign in ["ABD-17", "ABC-017", "ABC-+1", "ABC", "", "ABC--1"] {
            assert_eq!(index_of("ABC", foreign), None, "{foreign}");
        }
    }
}
