//! Chat Server: sessions, parties, transcripts, visibility per party, secure keys.
//!
//! Three interfaces, as in the field: [`flex`](self::flex) for customers (through GMS) and for whoever acts with their
//! user id and key, [`agent`](self::agent) for the desk, [`external`](self::external) for servers that take part.

pub mod agent;
pub mod alert;
pub mod asynchronous;
pub mod client;
pub mod consult;
pub mod credentials;
pub mod entry;
mod error;
mod esp;
pub mod external;
pub mod files;
pub mod flex;
pub mod idle;
pub mod key;
pub mod own_data;
pub mod session;
pub mod silence;
pub mod supervisor;
pub mod view;
mod whole;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cx_speechstorm::core::origin::Origin;
use tokio::sync::broadcast;

use crate::clock::{Clock, now_ms};
use crate::interaction_server::{AttachedData, InteractionServer};
use crate::random;
use crate::store::{Store, StoreError};
use asynchronous::{AsyncSettings, Limits};
use entry::{Draft, Entry, EntryType, PartyType, Sender, Visibility};
pub use error::ChatError;
use files::FileLimits;
use idle::{IdleSettings, IdleTimer};
use key::KeyDigest;
use session::{Participant, Session};
use silence::{Line, SilenceSettings};

/// Longest message in bytes of UTF-8. No public number exists; this lets a MicroApp request of full length pass.
pub const MESSAGE_LIMIT_BYTES: usize = 16 * 1024;

/// Longest nickname in characters. No public number exists.
pub const NICKNAME_LIMIT: usize = 128;

/// Alias of a Chat Server of which nothing else is said.
pub const ALIAS: &str = "117";

/// Application name of such a Chat Server.
pub const APPLICATION_NAME: &str = "ChatServer";

/// Which Chat Server this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Name under which it appears as an application (attached data `ChatServerAppName`, backend 4.1).
    pub name: String,
    /// Its alias in the answers of GMS (backend 1.3).
    pub alias: String,
}

impl Default for Application {
    fn default() -> Self {
        Self { name: APPLICATION_NAME.to_owned(), alias: ALIAS.to_owned() }
    }
}

/// Ended chats that stay in memory and on the agents' list after a restart.
const ENDED_KEPT: u32 = 50;

/// To whom a chat that waits is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The agent; nobody yet if `None`.
    pub to: Option<String>,
    /// The routing target, for people.
    pub target: String,
}

/// Something changed in a chat.
#[derive(Debug, Clone)]
pub enum ChatChange {
    /// A chat began, got an agent, or ended: whoever shows a list should look again.
    Summary {
        /// Interaction id.
        chat_id: String,
    },
    /// The transcript grew.
    Entry {
        /// Interaction id.
        chat_id: String,
        /// The new entry.
        entry: Box<Entry>,
    },
    /// The customer's unsent text changed.
    Preview {
        /// Interaction id.
        chat_id: String,
        /// What stands in the customer's input; agents only.
        text: String,
    },
}

/// What the Chat Server goes by.
#[derive(Debug, Clone, Default)]
pub struct ChatConfig {
    /// Which one it is.
    pub application: Application,
    /// Chats that go on in the file are over: `session-restoration-mode=none` (Chat Support).
    pub forgets: bool,
    /// Limits of files.
    pub files: FileLimits,
    /// Inactivity control.
    pub idle: IdleSettings,
    /// When silent customers are let go.
    pub silence: SilenceSettings,
    /// Limits of asynchronous chats.
    pub asynchronous: AsyncSettings,
    /// The clock of inactivity and silence.
    pub clock: Clock,
}

/// Handle to the Chat Server; clones are the same server.
#[derive(Clone)]
pub struct ChatServer {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<Store>,
    interactions: InteractionServer,
    application: Application,
    files: FileLimits,
    limits: Limits,
    silence: SilenceSettings,
    clock: Clock,
    sessions: Mutex<HashMap<String, Session>>,
    changes: broadcast::Sender<ChatChange>,
}

