//! What the Chat Server refuses, each with a stable code.

use std::fmt;

use super::files::FileFault;
use crate::interaction_server::InteractionError;
use crate::random::NoRandomness;
use crate::store::StoreError;

/// A refusal or fault of the Chat Server. Texts name the fault, never a key or what was said.
#[derive(Debug)]
pub enum ChatError {
    /// No chat has this interaction id.
    UnknownChat,
    /// The chat has no such party, or it has left.
    UnknownUser,
    /// The user was let go, because nothing was heard of it for too long.
    Silent,
    /// The secure key is not this party's.
    WrongKey,
    /// The chat is over.
    Ended,
    /// The text is longer than [`super::MESSAGE_LIMIT_BYTES`].
    MessageTooLong,
    /// The text is empty.
    MessageEmpty,
    /// The agent has not accepted this chat.
    NotInChat,
    /// Another agent has accepted this chat.
    AlreadyAccepted,
    /// The chat is on its way to another agent.
    OfferedToOther,
    /// A colleague is asked or there already.
    Consulting,
    /// No colleague is asked, or another one.
    NotConsulted,
    /// The chat cannot be handed on: its customer has gone.
    CustomerGone,
    /// A supervisor says something to people who may not know of them.
    Unseen,
    /// An address to push is none.
    BadUrl,
    /// A nickname is empty or too long.
    BadNickname,
    /// What was read lies outside of the transcript.
    BadPosition,
    /// A file is refused.
    File(FileFault),
    /// Attached data could not be read or written.
    Interaction(InteractionError),
    /// The database failed.
    Store(StoreError),
    /// No secret could be made.
    Random(NoRandomness),
}

impl ChatError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownChat => "chat_unknown",
            Self::UnknownUser => "chat_user_unknown",
            Self::Silent => "chat_user_silent",
            Self::WrongKey => "chat_key_wrong",
            Self::Ended => "chat_ended",
            Self::MessageTooLong => "message_too_long",
            Self::MessageEmpty => "message_empty",
            Self::NotInChat => "not_in_chat",
            Self::AlreadyAccepted => "already_accepted",
            Self::OfferedToOther => "offered_to_other",
            Self::Consulting => "consulting",
            Self::NotConsulted => "not_consulted",
            Self::CustomerGone => "customer_gone",
            Self::Unseen => "unseen",
            Self::BadUrl => "bad_url",
            Self::BadNickname => "bad_nickname",
            Self::BadPosition => "bad_position",
            Self::File(fault) => fault.code(),
            Self::Interaction(error) => error.code(),
            Self::Store(_) => "store_failed",
            Self::Random(_) => "no_randomness",
        }
    }
}

impl fmt::Display for ChatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownChat => f.write_str("there is no such chat"),
            Self::UnknownUser => f.write_str("there is no such user in this chat"),
            Self::Silent => f.write_str("this user was silent for too long and is no longer in the chat"),
            Self::WrongKey => f.write_str("the secure key is wrong"),
            Self::Ended => f.write_str("this chat has ended"),
            Self::MessageTooLong => write!(f, "a message may have {} bytes", super::MESSAGE_LIMIT_BYTES),
            Self::MessageEmpty => f.write_str("a message needs a text"),
            Self::NotInChat => f.write_str("accept the chat first"),
            Self::AlreadyAccepted => f.write_str("another agent has accepted this chat"),
            Self::OfferedToOther => f.write_str("this chat is not offered to you"),
            Self::Consulting => f.write_str("a colleague is asked already; end that first"),
            Self::NotConsulted => f.write_str("nobody is asked about this chat, or somebody else"),
            Self::CustomerGone => f.write_str("the customer has left; nobody can go on with this chat, so end it"),
            Self::Unseen => f.write_str("these parties do not know that you are there; take part first"),
            Self::BadUrl => f.write_str("only an address with http or https can be pushed"),
            Self::BadNickname => write!(f, "a nickname has 1 to {} characters", super::NICKNAME_LIMIT),
            Self::BadPosition => f.write_str("the transcript has no such position"),
            Self::File(fault) => fault.fmt(f),
            Self::Interaction(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Random(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ChatError {}

impl From<FileFault> for ChatError {
    fn from(fault: FileFault) -> Self {
        Self::File(fault)
    }
}

impl From<StoreError> for ChatError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<InteractionError> for ChatError {
    fn from(error: InteractionError) -> Self {
        Self::Interaction(error)
    }
}

impl From<NoRandomness> for ChatError {
    fn from(error: NoRandomness) -> Self {
        Self::Random(error)
    }
}
