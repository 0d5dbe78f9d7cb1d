//! MicroApp sessions: begun once per request, resumed after a reload, ended by the customer, the page or too long a
//! pause. The end of the chat ends none: whoever is in the middle of paying may finish.

mod agent;
mod kept;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::callflow::entry::Secure;
use super::callflow::run::abandoned;
use super::faults::Faults;
use super::journal::Journal;
use super::reach::{PATIENCE, Unreached, Way};
use super::refusal::Refusal;
use super::settings::ServerSettings;
use super::turns::{Turn, Turns};
use super::verification::Verified;
use crate::chat_server::ChatServer;
use crate::chat_server::entry::Visibility;
use crate::clock::Clock;
use crate::interaction_server::{AttachedData, InteractionServer};
use crate::random;
use crate::store::{AuditRow, MicroAppRow, Store};
use kept::fault;

/// States of a session, as stored and shown in the record.
pub(super) mod state {
    /// The customer is at it.
    pub(in super::super) const RUNNING: &str = "running";
    /// It came to its last page.
    pub(in super::super) const ENDED: &str = "ended";
    /// The page hung up.
    pub(in super::super) const CLOSED: &str = "closed";
    /// A later request of the same chat took its place.
    pub(in super::super) const REPLACED: &str = "replaced";
    /// The customer left it alone for too long.
    pub(in super::super) const TIMEOUT: &str = "timeout";
}

/// Variables that hold attached data begin so, to keep them apart from the Start block's.
pub(super) const ATTACHED_PREFIX: &str = "AttachedData.";

/// What a session has only while this process lives.
#[derive(Default)]
pub(super) struct Memory {
    /// What the forms of this session must carry.
    nonce: String,
    /// Secure entries by their block, until they are used or dropped.
    pub(super) secure: HashMap<String, Secure>,
    /// When the customer was last at it, in ms; none that this process knows of.
    seen: Option<i64>,
}

impl Memory {
    fn is_empty(&self) -> bool {
        self.nonce.is_empty() && self.secure.is_empty() && self.seen.is_none()
    }

    /// The nonce of the session's forms; the same after a restart.
    pub(super) fn nonce(&mut self) -> Result<String, Refusal> {
        if self.nonce.is_empty() {
            self.nonce = random::hex_lower::<16>().map_err(|_| Refusal::ServerFault)?;
        }
        Ok(self.nonce.clone())
    }
}

/// The servers behind it.
pub(super) struct Peers {
    /// Where sessions are kept.
    pub(super) store: Arc<Store>,
    /// The Chat Server.
    pub(super) chat: ChatServer,
    /// The Interaction Server.
    pub(super) interactions: InteractionServer,
}

/// How sessions are dealt with.
pub(super) struct Manner {
    /// The vendor's settings.
    pub(super) settings: ServerSettings,
    /// Who sees status messages.
    pub(super) visibility: Visibility,
    /// The time to go by.
    pub(super) clock: Clock,
    /// Time in ms after which a session that the customer has left alone is over.
    pub(super) idle_ms: i64,
    /// Requests that may be worked on at once.
    pub(super) at_once: usize,
    /// Faults of the servers behind it.
    pub(super) faults: Faults,
}

/// All sessions. One request at a time is at a session, and one launch at a time at a chat, so two loads of one request
/// cannot both start it. Who is at a chat may take the turn of its sessions, and never the other way round.
pub(super) struct Sessions {
    store: Arc<Store>,
    chat: ChatServer,
    interactions: InteractionServer,
    settings: ServerSettings,
    way: Way,
    faults: Faults,
    visibility: Visibility,
    clock: Clock,
    idle_ms: i64,
    journal: Journal,
    turns: Turns<Memory>,
    chats: Turns<()>,
}

/// Where a session begins.
pub(super) struct First<'a> {
    /// Id of the block.
    pub(super) node: &'a str,
    /// Its step.
    pub(super) step: &'a str,
    /// The customer's language.
    pub(super) language: &'a str,
}

impl Sessions {
    /// The sessions of these servers, and what writes their audit log.
    pub(super) fn new(peers: Peers, manner: Manner) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let Peers { store, chat, interactions } = peers;
        let Manner { settings, visibility, clock, idle_ms, at_once, faults } = manner;
        let way = Way::new(settings.connection_timeout_millis, at_once);
        let (journal, written) = Journal::new(Arc::clone(&store));
        let (turns, chats) = (Turns::new(Memory::is_empty), Turns::new(|()| true));
        let sessions = Self {
            store,
            chat,
            interactions,
            settings,
            way,
            faults,
            visibility,
            clock,
            idle_ms,
            journal,
            turns,
            chats,
        };
        (sessions, written)
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Waits until nobody else is at a session, and holds up nothing meanwhile. There need not be such a session.
    pub(super) async fn turn(&self, id: &str) -> Turn<Memory> {
        self.turns.take(id).await
    }

