//! Customers of whom nothing is heard: a web client that asks no more is let go, and the chat lives on without it
//! (`flex-disconnect-timeout`; backend 1.5 and 4.5). That those of Guest Chat and chat API v3 are is *ours*.

use std::ops::RangeInclusive;

use clap::Args;
use clap::builder::RangedI64ValueParser;

use super::session::Session;
use super::{ChatChange, ChatError, ChatServer};

/// Seconds that `flex-disconnect-timeout` may have.
pub const DISCONNECT_SECONDS: RangeInclusive<i64> = 1..=86_400;

/// What it is without the option.
const DEFAULT_SECONDS: u32 = 300;

fn seconds() -> RangedI64ValueParser<u32> {
    RangedI64ValueParser::new().range(DISCONNECT_SECONDS)
}

/// The option, under the vendor's name and with its default.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct SilenceSettings {
    /// Silence after which a customer's web client is let go; its chat goes on. The deployment file goes before it
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_SECONDS, value_parser = seconds())]
    pub flex_disconnect_timeout: u32,
}

impl Default for SilenceSettings {
    fn default() -> Self {
        Self { flex_disconnect_timeout: DEFAULT_SECONDS }
    }
}

/// What is known of a customer's web client.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// When it was last heard of, in ms; a poll that is held counts to its end.
    heard: i64,
    /// Whether it was let go for its silence.
    cut: bool,
    /// Connections that stand open; while there is one, it is there.
    open: u32,
}

impl Line {
    /// One that is heard of now. After a restart too: while nobody listened, nobody was silent.
    pub fn new(now: i64, cut: bool) -> Self {
        Self { heard: now, cut, open: 0 }
    }

    /// Whether the client was let go for its silence.
    pub fn is_cut(self) -> bool {
        self.cut
    }

    /// The same where what has happened since `before` was undone: whoever was let go was not, and who was heard, was.
    pub(super) fn undone_to(self, before: Self) -> Self {
        Self { cut: before.cut, ..self }
    }

    fn is_silent(self, now: i64, seconds: u32) -> bool {
        !self.cut && self.open == 0 && now.saturating_sub(self.heard) >= i64::from(seconds) * 1000
    }
}

/// A connection of a customer that stands open. It ends with this value.
pub struct Presence {
    chat: ChatServer,
    chat_id: String,
}

impl Drop for Presence {
    fn drop(&mut self) {
        let now = self.chat.inner.clock.now_ms();
        if let Some(line) = self.chat.lock().get_mut(&self.chat_id).and_then(|session| session.line.as_mut()) {
            line.open = line.open.saturating_sub(1);
            line.heard = line.heard.max(now);
        }
    }
}

impl ChatServer {
    /// The customer of a chat has a connection that stands open: he is there for as long as it does.
    pub fn stays(&self, chat_id: &str) -> Presence {
        if let Some(line) = self.lock().get_mut(chat_id).and_then(|session| session.line.as_mut()) {
            line.open = line.open.saturating_add(1);
        }
        Presence { chat: self.clone(), chat_id: chat_id.to_owned() }
    }

    /// Lets every customer go of whose web client nothing was heard for too long.
    ///
    /// # Errors
    /// A database fault; the other chats are looked at all the same.
    pub fn sweep_silent(&self) -> Result<(), ChatError> {
        self.sweep(|session| self.silent_line(session).is_some(), |session| self.cut_if_silent(session))
    }

    /// A customer's web client is there without asking for anything, for so many ms from now on: its poll is held.
    pub fn is_there(&self, chat_id: &str, user_id: &str, held_ms: i64) {
        let mut sessions = self.lock();
        if !sessions.contains_key(chat_id) {
            return;
        }
        let Ok(session) = self.fresh(&mut sessions, chat_id) else { return };
        // Who was silent for too long is gone, even if the sweep has yet to come.
        let cut = self.whole_of(session, |session| self.cut_if_silent(session));
        if cut.is_ok() && session.present(user_id).is_some() {
            self.hear(session, held_ms);
        }
    }

    /// The customer's web client has asked for something.
    pub(super) fn hear(&self, session: &mut Session, held_ms: i64) {
        if let Some(line) = &mut session.line {
            line.heard = line.heard.max(self.inner.clock.now_ms().saturating_add(held_ms));
        }
    }

    /// Ends a chat whose customer has gone while it waits: nobody can come back to it (8209), so no agent should be given it.
    pub(super) fn end_if_deserted(&self, session: &mut Session) -> Result<(), ChatError> {
        let customer = session.client().is_some_and(|party| party.left.is_none());
        if customer || session.agent().is_some() { Ok(()) } else { self.finish(session) }
    }

    /// The line of a chat that goes on, if its customer was silent for too long.
    fn silent_line(&self, session: &Session) -> Option<Line> {
        let (now, seconds) = (self.inner.clock.now_ms(), self.inner.silence.flex_disconnect_timeout);
        session.line.filter(|line| session.ended.is_none() && line.is_silent(now, seconds))
    }

    /// Lets the customer of this chat go if it was silent for too long. The chat goes on for the agent who has it.
    pub(super) fn cut_if_silent(&self, session: &mut Session) -> Result<(), ChatError> {
        let Some(line) = self.silent_line(session) else { return Ok(()) };
        let Some(client) = session.client().filter(|party| party.left.is_none()).map(|party| party.id) else {
            return Ok(());
        };
        // Before it leaves, so that whoever starts again with this file knows why it left.
        self.inner.store.put_line(&session.id, true)?;
        session.line = Some(Line { cut: true, ..line });
        self.set_preview(session, String::new())?;
        self.leave(session, client)?;
        self.end_if_deserted(session)?;
        self.notify(ChatChange::Summary { chat_id: session.id.clone() });
        Ok(())
    }
}
