//! What a customer's client says to the Chat Server and hears from it, whichever way it comes.

use super::Offer;
use super::entry::Entry;
use crate::interaction_server::AttachedData;
use crate::random::{self, NoRandomness};

/// A customer who starts a chat.
#[derive(Debug)]
pub struct StartChat {
    /// GMS service.
    pub service: String,
    /// Queue in which it waits.
    pub queue: String,
    /// Name shown to the agent.
    pub nickname: String,
    /// Subject, maybe empty.
    pub subject: String,
    /// First message, maybe empty.
    pub text: String,
    /// Data to attach.
    pub user_data: AttachedData,
    /// To whom it is offered from the beginning on; without one whoever likes may take it.
    pub offer: Option<Offer>,
}

/// Who a customer is in a chat that is about to start. A server that hands out tokens of its own draws it first, because
/// its token names both ids.
pub struct Identity {
    /// Interaction id, 16 characters.
    pub chat_id: String,
    /// The party's user id: 16 upper-case hexadecimal digits.
    pub user_id: String,
}

impl Identity {
    /// A new one.
    ///
    /// # Errors
    /// The random generator failed.
    pub fn draw() -> Result<Self, NoRandomness> {
        Ok(Self { chat_id: random::symbols::<16>()?, user_id: random::hex_upper::<8>()? })
    }
}

/// What the customer needs from then on. The key is shown this one time; the server keeps its digest.
pub struct Joined {
    /// Interaction id, 16 characters.
    pub chat_id: String,
    /// 16 upper-case hexadecimal digits.
    pub user_id: String,
    /// 16 lower-case hexadecimal digits from the system's generator.
    pub secure_key: String,
}

/// The two values that prove who calls. Has no `Debug`, so that no key can slip into a log.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The party's user id.
    pub user_id: &'a str,
    /// The party's secure key.
    pub secure_key: &'a str,
}

/// What a customer can do in a chat.
pub enum ClientAction {
    /// Only look; carries the typing preview.
    Refresh {
        /// The unsent text, maybe empty.
        preview: String,
    },
    /// Say something.
    Send {
        /// The text.
        text: String,
        /// `messageType`.
        message_type: Option<String>,
        /// `eventAttributes`.
        attributes: Option<serde_json::Value>,
    },
    /// Begin or stop typing.
    Typing {
        /// Begin?
        on: bool,
        /// The unsent text.
        preview: String,
    },
    /// Merge attached data.
    UpdateData(AttachedData),
    /// A custom notice.
    Notice {
        /// Its text.
        text: Option<String>,
        /// `eventAttributes`.
        attributes: Option<serde_json::Value>,
    },
    /// Asks the others to open an address.
    PushUrl(String),
    /// Has read the transcript up to this index.
    ReadReceipt(u64),
    /// Has another name from now on.
    UpdateNickname(String),
    /// Leave; the chat ends.
    Disconnect,
}

/// What a party sees of a chat.
#[derive(Debug)]
pub struct View {
    /// The part of the transcript that was asked for and may be seen.
    pub entries: Vec<Entry>,
    /// Newest index + 1, counting entries that this party may not see.
    pub next_position: u64,
    /// Whether the chat is over.
    pub ended: bool,
    /// Seconds until inactivity control does something, if it will.
    pub idle_expires_in: Option<i64>,
    /// Whether a supervisor is there.
    pub monitored: bool,
}
