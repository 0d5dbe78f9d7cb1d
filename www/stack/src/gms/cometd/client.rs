//! Bayeux clients: what waits for them, which chats are theirs, and when they are forgotten.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::Notify;

use crate::random::{self, NoRandomness};

/// How long a long poll is held, in milliseconds; told to clients in the advice.
pub(super) const POLL_MS: i64 = 30_000;

/// How long a client may be away between two polls before it is forgotten, in milliseconds; CometD's default.
const AWAY_MS: i64 = 10_000;

/// Most messages that wait for one client. A client that is further behind is forgotten and resumes from its own position.
const QUEUE_LIMIT: usize = 4096;

/// A chat in which a client takes part.
pub(super) struct Link {
    /// Channel on which its answers go out.
    pub(super) channel: String,
    /// Interaction id.
    pub(super) chat_id: String,
    /// The customer's user id.
    pub(super) user_id: String,
    /// The customer's key; lives as long as the client.
    pub(super) secure_key: String,
    /// First index that the client has not been sent.
    pub(super) next: u64,
    /// Whether the client knows that the chat is over.
    pub(super) ended: bool,
}

/// One client.
pub(in super::super) struct Client {
    /// Its id.
    pub(super) id: String,
    /// Value of its cookie; empty over WebSocket, where no cookie is looked at.
    pub(super) browser: String,
    /// Its chats.
    pub(super) links: Mutex<Vec<Link>>,
    /// Channels that it has subscribed to.
    pub(super) channels: Mutex<Vec<String>>,
    user: Mutex<String>,
    queue: Mutex<VecDeque<Value>>,
    news: Notify,
    /// Number of the newest poll; an older one ends when it sees a newer.
    poll: AtomicU64,
    seen: AtomicI64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Client {
    /// Its chats, locked.
    pub(super) fn links(&self) -> MutexGuard<'_, Vec<Link>> {
        locked(&self.links)
    }

    /// Whether it is a device of this user and listens on this channel.
    pub(in super::super) fn hears(&self, channel: &str, user: &str) -> bool {
        locked(&self.channels).iter().any(|name| name == channel) && *locked(&self.user) == user && !user.is_empty()
    }

    /// Whose device it is.
    pub(super) fn is_of(&self, user: &str) {
        user.clone_into(&mut locked(&self.user));
    }

    /// Listens on a channel from now on, or no more.
    pub(super) fn listen(&self, channel: &str, on: bool) {
        let mut channels = locked(&self.channels);
        channels.retain(|name| name != channel);
        if on {
            channels.push(channel.to_owned());
        }
    }

    /// Puts a message on its way.
    pub(in super::super) fn push(&self, message: Value) {
        let mut queue = locked(&self.queue);
        queue.push_back(message);
        while queue.len() > QUEUE_LIMIT {
            queue.pop_front();
        }
        drop(queue);
        self.news.notify_one();
    }

    /// Everything that waits, in order.
    pub(super) fn take(&self) -> Vec<Value> {
        locked(&self.queue).drain(..).collect()
    }

    /// Whether something waits.
    pub(in super::super) fn has_news(&self) -> bool {
        !locked(&self.queue).is_empty()
    }

    /// Begins a poll; the poll before ends.
    pub(super) fn begin_poll(&self) -> u64 {
        let number = self.poll.fetch_add(1, Ordering::SeqCst) + 1;
        self.news.notify_one();
        number
    }

    /// Whether this poll is still the newest.
    pub(super) fn is_newest(&self, poll: u64) -> bool {
        self.poll.load(Ordering::SeqCst) == poll
    }

    /// Wakes the newer poll, when an older one has been woken in its place.
    pub(super) fn pass_on(&self) {
        self.news.notify_one();
    }

    /// Waits for a message or for a newer poll.
    pub(super) async fn news(&self) {
        self.news.notified().await;
    }

    /// It was here at this time, and will be for as long as its poll is held.
    pub(super) fn touch(&self, now: i64, held_ms: i64) {
        self.seen.fetch_max(now.saturating_add(held_ms), Ordering::Relaxed);
    }

    fn is_gone(&self, now: i64) -> bool {
        now.saturating_sub(self.seen.load(Ordering::Relaxed)) > AWAY_MS
    }
}

/// All clients, by id.
#[derive(Default)]
pub(in super::super) struct Clients {
    all: Mutex<HashMap<String, Arc<Client>>>,
}

impl Clients {
    /// A new client.
    ///
    /// # Errors
    /// No randomness.
    pub(super) fn add(&self, browser: &str, now: i64) -> Result<Arc<Client>, NoRandomness> {
        let client = Arc::new(Client {
            id: random::hex_lower::<16>()?,
            browser: browser.to_owned(),
            links: Mutex::default(),
            channels: Mutex::default(),
            user: Mutex::default(),
            queue: Mutex::default(),
            news: Notify::new(),
            poll: AtomicU64::new(0),
            seen: AtomicI64::new(now),
        });
        let mut all = locked(&self.all);
        // Whoever comes clears away who has gone: no timer is needed.
        all.retain(|_, client| !client.is_gone(now));
        all.insert(client.id.clone(), Arc::clone(&client));
        Ok(client)
    }

    /// The client of this id, unless it was away too long.
    pub(super) fn find(&self, id: &str, now: i64) -> Option<Arc<Client>> {
        let mut all = locked(&self.all);
        let client = Arc::clone(all.get(id)?);
        if client.is_gone(now) {
            all.remove(id);
            return None;
        }
        Some(client)
    }

    /// Forgets a client.
    pub(super) fn remove(&self, id: &str) {
        locked(&self.all).remove(id);
    }

    /// All that are here.
    pub(in super::super) fn all(&self) -> Vec<Arc<Client>> {
        locked(&self.all).values().cloned().collect()
    }
}
