//! What a transcript consists of (backend 1.4) and who sees which part of it (backend 4.2).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Kind of party, by its name in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartyType {
    /// The customer.
    Client,
    /// An agent.
    Agent,
    /// A supervisor who listens in or takes part.
    Supervisor,
    /// A workflow, a bot or a server such as the Messaging Server.
    External,
}

impl PartyType {
    /// The protocol's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "Client",
            Self::Agent => "Agent",
            Self::Supervisor => "Supervisor",
            Self::External => "External",
        }
    }

    /// Reads the protocol's name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Client, Self::Agent, Self::Supervisor, Self::External].into_iter().find(|kind| kind.name() == name)
    }
}

/// Type of a transcript entry, by its name in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryType {
    /// Chat text.
    Message,
    /// A party came.
    ParticipantJoined,
    /// A party went or was removed.
    ParticipantLeft,
    /// A party began to type.
    TypingStarted,
    /// A party stopped typing.
    TypingStopped,
    /// A notice whose meaning the parties agree on.
    CustomNotice,
    /// A notice of the server.
    Notice,
    /// A party has another name from now on.
    NicknameUpdated,
    /// A party wants the others to open an address.
    PushUrl,
    /// A file is there to be fetched.
    FileUploaded,
    /// A file is there no more.
    FileDeleted,
    /// The chat will be ended if nobody says anything.
    IdleAlert,
    /// The chat is ended, because nobody has said anything.
    IdleClose,
}

/// Every type of entry.
const ENTRY_TYPES: [EntryType; 13] = [
    EntryType::Message,
    EntryType::ParticipantJoined,
    EntryType::ParticipantLeft,
    EntryType::TypingStarted,
    EntryType::TypingStopped,
    EntryType::CustomNotice,
    EntryType::Notice,
    EntryType::NicknameUpdated,
    EntryType::PushUrl,
    EntryType::FileUploaded,
    EntryType::FileDeleted,
    EntryType::IdleAlert,
    EntryType::IdleClose,
];

impl EntryType {
    /// The protocol's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Message => "Message",
            Self::ParticipantJoined => "ParticipantJoined",
            Self::ParticipantLeft => "ParticipantLeft",
            Self::TypingStarted => "TypingStarted",
            Self::TypingStopped => "TypingStopped",
            Self::CustomNotice => "CustomNotice",
            Self::Notice => "Notice",
            Self::NicknameUpdated => "NicknameUpdated",
            Self::PushUrl => "PushUrl",
            Self::FileUploaded => "FileUploaded",
            Self::FileDeleted => "FileDeleted",
            Self::IdleAlert => "IdleAlert",
            Self::IdleClose => "IdleClose",
        }
    }

    /// Reads the protocol's name.
    pub fn from_name(name: &str) -> Option<Self> {
        ENTRY_TYPES.into_iter().find(|kind| kind.name() == name)
    }
}

/// Who may see an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visibility {
    /// Everyone.
    #[serde(rename = "ALL")]
    All,
    /// Agents and supervisors.
    #[serde(rename = "INT")]
    Int,
    /// Supervisors only.
    #[serde(rename = "VIP")]
    Vip,
}

impl Visibility {
    /// The protocol's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Int => "INT",
            Self::Vip => "VIP",
        }
    }

    /// Reads the protocol's name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::All, Self::Int, Self::Vip].into_iter().find(|visibility| visibility.name() == name)
    }

    /// Whether a party of this type may see the entry.
    ///
    /// The server decides, because not every client respects the mark (backend 4.2).
    pub fn shows_to(self, party: PartyType) -> bool {
        match self {
            Self::All => true,
            Self::Int => matches!(party, PartyType::Agent | PartyType::Supervisor),
            Self::Vip => party == PartyType::Supervisor,
        }
    }
}

/// The sender of an entry, as the protocol shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sender {
    /// Name shown to the other parties.
    pub nickname: String,
    /// Number of the party in its chat, from 1.
    pub participant_id: u32,
    /// Kind of party.
    #[serde(rename = "type")]
    pub kind: PartyType,
}

/// One entry of a transcript.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Place in the transcript: from 1, growing by 1, never reused.
    pub index: u64,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EntryType,
    /// Who did it.
    pub from: Sender,
    /// Chat text or notice text, exactly as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Milliseconds since the Unix epoch.
    pub utc_time: i64,
    /// Free data of the entry.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub user_data: BTreeMap<String, String>,
    /// The sender's `eventAttributes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_attributes: Option<serde_json::Value>,
    /// The sender's `messageType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_type: Option<String>,
    /// Who may see it.
    pub visibility: Visibility,
}

/// An entry before the Chat Server has given it an index and a time.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What happened.
    pub kind: EntryType,
    /// Chat text or notice text.
    pub text: Option<String>,
    /// Free data of the entry.
    pub user_data: BTreeMap<String, String>,
    /// The sender's `eventAttributes`.
    pub event_attributes: Option<serde_json::Value>,
    /// The sender's `messageType`.
    pub message_type: Option<String>,
    /// Who may see it.
    pub visibility: Visibility,
}

impl Draft {
    /// An entry without text that everyone sees.
    pub fn event(kind: EntryType) -> Self {
        Self {
            kind,
            text: None,
            user_data: BTreeMap::new(),
            event_attributes: None,
            message_type: None,
            visibility: Visibility::All,
        }
    }

    /// A message of the given visibility.
    pub fn message(text: &str, visibility: Visibility) -> Self {
        Self {
            text: Some(text.to_owned()),
            message_type: Some("text".to_owned()),
            visibility,
            ..Self::event(EntryType::Message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visibility_by_party() {
        use PartyType::{Agent, Client, External, Supervisor};
        assert!([Client, Agent, Supervisor, External].into_iter().all(|party| Visibility::All.shows_to(party)));
        assert!(Visibility::Int.shows_to(Agent) && Visibility::Int.shows_to(Supervisor));
        assert!(!Visibility::Int.shows_to(Client) && !Visibility::Int.shows_to(External));
        assert!(Visibility::Vip.shows_to(Supervisor) && !Visibility::Vip.shows_to(Agent));
    }

    #[test]
    fn names_read_back() {
        for kind in [PartyType::Client, PartyType::Agent, PartyType::Supervisor, PartyType::External] {
            assert_eq!(PartyType::from_name(kind.name()), Some(kind));
        }
        for visibility in [Visibility::All, Visibility::Int, Visibility::Vip] {
            assert_eq!(Visibility::from_name(visibility.name()), Some(visibility));
        }
        for kind in ENTRY_TYPES {
            assert_eq!(EntryType::from_name(kind.name()), Some(kind));
        }
        assert_eq!(EntryType::from_name("pushurl"), None);
    }
}
