//! Routing: chats that a service sends go to an agent who is meant, one at a time (Chat Immediate: "Reserves target to route
//! chat interaction", "Routes the chat interaction to the target").
//!
//! It plays the vendor's Universal Routing Server and Stat Server. Everything is worked out when somebody asks or something
//! changes; [`Router::run`] sees to it that the passing of time is noticed as well.

mod agents;
mod inbound;
mod queue;
pub mod skill;
pub mod target;
mod way;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;

use crate::chat_server::agent::ChatState;
use crate::chat_server::{ChatError, ChatServer, Offer};
use crate::clock::Clock;
use crate::store::{Part, Store, StoreError};
use agents::{Agent, Agents};
pub use agents::{DEFAULT_GROUP, Profile, Role};
pub use inbound::{Inbound, MAX_SKILL_NAME, MAX_SKILLS, Wish};
pub use queue::Plan;
use queue::{Decision, Waiting};
use target::{Meant, Target};
pub use way::Way;

/// How often time alone may change something.
const TICK: Duration = Duration::from_millis(500);

/// Seconds for which a chat that is handed on is offered to one agent.
const TRANSFER_SECONDS: u32 = 30;

/// Seconds after which whoever likes may take a chat that was handed on: its customer waits a second time.
const TRANSFER_TTL: u32 = 90;

/// Handle to the router; clones are the same router.
#[derive(Clone)]
pub struct Router {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<Store>,
    chat: ChatServer,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    agents: Agents,
    waiting: BTreeMap<String, Waiting>,
}

impl Router {
    /// A router for the chats of this Chat Server, which keeps in `store` where they are to go.
    pub fn new(store: Arc<Store>, chat: ChatServer, clock: Clock) -> Self {
        Self { inner: Arc::new(Inner { store, chat, clock, state: Mutex::default() }) }
    }

    /// Goes on with the chats that waited when the server stopped; the ids of those it knows the way of.
    ///
    /// # Errors
    /// A database fault.
    pub fn resume(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut known = BTreeSet::new();
        for (id, note) in self.inner.store.notes(Part::Routing)? {
            if !self.waits(&id) {
                self.inner.store.put_note(Part::Routing, &id, None)?;
                continue;
            }
            // What cannot be read is sent on its way like a chat that has just arrived.
            let Ok(waiting) = serde_json::from_str::<Option<Waiting>>(&note) else { continue };
            if let Some(waiting) = waiting {
                self.lock().waiting.insert(id.clone(), waiting);
            }
            known.insert(id);
        }
        self.work();
        Ok(known)
    }

    fn waits(&self, chat_id: &str) -> bool {
        self.inner.chat.summary(chat_id).is_ok_and(|chat| chat.state == ChatState::Waiting)
    }

