//! A workflow: what is done when something happens to a chat, out of a file ([`script`]).
//!
//! It stands for the strategies of the field (URS, ORS) and asks the Chat Server for everything by [`Esp`], with the steps of
//! the document: is the session online, which Chat Server application has it, send the request.

pub mod script;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;

use crate::chat_server::agent::ChatState;
use crate::chat_server::entry::{Entry, EntryType, PartyType, Visibility};
use crate::chat_server::{ChatChange, ChatServer, own_data};
use crate::clock::Clock;
use crate::esp::{self, Esp, Fault, Request};
use crate::routing::Router;
use crate::store::{AuditRow, Part, Store};
use script::{Event, Script, Step};

/// How often is looked whether a MicroApp is over: the Messaging Server tells nobody of every end.
const TICK: Duration = Duration::from_millis(500);

/// Audit code of a step that was done.
const DONE: &str = "workflow_step";

/// Runs a script for the chats of a Chat Server.
pub struct Workflow {
    script: Script,
    esp: Esp,
    chat: ChatServer,
    router: Router,
    store: Arc<Store>,
    clock: Clock,
    /// Chats that go on and have been seen.
    seen: HashMap<String, Progress>,
}

/// How far the workflow is in a chat. In the database as well, so that a kill loses no step; what is done at that very
/// moment may be done again.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    /// Index of the newest entry that made something happen, 0 for none.
    read: u64,
    /// Whether a MicroApp runs.
    runs: bool,
    /// What has happened and is not worked off: the event, and the place of its next step.
    due: VecDeque<(Event, usize)>,
}

/// What a workflow works with.
pub struct Peers {
    /// ESP.
    pub esp: Esp,
    /// Whose chats they are.
    pub chat: ChatServer,
    /// Who gets which chat.
    pub router: Router,
    /// Which MicroApps run.
    pub store: Arc<Store>,
    /// For the times of the audit.
    pub clock: Clock,
}

impl Workflow {
    /// A workflow, which goes on where it was. A chat that none has seen yet begins for it now.
    pub fn new(script: Script, peers: Peers) -> Self {
        let Peers { esp, chat, router, store, clock } = peers;
        let notes = store.notes(Part::Workflow).unwrap_or_default().into_iter();
        let seen = notes.filter_map(|(id, note)| Some((id, serde_json::from_str(&note).ok()?))).collect();
        Self { script, esp, chat, router, store, clock, seen }
    }

    /// Works until the Chat Server is no more.
    ///
    /// # Errors
    /// Never.
    pub async fn run(mut self) -> io::Result<()> {
        let mut changes = self.chat.subscribe();
        self.look_at_all();
        loop {
            tokio::select! {
                change = changes.recv() => match change {
                    Ok(ChatChange::Summary { chat_id }) => self.look_at(&chat_id),
                    Ok(ChatChange::Entry { chat_id, entry }) => self.read(&chat_id, &entry),
                    Ok(ChatChange::Preview { .. }) => {}
                    Err(RecvError::Lagged(_)) => self.look_at_all(),
                    Err(RecvError::Closed) => return Ok(()),
                },
                () = tokio::time::sleep(TICK), if self.seen.values().any(|chat| chat.runs) => self.look_for_ends(),
            }
        }
    }

    /// Finds what has happened while nobody looked.
    fn look_at_all(&mut self) {
        let mut ids: Vec<_> = self.chat.chats().into_iter().map(|chat| chat.id).collect();
        ids.extend(self.seen.keys().cloned());
        for id in ids {
            self.look_at(&id);
            self.work_off(&id);
            let live = self.seen.contains_key(&id);
            let Some(Ok(chat)) = live.then(|| self.chat.snapshot(&id, PartyType::Agent)) else { continue };
            chat.transcript.iter().for_each(|entry| self.read(&id, entry));
            self.look_for_microapp(&id);
        }
    }

    fn look_at(&mut self, chat_id: &str) {
        let ended = self.chat.summary(chat_id).map_or(true, |chat| chat.state == ChatState::Ended);
        if ended {
            if self.seen.remove(chat_id).is_some() {
                // What stays there of a chat that is over is passed over after a restart.
                let _ = self.store.put_note(Part::Workflow, chat_id, None);
            }
        } else if !self.seen.contains_key(chat_id) {
            self.seen.insert(chat_id.to_owned(), Progress::default());
            self.happened(chat_id, Event::Start);
        }
    }