    /// The same where it may block.
    pub(super) fn turn_blocking(&self, id: &str) -> Turn<Memory> {
        self.turns.take_blocking(id)
    }

    /// Notes a line for the audit table; codes and ids only. A database that is held up holds up nobody who notes one.
    pub(super) fn audit(&self, code: &str, interaction: &str, token: &str) {
        self.journal.note(AuditRow {
            at: self.now_ms(),
            code: code.to_owned(),
            interaction: interaction.to_owned(),
            token: token.to_owned(),
        });
    }

    /// Waits until the lines that were noted are there to be read, unless the database is held up.
    pub(super) fn settle(&self) {
        self.journal.settle(PATIENCE);
    }

    /// Starts the session of a verified request, or finds the one it has started before.
    ///
    /// `fit` says whether the application can work with these variables; `attached` is what the Interaction Server said, for
    /// a session that starts; `begin` attaches what the application says of its beginning.
    pub(super) fn open(
        &self,
        verified: &Verified,
        max_age_ms: i64,
        first: &First<'_>,
        attached: Result<AttachedData, Unreached>,
        fit: impl FnOnce(&BTreeMap<String, String>) -> bool,
        begin: impl FnOnce(&MicroAppRow) -> Result<(), Refusal>,
    ) -> Result<MicroAppRow, Refusal> {
        let _chat = self.chats.take_blocking(&verified.interaction);
        let others = self.of_chat(&verified.interaction)?;
        if let Some(known) = others.iter().find(|session| session.index == verified.index) {
            let session = if known.state == state::RUNNING {
                self.find(&mut self.turn_blocking(&known.id), &known.id)?
            } else {
                known.clone()
            };
            // What ran a moment ago may be over by now: whoever had the turn has brought it to its end.
            if session.state != state::RUNNING {
                return Err(why_over(&session.state));
            }
            self.audit("session_resumed", &session.interaction, &session.token);
            return Ok(session);
        }
        // Age counts for starting only: whoever is in the middle of paying is not thrown out by a reload.
        if self.now_ms() - verified.requested_at >= max_age_ms {
            return Err(Refusal::RequestStale);
        }
        if !fit(&verified.variables) {
            return Err(Refusal::ParameterInvalid);
        }
        let mut variables = verified.variables.clone();
        let audit = |code: &str| self.audit(code, &verified.interaction, &verified.token);
        match attached {
            Ok(data) => {
                audit("attached_data_read");
                variables.extend(data.into_iter().map(|(key, value)| (format!("{ATTACHED_PREFIX}{key}"), value)));
            }
            Err(_) if self.settings.attached_data_ignore_failures => audit("attached_data_failed"),
            Err(_) => return Err(Refusal::AttachedDataUnavailable),
        }
        let session = MicroAppRow {
            id: random::hex_lower::<24>().map_err(|_| Refusal::ServerFault)?,
            interaction: verified.interaction.clone(),
            index: verified.index,
            token: verified.token.clone(),
            app: verified.app.application.name.clone(),
            domain: verified.domain.clone(),
            block: first.step.to_owned(),
            node: first.node.to_owned(),
            language: first.language.to_owned(),
            state: state::RUNNING.to_owned(),
            variables,
            attempts: 0,
            reference: None,
            created: self.now_ms(),
            ended: None,
        };
        // Before anything else is changed: where this has to succeed, nothing has begun when it fails.
        begin(&session)?;
        for other in others.iter().filter(|other| other.state == state::RUNNING) {
            let mut memory = self.turn_blocking(&other.id);
            // Whoever was at it may have come to its end.
            if let Some(mut other) = self.row(&other.id)?
                && other.state == state::RUNNING
            {
                self.finish(&mut memory, &mut other, state::REPLACED)?;
            }
        }
        self.put(&session)?;
        self.turn_blocking(&session.id).seen = Some(session.created);
        audit("transcript_matched");
        if verified.dropped > 0 {
            audit("parameter_dropped");
        }
        audit("session_started");
        self.report(&session);
        Ok(session)
    }