impl ChatServer {
    /// A server over this store; chats that go on there go on here.
    ///
    /// # Errors
    /// A database fault.
    pub fn new(store: Arc<Store>, interactions: InteractionServer, config: ChatConfig) -> Result<Self, StoreError> {
        let ChatConfig { application, forgets, files, idle, silence, asynchronous, clock } = config;
        let limits = Limits::new(idle, &asynchronous);
        let mut sessions = HashMap::new();
        for id in store.session_ids(ENDED_KEPT)? {
            if let Some(session) = load(&store, &id, &limits, clock.now_ms())? {
                sessions.insert(id, session);
            }
        }
        let changes = broadcast::channel(4096).0;
        let sessions = Mutex::new(sessions);
        let inner = Inner { store, interactions, application, files, limits, silence, clock, sessions, changes };
        let chat = Self { inner: Arc::new(inner) };
        chat.take_over(forgets).map_err(|error| match error {
            ChatError::Store(error) => error,
            _ => StoreError::Corrupt("interaction"),
        })?;
        Ok(chat)
    }

    /// Chats that go on in the file are this server's from now on, as whoever asks by ESP has to know; or are over. One in
    /// which nobody is left was being ended when the server before was killed.
    fn take_over(&self, forgets: bool) -> Result<(), ChatError> {
        let name = AttachedData::from([(own_data::APPLICATION.to_owned(), self.application().to_owned())]);
        let mut sessions = self.lock();
        self.whole(|| {
            for session in sessions.values_mut().filter(|session| session.ended.is_none()) {
                if forgets {
                    self.finish(session)?;
                } else {
                    self.inner.interactions.update(&session.id, &name, self.application())?;
                    self.end_if_deserted(session)?;
                }
            }
            Ok(())
        })
    }