    fn read(&mut self, chat_id: &str, entry: &Entry) {
        match (entry.kind, entry.from.kind) {
            // A colleague who only advises does not count.
            (EntryType::ParticipantJoined, PartyType::Agent) if entry.visibility == Visibility::All => {
                self.look_at(chat_id);
                let progress = self.seen.get_mut(chat_id).filter(|progress| progress.read < entry.index);
                if let Some(progress) = progress {
                    progress.read = entry.index;
                    self.happened(chat_id, Event::Agent);
                }
            }
            // The Messaging Server tells of every block that is reached.
            (EntryType::Message, PartyType::External) => self.look_for_microapp(chat_id),
            _ => {}
        }
    }

    fn look_for_ends(&mut self) {
        let running: Vec<_> = self.seen.iter().filter(|(_, chat)| chat.runs).map(|(id, _)| id.clone()).collect();
        for chat_id in running {
            self.look_for_microapp(&chat_id);
        }
    }

    fn look_for_microapp(&mut self, chat_id: &str) {
        let Some(progress) = self.seen.get_mut(chat_id) else { return };
        // What the database refuses now is looked for again.
        let runs = self.store.microapp_runs(chat_id).unwrap_or(progress.runs);
        if runs != progress.runs {
            progress.runs = runs;
            self.happened(chat_id, if runs { Event::MicroAppStart } else { Event::MicroAppEnd });
        }
    }

    fn happened(&mut self, chat_id: &str, event: Event) {
        let Some(progress) = self.seen.get_mut(chat_id) else { return };
        progress.due.push_back((event, 0));
        self.keep(chat_id);
        self.work_off(chat_id);
    }

    /// Writes how far it is. What the database refuses now is written with the next step.
    fn keep(&self, chat_id: &str) {
        if let Some(progress) = self.seen.get(chat_id) {
            let _ = self.store.put_note(Part::Workflow, chat_id, Some(&serde_json::json!(progress).to_string()));
        }
    }

    /// Does the steps that are due, and notes each.
    fn work_off(&mut self, chat_id: &str) {
        while let Some((event, place)) = self.seen.get(chat_id).and_then(|chat| chat.due.front().copied()) {
            let step = self.script.steps(event).get(place);
            if let Some(step) = step {
                self.step(chat_id, step);
            }
            let more = step.is_some();
            let Some(progress) = self.seen.get_mut(chat_id) else { return };
            progress.due.pop_front();
            if more {
                progress.due.push_front((event, place + 1));
            }
            self.keep(chat_id);
        }
    }

    fn step(&self, chat_id: &str, step: &Step) {
        // A step that fails is in the audit, and the ones after it are done.
        let code = match step {
            // Its service, its guest or the inbound chat application has said where it is to go, and knows better.
            Step::Route(plan) if !self.router.route_first(chat_id, plan) => "workflow_route_kept".to_owned(),
            Step::Route(_) => DONE.to_owned(),
            Step::Esp { method, parameters } => match self.ask(chat_id, method, parameters) {
                Ok(()) => DONE.to_owned(),
                Err(fault) => format!("workflow_fault_{}", fault.code()),
            },
        };
        let (at, interaction) = (self.clock.now_ms(), chat_id.to_owned());
        let _ = self.store.add_audit(&AuditRow { at, code, interaction, token: String::new() });
    }

    /// Steps 1 to 4 of the document.
    fn ask(&self, chat_id: &str, method: &str, parameters: &script::Parameters) -> Result<(), Fault> {
        let data = self.esp.user_data(chat_id)?;
        if data.get(own_data::IS_ONLINE).is_some_and(|online| online == "0") {
            return Err(Fault::Offline);
        }
        let application = data.get(own_data::APPLICATION).cloned().ok_or(Fault::NoUserData)?;
        let request = Request {
            service: esp::SERVICE.to_owned(),
            method: method.to_owned(),
            parameters: parameters.clone(),
            user_data: Some(data),
        };
        self.esp.call(&application, &request)
    }
}