    /// The session of a frame's address, with the customer at it now. One whose time has come is closed on the way.
    pub(super) fn find(&self, memory: &mut Memory, id: &str) -> Result<MicroAppRow, Refusal> {
        let mut session = self.row(id)?.ok_or(Refusal::SessionUnknown)?;
        if session.state == state::RUNNING {
            self.check(memory, &mut session)?;
            memory.seen = Some(self.now_ms());
            if memory.nonce.is_empty() {
                let new = random::hex_lower::<16>().map_err(|_| Refusal::ServerFault)?;
                let id = session.id.clone();
                memory.nonce = self.write(move |store| store.nonce_of(&id, &new))?;
            }
        }
        Ok(session)
    }

    /// A running session that nobody is at just now, for whoever looks after it.
    pub(super) fn try_turn(&self, id: &str) -> Option<(Turn<Memory>, MicroAppRow)> {
        let memory = self.turns.try_take(id)?;
        let session = self.row(id).ok()??;
        (session.state == state::RUNNING).then_some((memory, session))
    }

    /// Closes a running session that has been left alone for too long, whether its chat goes on or not.
    pub(super) fn check(&self, memory: &mut Memory, session: &mut MicroAppRow) -> Result<(), Refusal> {
        let now = self.now_ms();
        // After a restart nobody knows when the customer was last at it, so the time begins anew.
        let seen = *memory.seen.get_or_insert(now);
        if now - seen >= self.idle_ms {
            self.finish(memory, session, state::TIMEOUT)?;
            return Err(Refusal::SessionTimedOut);
        }
        Ok(())
    }

    /// Attaches data and moves the customer to a block, both or neither; answers whether that is another step, of which the
    /// agent is to be told.
    ///
    /// # Errors
    /// As [`Sessions::attach`], or a database that fails or is held up; the customer is where they were then.
    pub(super) fn reach(
        &self,
        session: &mut MicroAppRow,
        node: &str,
        step: &str,
        data: AttachedData,
    ) -> Result<bool, Refusal> {
        let other = session.block != step;
        node.clone_into(&mut session.node);
        step.clone_into(&mut session.block);
        if data.is_empty() {
            self.put(session)?;
            return Ok(other);
        }
        let (interactions, store, row) = (self.interactions.clone(), Arc::clone(&self.store), session.clone());
        let by = self.settings.interaction_client_name.clone();
        let asked = self.way.ask_and_agree(self.faults.interaction_delay(), move |waits| {
            let together = store.together()?;
            if interactions.update(&row.interaction, &data, &by).is_err() {
                return Ok(false);
            }
            store.put_microapp(&row)?;
            // Whoever has given up tells the customer that nothing was done.
            if !waits() {
                return Ok(false);
            }
            together.keep().map(|()| true)
        });
        let written = asked.unwrap_or(Ok(false)).map_err(fault)?;
        self.attached(session, written)?;
        if !written {
            self.put(session)?;
        }
        Ok(other)
    }

    /// Has a session speak another language from now on.
    pub(super) fn speak(&self, session: &mut MicroAppRow, language: &str) -> Result<(), Refusal> {
        language.clone_into(&mut session.language);
        self.put(session)
    }

    /// Whether a verified request has started no session yet, so that its launch needs the attached data.
    pub(super) fn is_new(&self, verified: &Verified) -> Result<bool, Refusal> {
        let sessions = self.of_chat(&verified.interaction)?;
        Ok(!sessions.iter().any(|session| session.index == verified.index))
    }

    /// Ends a session for good; whatever was held of a secure entry is wiped.
    pub(super) fn finish(&self, memory: &mut Memory, session: &mut MicroAppRow, state: &str) -> Result<(), Refusal> {
        memory.secure.clear();
        state.clone_into(&mut session.state);
        session.ended = Some(self.now_ms());
        self.put(session)?;
        *memory = Memory::default();
        self.audit(&format!("session_{state}"), &session.interaction, &session.token);
        if state == self::state::CLOSED || state == self::state::TIMEOUT {
            let (key, word) = abandoned(&session.app);
            // It is over whether that can be written or not.
            let _ = self.attach(session, AttachedData::from([(key, word.to_owned())]));
        }
        Ok(())
    }
}

/// Why a session that is over cannot be gone on with.
pub(super) fn why_over(state: &str) -> Refusal {
    match state {
        state::CLOSED => Refusal::SessionClosed,
        state::REPLACED => Refusal::SessionReplaced,
        state::TIMEOUT => Refusal::SessionTimedOut,
        _ => Refusal::SessionEnded,
    }
}