    /// Notifications of every later change.
    pub fn subscribe(&self) -> broadcast::Receiver<ChatChange> {
        self.inner.changes.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` on a session as a [whole](Self::whole), reading it from the store if it is an old one.
    fn with<T>(&self, id: &str, work: impl FnOnce(&mut Session) -> Result<T, ChatError>) -> Result<T, ChatError> {
        let mut sessions = self.lock();
        self.whole_of(self.fresh(&mut sessions, id)?, work)
    }

    /// A session as the store has it, which is read if it is an old one.
    fn fresh<'a>(&self, sessions: &'a mut HashMap<String, Session>, id: &str) -> Result<&'a mut Session, ChatError> {
        if sessions.get(id).is_none_or(|session| session.stale) {
            let now = self.inner.clock.now_ms();
            let stored = load(&self.inner.store, id, &self.inner.limits, now)?.ok_or(ChatError::UnknownChat)?;
            let session = match sessions.remove(id) {
                Some(before) => stored.with_memory_of(before),
                None => stored,
            };
            sessions.insert(id.to_owned(), session);
        }
        sessions.get_mut(id).ok_or(ChatError::UnknownChat)
    }

    /// Does `work`, as a [whole](Self::whole) each, on every session of which `due` says that there is something to do. One
    /// that fails keeps none of the others from it.
    fn sweep(
        &self,
        due: impl Fn(&Session) -> bool,
        work: impl Fn(&mut Session) -> Result<(), ChatError>,
    ) -> Result<(), ChatError> {
        let mut sessions = self.lock();
        let stale = |(id, session): (&String, &Session)| session.stale.then(|| id.clone());
        let stale: Vec<String> = sessions.iter().filter_map(stale).collect();
        let read = stale.iter().map(|id| self.fresh(&mut sessions, id).map(|_| ()));
        let read = read.fold(Ok(()), Result::and);
        let sessions = sessions.values_mut().filter(|session| !session.stale && due(session));
        sessions.map(|session| self.whole_of(session, &work)).fold(read, Result::and)
    }

    /// Tells of a change as soon as it is kept; of one that is undone nobody hears.
    fn notify(&self, change: ChatChange) {
        let changes = self.inner.changes.clone();
        self.inner.store.tell_when_kept(move || {
            // Nobody listening is no fault: the next reader asks for all of it.
            let _ = changes.send(change);
        });
    }

    fn append(&self, session: &mut Session, from: Sender, draft: Draft) -> Result<u64, ChatError> {
        // Strictly later than the one before: clients order by time, and what has equal times may come out reversed
        // (transports 2.6).
        let after = session.transcript.last().map_or(0, |last| last.utc_time.saturating_add(1));
        let entry = Entry {
            index: session.newest_index() + 1,
            kind: draft.kind,
            from,
            text: draft.text,
            utc_time: now_ms().max(after),
            user_data: draft.user_data,
            event_attributes: draft.event_attributes,
            message_type: draft.message_type,
            visibility: draft.visibility,
        };
        self.inner.store.insert_entry(&session.id, &entry)?;
        let index = entry.index;
        session.transcript.push(entry.clone());
        session.idle.noticed(&entry, self.inner.clock.now_ms());
        self.notify(ChatChange::Entry { chat_id: session.id.clone(), entry: Box::new(entry) });
        Ok(index)
    }

    fn join(&self, session: &mut Session, kind: PartyType, nickname: &str) -> Result<Participant, ChatError> {
        self.join_as(session, kind, nickname, random::hex_upper::<8>()?, Vec::new(), Visibility::All)
    }

    fn join_as(
        &self,
        session: &mut Session,
        kind: PartyType,
        nickname: &str,
        user_id: String,
        keys: Vec<KeyDigest>,
        visibility: Visibility,
    ) -> Result<Participant, ChatError> {
        let party = Participant {
            id: session.next_participant_id(),
            user_id,
            keys,
            nickname: nickname.to_owned(),
            kind,
            joined: now_ms(),
            left: None,
        };
        self.inner.store.put_participant(&session.id, &party)?;
        session.participants.push(party.clone());
        self.append(session, party.sender(), Draft { visibility, ..Draft::event(EntryType::ParticipantJoined) })?;
        Ok(party)
    }

    fn leave(&self, session: &mut Session, participant_id: u32) -> Result<(), ChatError> {
        let Some(party) =
            session.participants.iter_mut().find(|party| party.id == participant_id && party.left.is_none())
        else {
            return Ok(());
        };
        party.left = Some(now_ms());
        let party = party.clone();
        self.inner.store.put_participant(&session.id, &party)?;
        session.typing.retain(|typing| *typing != participant_id);
        // Who came unseen goes unseen.
        let visibility = session.presence_of(party.id);
        self.append(session, party.sender(), Draft { visibility, ..Draft::event(EntryType::ParticipantLeft) })?;
        Ok(())
    }

    fn set_typing(&self, session: &mut Session, party: &Participant, on: bool) -> Result<(), ChatError> {
        if session.typing.contains(&party.id) == on {
            return Ok(());
        }
        let kind = if on {
            session.typing.push(party.id);
            EntryType::TypingStarted
        } else {
            session.typing.retain(|typing| *typing != party.id);
            EntryType::TypingStopped
        };
        self.append(session, party.sender(), Draft::event(kind))?;
        Ok(())
    }

    /// Ends a session; what attached data says of it is `IsOnline` (backend 4.1).
    fn finish(&self, session: &mut Session) -> Result<(), ChatError> {
        if session.ended.is_some() {
            return Ok(());
        }
        let at = now_ms();
        self.inner.store.end_session(&session.id, at)?;
        session.ended = Some(at);
        session.alert_ends(at);
        session.asked = None;
        session.preview.clear();
        let offline = AttachedData::from([(own_data::IS_ONLINE.to_owned(), "0".to_owned())]);
        self.inner.interactions.update(&session.id, &offline, self.application())?;
        self.notify(ChatChange::Summary { chat_id: session.id.clone() });
        Ok(())
    }
}

/// Reads a session; its timers begin now, that of inactivity with the limits that a workflow has set if one has.
fn load(store: &Store, id: &str, limits: &Limits, now: i64) -> Result<Option<Session>, StoreError> {
    let own = store.idle_control(id)?.and_then(|own| serde_json::from_str(&own).ok());
    let line = store.line_is_cut(id)?.map(|cut| Line::new(now, cut));
    let idle = |asynchronous| IdleTimer::new(own.unwrap_or_else(|| limits.of(asynchronous).clone()), now);
    Ok(store.load_session(id, idle)?.map(|session| Session { line, ..session }))
}

/// Refuses what is no address of a web page: a pushed `javascript:` would run in the other party's page.
fn check_url(url: &str) -> Result<(), ChatError> {
    check_text(url)?;
    let (page, rest) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let plain = !rest.chars().any(|c| c.is_whitespace() || c.is_control());
    if plain && Origin::split_url(page).is_ok() { Ok(()) } else { Err(ChatError::BadUrl) }
}

/// Refuses a text that is empty or too long.
fn check_text(text: &str) -> Result<(), ChatError> {
    if text.is_empty() {
        return Err(ChatError::MessageEmpty);
    }
    if text.len() > MESSAGE_LIMIT_BYTES {
        return Err(ChatError::MessageTooLong);
    }
    Ok(())
}
