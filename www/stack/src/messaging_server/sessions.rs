//! MicroApp sessions: begun once per request, resumed after a reload, ended by the customer, the page or too long a
//! pause. The end of the chat ends none: whoever is in the middle of paying may finish.
//!
//! Here are also the two things the server does for the agent meanwhile: status messages into the chat and attached
//! data (steps 4, 7 and 8 of the vendor's process).

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cx_speechstorm::core::status::progress_block;
use zeroize::Zeroizing;

use super::callflow::entry::Secure;
use super::callflow::run::abandoned;
use super::reach::{Unreached, Way};
use super::refusal::Refusal;
use super::settings::ServerSettings;
use super::verification::Verified;
use crate::chat_server::entry::Visibility;
use crate::chat_server::flex::{Credentials, View};
use crate::chat_server::{ChatError, ChatServer};
use crate::clock::Clock;
use crate::interaction_server::{AttachedData, InteractionServer};
use crate::random;
use crate::store::{AuditRow, MicroAppRow, Store};

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
    pub(super) nonce: String,
    /// Secure entries by their block, until they are used or dropped.
    pub(super) secure: HashMap<String, Secure>,
    /// When the customer was last at it, in ms; none that this process knows of.
    seen: Option<i64>,
}

/// All sessions. Every change happens under one lock, so two loads of one request cannot both start it.
pub(super) struct Sessions {
    store: Arc<Store>,
    chat: ChatServer,
    interactions: InteractionServer,
    settings: ServerSettings,
    way: Way,
    visibility: Visibility,
    clock: Clock,
    idle_ms: i64,
    memory: Mutex<HashMap<String, Memory>>,
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

/// The lock on all sessions, and what they keep in memory.
pub(super) type Held<'a> = MutexGuard<'a, HashMap<String, Memory>>;

impl Sessions {
    pub(super) fn new(
        store: Arc<Store>,
        chat: ChatServer,
        interactions: InteractionServer,
        settings: ServerSettings,
        visibility: Visibility,
        clock: Clock,
        idle_ms: i64,
    ) -> Self {
        let way = Way::new(settings.connection_timeout_millis);
        Self { store, chat, interactions, settings, way, visibility, clock, idle_ms, memory: Mutex::default() }
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub(super) fn lock(&self) -> Held<'_> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes to the audit table; codes and ids only. A database that is held up holds up nobody's answer: the line is
    /// written as soon as that is over.
    pub(super) fn audit(&self, code: &str, interaction: &str, token: &str) {
        let row = AuditRow {
            at: self.now_ms(),
            code: code.to_owned(),
            interaction: interaction.to_owned(),
            token: token.to_owned(),
        };
        let store = Arc::clone(&self.store);
        let _ = self.way.ask(move || {
            if let Err(error) = store.add_audit(&row) {
                eprintln!("audit: {error}");
            }
        });
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
        let mut held = self.lock();
        let others = self.store.microapps_of(&verified.interaction).map_err(fault)?;
        if let Some(session) = others.iter().find(|session| session.index == verified.index) {
            return match session.state.as_str() {
                state::RUNNING => {
                    let session = self.find(&mut held, &session.id)?;
                    self.audit("session_resumed", &session.interaction, &session.token);
                    Ok(session)
                }
                over => Err(why_over(over)),
            };
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
        for mut other in others.into_iter().filter(|other| other.state == state::RUNNING) {
            self.finish(&mut held, &mut other, state::REPLACED)?;
        }
        self.store.put_microapp(&session).map_err(fault)?;
        held.entry(session.id.clone()).or_default().seen = Some(session.created);
        audit("transcript_matched");
        if verified.dropped > 0 {
            audit("parameter_dropped");
        }
        audit("session_started");
        self.report(&session);
        Ok(session)
    }

    /// The session of a frame's address, with the customer at it now. One whose time has come is closed on the way.
    pub(super) fn find(&self, held: &mut Held<'_>, id: &str) -> Result<MicroAppRow, Refusal> {
        let mut session = self.store.microapp(id).map_err(fault)?.ok_or(Refusal::SessionUnknown)?;
        if session.state == state::RUNNING {
            self.check(held, &mut session)?;
            let memory = held.entry(session.id.clone()).or_default();
            memory.seen = Some(self.now_ms());
            if memory.nonce.is_empty() {
                let new = random::hex_lower::<16>().map_err(|_| Refusal::ServerFault)?;
                memory.nonce = self.store.nonce_of(&session.id, &new).map_err(fault)?;
            }
        }
        Ok(session)
    }

    /// Closes all sessions that have been left alone for too long.
    pub(super) fn sweep(&self) {
        let mut held = self.lock();
        for mut session in self.running() {
            let _ = self.check(&mut held, &mut session);
        }
    }

    /// Closes a running session that has been left alone for too long, whether its chat goes on or not.
    fn check(&self, held: &mut Held<'_>, session: &mut MicroAppRow) -> Result<(), Refusal> {
        let now = self.now_ms();
        // After a restart nobody knows when the customer was last at it, so the time begins anew.
        let seen = *held.entry(session.id.clone()).or_default().seen.get_or_insert(now);
        if now - seen >= self.idle_ms {
            self.finish(held, session, state::TIMEOUT)?;
            return Err(Refusal::SessionTimedOut);
        }
        Ok(())
    }

    /// The nonce of a session's forms; the same after a restart.
    pub(super) fn nonce(held: &mut Held<'_>, id: &str) -> Result<String, Refusal> {
        let memory = held.entry(id.to_owned()).or_default();
        if memory.nonce.is_empty() {
            memory.nonce = random::hex_lower::<16>().map_err(|_| Refusal::ServerFault)?;
        }
        Ok(memory.nonce.clone())
    }

    /// Attaches data and moves the customer to a block, both or neither; answers whether that is another step, of which the
    /// agent is to be told.
    ///
    /// # Errors
    /// As [`Sessions::attach`], or a database fault; the customer is where they were then.
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
            self.store.put_microapp(session).map_err(fault)?;
            return Ok(other);
        }
        let (interactions, store, row) = (self.interactions.clone(), Arc::clone(&self.store), session.clone());
        let by = self.settings.interaction_client_name.clone();
        let asked = self.way.ask_and_agree(move |waits| {
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
            self.store.put_microapp(session).map_err(fault)?;
        }
        Ok(other)
    }

    /// Tells the agent of the step the customer is at, if the server that brought them there was killed before it could.
    pub(super) fn tell_untold(&self, session: &MicroAppRow) -> Result<(), Refusal> {
        let noted = self.store.milestones(&session.id).map_err(fault)?;
        if noted.last().is_some_and(|newest| newest.name == session.block) {
            return Ok(());
        }
        let (chat, id) = (self.chat.clone(), session.interaction.clone());
        let nickname = self.settings.progress_nickname.clone();
        let said = self.way.ask(move || chat.external_newest(&id, &nickname).ok().flatten());
        let is_it = |(index, text): (u64, String)| index > session.index && text == progress_block(&session.block);
        if said.ok().flatten().is_some_and(is_it) {
            return self.store.add_milestone(&session.id, &session.block, self.now_ms()).map_err(fault);
        }
        self.report(session);
        Ok(())
    }

    /// The sessions that go on.
    pub(super) fn running(&self) -> Vec<MicroAppRow> {
        self.store.microapps_in(state::RUNNING).unwrap_or_else(|error| {
            eprintln!("{error}");
            Vec::new()
        })
    }

    /// Has a session speak another language from now on.
    pub(super) fn speak(&self, session: &mut MicroAppRow, language: &str) -> Result<(), Refusal> {
        language.clone_into(&mut session.language);
        self.store.put_microapp(session).map_err(fault)
    }

    /// Whether a verified request has started no session yet, so that its launch needs the attached data.
    pub(super) fn is_new(&self, verified: &Verified) -> Result<bool, Refusal> {
        let sessions = self.store.microapps_of(&verified.interaction).map_err(fault)?;
        Ok(!sessions.iter().any(|session| session.index == verified.index))
    }

    /// What a party of a chat may read of it, by its own key. Asks the Chat Server, which is there after `delay`.
    pub(super) fn transcript(
        &self,
        interaction: &str,
        credentials: Credentials<'_>,
        delay: impl Future<Output = ()>,
    ) -> Result<View, Refusal> {
        let (chat, id, user) = (self.chat.clone(), interaction.to_owned(), credentials.user_id.to_owned());
        let key = Zeroizing::new(credentials.secure_key.to_owned());
        let ask = move || chat.read_transcript(&id, Credentials { user_id: &user, secure_key: &key }, Some(1));
        let read = self.way.ask_after(delay, ask).map_err(|_| Refusal::ChatServerUnreached)?;
        read.map_err(|error| Refusal::from(&error))
    }

    /// What the Interaction Server, which is there after `delay`, knows of an interaction.
    pub(super) fn attached_data(
        &self,
        interaction: &str,
        delay: impl Future<Output = ()>,
    ) -> Result<AttachedData, Unreached> {
        let (interactions, id) = (self.interactions.clone(), interaction.to_owned());
        self.way.ask_after(delay, move || interactions.attached_data(&id).map_err(|_| Unreached)).flatten()
    }

    /// Ends a session for good; whatever was held of a secure entry is wiped.
    pub(super) fn finish(&self, held: &mut Held<'_>, session: &mut MicroAppRow, state: &str) -> Result<(), Refusal> {
        held.remove(&session.id);
        state.clone_into(&mut session.state);
        session.ended = Some(self.now_ms());
        self.store.put_microapp(session).map_err(fault)?;
        self.audit(&format!("session_{state}"), &session.interaction, &session.token);
        if state == self::state::CLOSED || state == self::state::TIMEOUT {
            let (key, word) = abandoned(&session.app);
            // It is over whether that can be written or not.
            let _ = self.attach(session, AttachedData::from([(key, word.to_owned())]));
        }
        Ok(())
    }

    /// Writes attached data; a failure is audited.
    ///
    /// # Errors
    /// [`Refusal::AttachedDataUnavailable`] when it fails and `AttachedData.IgnoreFailures` is false.
    pub(super) fn attach(&self, session: &MicroAppRow, data: AttachedData) -> Result<(), Refusal> {
        if data.is_empty() {
            return Ok(());
        }
        let (interactions, id) = (self.interactions.clone(), session.interaction.clone());
        let by = self.settings.interaction_client_name.clone();
        let written = self.way.ask(move || interactions.update(&id, &data, &by).is_ok()).unwrap_or(false);
        self.attached(session, written)
    }

    /// Audits whether data were attached, and says whether it can go on.
    fn attached(&self, session: &MicroAppRow, written: bool) -> Result<(), Refusal> {
        let code = if written { "attached_data_written" } else { "attached_data_failed" };
        self.audit(code, &session.interaction, &session.token);
        let goes_on = written || self.settings.attached_data_ignore_failures;
        if goes_on { Ok(()) } else { Err(Refusal::AttachedDataUnavailable) }
    }

    /// Says in the chat that a block is reached, and then notes it: whoever is killed in between has it in the transcript.
    pub(super) fn report(&self, session: &MicroAppRow) {
        let (nickname, text) = (self.settings.progress_nickname.clone(), progress_block(&session.block));
        let (chat, id, visibility) = (self.chat.clone(), session.interaction.clone(), self.visibility);
        let sent = self.way.ask(move || chat.external_message(&id, &nickname, &text, visibility));
        let noted = self.store.add_milestone(&session.id, &session.block, self.now_ms());
        let code = match (noted, sent) {
            (Ok(()), Ok(Ok(_))) => "status_sent",
            // Who finishes after the end of the chat has nobody left to tell.
            (Ok(()), Ok(Err(ChatError::Ended))) => "status_skipped",
            _ => "status_failed",
        };
        self.audit(code, &session.interaction, &session.token);
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

/// The database failed: the operator reads why, the customer only that.
pub(super) fn fault(error: crate::store::StoreError) -> Refusal {
    eprintln!("{error}");
    Refusal::ServerFault
}
