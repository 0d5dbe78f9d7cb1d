//! A workflow: what is done when something happens to a chat, out of a file ([`script`]).
//!
//! It stands for the strategies of the field (URS, ORS) and asks the Chat Server for everything by [`Esp`], with the steps of
//! the document: is the session online, which Chat Server application has it, send the request.

pub mod script;

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;

use crate::chat_server::agent::ChatState;
use crate::chat_server::entry::{Entry, EntryType, PartyType, Visibility};
use crate::chat_server::{ChatChange, ChatServer, own_data};
use crate::clock::Clock;
use crate::esp::{self, Esp, Fault, Request};
use crate::routing::Router;
use crate::store::{AuditRow, Store};
use script::{Event, Script, Step};

/// How often is looked whether a MicroApp is over: the Messaging Server tells nobody of every end.
const TICK: Duration = Duration::from_millis(500);

/// Runs a script for the chats of a Chat Server.
pub struct Workflow {
    script: Script,
    esp: Esp,
    chat: ChatServer,
    router: Router,
    store: Arc<Store>,
    clock: Clock,
    /// Chats that have been seen, and whether a MicroApp runs in them.
    seen: HashMap<String, bool>,
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
    /// A workflow; what is going on already has begun without it.
    pub fn new(script: Script, peers: Peers) -> Self {
        let Peers { esp, chat, router, store, clock } = peers;
        let live = chat.chats().into_iter().filter(|chat| chat.state != ChatState::Ended);
        let seen = live.map(|chat| (chat.id.clone(), store.microapp_runs(&chat.id).unwrap_or(false))).collect();
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
                () = tokio::time::sleep(TICK), if self.seen.values().any(|runs| *runs) => self.look_for_ends(),
            }
        }
    }

    fn look_at_all(&mut self) {
        for chat in self.chat.chats() {
            self.look_at(&chat.id);
        }
    }

    fn look_at(&mut self, chat_id: &str) {
        let ended = self.chat.summary(chat_id).map_or(true, |chat| chat.state == ChatState::Ended);
        if ended {
            self.seen.remove(chat_id);
        } else if !self.seen.contains_key(chat_id) {
            self.seen.insert(chat_id.to_owned(), false);
            self.happened(chat_id, Event::Start);
        }
    }

    fn read(&mut self, chat_id: &str, entry: &Entry) {
        match (entry.kind, entry.from.kind) {
            // A colleague who only advises does not count.
            (EntryType::ParticipantJoined, PartyType::Agent) if entry.visibility == Visibility::All => {
                self.happened(chat_id, Event::Agent);
            }
            // The Messaging Server tells of every block that is reached.
            (EntryType::Message, PartyType::External) => self.look_for_microapp(chat_id),
            _ => {}
        }
    }

    fn look_for_ends(&mut self) {
        let running: Vec<_> = self.seen.iter().filter(|(_, runs)| **runs).map(|(id, _)| id.clone()).collect();
        for chat_id in running {
            self.look_for_microapp(&chat_id);
        }
    }

    fn look_for_microapp(&mut self, chat_id: &str) {
        let Some(known) = self.seen.get_mut(chat_id) else { return };
        // What the database refuses now is looked for again.
        let runs = self.store.microapp_runs(chat_id).unwrap_or(*known);
        if runs != *known {
            *known = runs;
            self.happened(chat_id, if runs { Event::MicroAppStart } else { Event::MicroAppEnd });
        }
    }

    fn happened(&self, chat_id: &str, event: Event) {
        for step in self.script.steps(event) {
            let done = match step {
                Step::Route(plan) => {
                    // A chat of a configured service goes to that service's targets.
                    if self.chat.summary(chat_id).is_ok_and(|chat| chat.target.is_none()) {
                        self.router.route(chat_id, plan.clone());
                    }
                    Ok(())
                }
                Step::Esp { method, parameters } => self.ask(chat_id, method, parameters),
            };
            // A step that fails is in the audit, and the ones after it are done.
            let code = match done {
                Ok(()) => "workflow_step".to_owned(),
                Err(fault) => format!("workflow_fault_{}", fault.code()),
            };
            let (at, interaction) = (self.clock.now_ms(), chat_id.to_owned());
            let _ = self.store.add_audit(&AuditRow { at, code, interaction, token: String::new() });
        }
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
