//! The interface for servers that take part in a chat, such as the Messaging Server: messages from an `External` party
//! with a visibility (backend 4.2).

use super::entry::{Draft, PartyType, Sender, Visibility};
use super::{ChatError, ChatServer, check_text};

/// Party number of servers: they write into a chat without joining it.
const SERVER_PARTY: u32 = 0;

impl ChatServer {
    /// Writes a server's message into the chat; answers with its index.
    ///
    /// # Errors
    /// Unknown or ended chat, unfit text, database fault.
    pub fn external_message(
        &self,
        chat_id: &str,
        nickname: &str,
        text: &str,
        visibility: Visibility,
    ) -> Result<u64, ChatError> {
        self.with(chat_id, |session| {
            if session.ended.is_some() {
                return Err(ChatError::Ended);
            }
            check_text(text)?;
            let from =
                Sender { nickname: nickname.to_owned(), participant_id: SERVER_PARTY, kind: PartyType::External };
            self.append(session, from, Draft::message(text, visibility))
        })
    }
}
