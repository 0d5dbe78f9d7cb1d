//! Counting what came while the window was folded (bus facts 7).

use std::cell::Cell;

use crate::cookies::Cookies;

const READ: &str = "_genesys.widgets.webchat.state.lastMessageCountRead";

/// How many messages of others there are, and how many of them were on the screen.
pub struct Unread {
    cookies: Cookies,
    all: Cell<u32>,
    read: Cell<u32>,
    /// The messages of the last page are still to come.
    recalling: Cell<bool>,
}

impl Unread {
    /// Begins at nothing.
    #[must_use]
    pub fn new(cookies: Cookies) -> Self {
        Self { cookies, all: Cell::new(0), read: Cell::new(0), recalling: Cell::new(false) }
    }

    /// One more message; `seen` where the window is unfolded.
    pub fn add(&self, seen: bool) {
        self.all.set(self.all.get() + 1);
        if seen {
            self.mark_all_read();
        }
    }

    /// The customer has the window before them.
    pub fn mark_all_read(&self) {
        self.read.set(self.all.get());
        self.cookies.set(READ, &self.read.get().to_string());
    }

    /// Unread messages.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.all.get().saturating_sub(self.read.get())
    }

    /// For a restored window: counts again from 0, with what the last page knew as read.
    pub fn recall(&self) {
        self.all.set(0);
        self.read.set(self.cookies.get(READ).and_then(|text| text.parse().ok()).unwrap_or(0));
        self.recalling.set(true);
    }

    /// Whether the messages of the last page are still to come.
    #[must_use]
    pub fn is_recalling(&self) -> bool {
        self.recalling.get()
    }

    /// What is restored has been counted. Where that is not the whole chat, those that were read before are not in it, and
    /// must not count against what comes from now on.
    pub fn end_recall(&self) {
        if self.recalling.replace(false) {
            self.read.set(self.read.get().min(self.all.get()));
        }
    }

    /// For a new chat.
    pub fn reset(&self) {
        self.all.set(0);
        self.read.set(0);
        self.cookies.delete(READ);
    }
}