    /// Writes where a chat is to go; nothing for whoever likes.
    fn keep(&self, chat_id: &str, waiting: Option<&Waiting>) -> Result<(), StoreError> {
        self.inner.store.put_note(Part::Routing, chat_id, Some(&serde_json::json!(waiting).to_string()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An agent has signed in, or says something else of themselves.
    pub fn sign_in(&self, name: &str, profile: Profile) {
        let idle_since = self.inner.clock.now_ms();
        self.lock().agents.insert(name.to_owned(), Agent { profile, ready: true, idle_since });
        self.work();
    }

    /// An agent has signed out.
    pub fn sign_out(&self, name: &str) {
        self.lock().agents.remove(name);
        self.work();
    }

    /// An agent takes new work, or no more.
    pub fn set_ready(&self, name: &str, ready: bool) {
        if let Some(agent) = self.lock().agents.get_mut(name) {
            agent.ready = ready;
        }
        self.work();
    }

    /// What an agent has said of themselves, and whether they take work.
    pub fn agent(&self, name: &str) -> Option<(Profile, bool)> {
        self.lock().agents.get(name).map(|agent| (agent.profile.clone(), agent.ready))
    }

    /// Everybody who is signed in, with what they have said of themselves and whether they take work.
    pub fn agents(&self) -> Vec<(String, Profile, bool)> {
        let shown = |(name, agent): (&String, &Agent)| (name.clone(), agent.profile.clone(), agent.ready);
        self.lock().agents.iter().map(shown).collect()
    }

    /// How many agents take chats now.
    pub fn ready_agents(&self) -> usize {
        self.lock().agents.values().filter(|agent| agent.takes_chats()).count()
    }

    /// How many agents who take chats are meant by one of these targets.
    pub fn ready_for(&self, targets: &[Target]) -> usize {
        let state = self.lock();
        let meant = |name: &str, agent: &Agent| targets.iter().any(|target| agent.is_meant(name, target));
        state.agents.iter().filter(|(name, agent)| agent.takes_chats() && meant(name, agent)).count()
    }

    /// Whether somebody who is meant by this target has signed in and takes chats, now or later.
    fn is_there(&self, target: &Target) -> bool {
        let state = self.lock();
        state.agents.iter().any(|(name, agent)| agent.has_chats() && agent.is_meant(name, target))
    }

    /// Sends a chat on its way.
    pub fn route(&self, chat_id: &str, plan: Plan) {
        let waiting = Waiting::new(plan, self.inner.clock.now_ms());
        // A chat that cannot be written down is sent on its way all the same.
        let _ = self.keep(chat_id, Some(&waiting));
        self.send(chat_id, waiting);
    }

    fn send(&self, chat_id: &str, waiting: Waiting) {
        self.lock().waiting.insert(chat_id.to_owned(), waiting);
        self.work();
    }

    /// Has an agent hand a chat on, with a note for whoever takes it; the agent is not asked again before everybody else was.
    ///
    /// # Errors
    /// As [`ChatServer::hand_on`].
    pub fn hand_on(&self, chat_id: &str, agent: &str, note: &str, meant: Meant) -> Result<(), ChatError> {
        let target = Target::of(meant);
        let offer = Offer { to: None, target: target.text.clone() };
        let (target_seconds, queued_ttl) = (TRANSFER_SECONDS, Some(TRANSFER_TTL));
        let plan = Plan { targets: vec![target], target_seconds, queued_ttl, priority: 0 };
        let mut waiting = Waiting::new(plan, self.inner.clock.now_ms());
        waiting.decline(agent);
        self.inner.chat.hand_on(chat_id, agent, note, offer, || self.keep(chat_id, Some(&waiting)))?;
        self.send(chat_id, waiting);
        Ok(())
    }

    /// The agent does not want a chat that is offered to them.
    ///
    /// # Errors
    /// It is not offered to this agent.
    pub fn decline(&self, chat_id: &str, agent: &str) -> Result<(), ChatError> {
        let mut state = self.lock();
        let asked = state.waiting.get_mut(chat_id).filter(|waiting| waiting.asked.as_deref() == Some(agent));
        let waiting = asked.ok_or(ChatError::OfferedToOther)?;
        waiting.decline(agent);
        self.keep(chat_id, Some(waiting))?;
        drop(state);
        self.work();
        Ok(())
    }

    /// Works out who is asked about what, and tells the Chat Server.
    pub fn work(&self) {
        let now = self.inner.clock.now_ms();
        let mut state = self.lock();
        let State { agents, waiting } = &mut *state;
        waiting.retain(|id, _| {
            let waits = self.waits(id);
            if !waits {
                // What stays in the database of a chat that waits no more is passed over after a restart.
                let _ = self.inner.store.put_note(Part::Routing, id, None);
            }
            waits
        });
        let mut ids: Vec<String> = waiting.keys().cloned().collect();
        // Who is more important first, and then who waits longer.
        ids.sort_by_cached_key(|id| waiting.get(id).map(Waiting::rank));
        for id in ids {
            let Some(mut chat) = waiting.remove(&id) else { continue };
            let before = chat.clone();
            let busy = |agent: &str| waiting.values().any(|other| other.asked.as_deref() == Some(agent));
            let count = |target: &Target| 1 + waiting.values().filter(|other| other.waits_for(target)).count();
            let decision = chat.decide(now, agents, busy, count);
            let offer = match &decision {
                Decision::Offer(agent) => Some(Offer { to: agent.clone(), target: chat.target().to_owned() }),
                Decision::Anybody => None,
            };
            if let Decision::Offer(Some(agent)) = &decision
                && before.asked.as_ref() != Some(agent)
                && let Some(agent) = agents.get_mut(agent)
            {
                agent.idle_since = now;
            }
            let done = self.inner.chat.offer(&id, offer).is_err() || decision == Decision::Anybody;
            if done || chat != before {
                // When that fails, a restart goes on from what was written before.
                let _ = self.keep(&id, Some(&chat).filter(|_| !done));
            }
            if !done {
                waiting.insert(id, chat);
            }
        }
    }

    /// Works whenever a chat changes, time passes or the clock is put forward.
    ///
    /// # Errors
    /// Never; it ends with the Chat Server.
    pub async fn run(self) -> io::Result<()> {
        let (mut changes, mut moves) = (self.inner.chat.subscribe(), self.inner.clock.moves());
        loop {
            let idle = self.lock().waiting.is_empty();
            tokio::select! {
                change = changes.recv() => if matches!(change, Err(RecvError::Closed)) { return Ok(()) },
                _ = moves.changed() => {}
                () = tokio::time::sleep(TICK), if !idle => {}
            }
            self.work();
        }
    }
}
