//! The interface for servers that take part in a chat, such as the Messaging Server: messages from an `External` party
//! with a visibility (backend 4.2).

use super::entry::{Draft, Entry, EntryType, PartyType, Sender, Visibility};
use super::{ChatError, ChatServer, MESSAGE_LIMIT_BYTES, check_text, check_url};

/// Party number of servers: they write into a chat without joining it.
const SERVER_PARTY: u32 = 0;

fn server(nickname: &str) -> Sender {
    Sender { nickname: nickname.to_owned(), participant_id: SERVER_PARTY, kind: PartyType::External }
}

impl ChatServer {
    /// A server or bot takes part in the chat as a party of its own, until it leaves; answers with its number.
    ///
    /// # Errors
    /// Unknown or ended chat, database fault.
    pub fn external_join(&self, chat_id: &str, nickname: &str) -> Result<u32, ChatError> {
        self.with(chat_id, |session| {
            if session.ended.is_some() {
                return Err(ChatError::Ended);
            }
            Ok(self.join(session, PartyType::External, nickname)?.id)
        })
    }

    /// A server's or bot's party leaves; the chat goes on. That it has left already is no fault.
    ///
    /// # Errors
    /// Unknown or ended chat, a number that is no server's, database fault.
    pub fn external_leave(&self, chat_id: &str, number: u32) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            if session.ended.is_some() {
                return Err(ChatError::Ended);
            }
            if !session.participants.iter().any(|party| party.id == number && party.kind == PartyType::External) {
                return Err(ChatError::UnknownUser);
            }
            self.leave(session, number)
        })
    }

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
            self.append(session, server(nickname), Draft::message(text, visibility))
        })
    }

    /// What a server has said last under this name, with its index; so that one that was killed knows how far it was.
    ///
    /// # Errors
    /// Unknown chat, database fault.
    pub fn external_newest(&self, chat_id: &str, nickname: &str) -> Result<Option<(u64, String)>, ChatError> {
        self.with(chat_id, |session| {
            let own = |entry: &&Entry| entry.kind == EntryType::Message && entry.from == server(nickname);
            let newest = session.transcript.iter().rev().find(own);
            Ok(newest.and_then(|entry| Some((entry.index, entry.text.clone()?))))
        })
    }

    /// Writes what a workflow says, or a notice of it, into the chat; answers with its index.
    ///
    /// # Errors
    /// Unknown or ended chat, unfit text or address, database fault.
    pub fn external_entry(&self, chat_id: &str, nickname: &str, draft: Draft) -> Result<u64, ChatError> {
        self.with(chat_id, |session| {
            if session.ended.is_some() {
                return Err(ChatError::Ended);
            }
            let text = draft.text.as_deref().unwrap_or_default();
            match draft.kind {
                EntryType::PushUrl => check_url(text)?,
                EntryType::Message => check_text(text)?,
                _ if text.len() > MESSAGE_LIMIT_BYTES => return Err(ChatError::MessageTooLong),
                _ => {}
            }
            self.append(session, server(nickname), draft)
        })
    }
}
