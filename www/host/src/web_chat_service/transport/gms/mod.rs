//! GMS chat v2 (bus facts, sections 3 to 5).
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`settings`] | connection options |
//! | [`requests`] | requests over REST |
//! | [`comet`], [`matching`], [`bayeux`], [`socket`] | requests and news over CometD |
//! | [`asynchronous`] | chats that outlive the page |
//! | `files` | files up and down |
//! | [`session`] | ids of the running chat and their cookies |
//! | `answers` | what an answer leads to: events, errors, the end |
//! | [`polling`], `restore`, `typing` | when requests are made |
//! | `commands`, `messages` | the commands |

mod answers;
pub mod asynchronous;
pub mod bayeux;
pub mod comet;
mod commands;
mod files;
pub mod matching;
mod messages;
pub mod polling;
pub mod requests;
mod restore;
pub mod session;
pub mod settings;
pub mod socket;
mod start_data;
mod typing;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::{Handled, Transport};
use crate::bus::{Command, Deferred, Plugin};
use crate::interop;
use crate::web_chat_service::chat::Chat;

pub use settings::Settings;

/// The chat over GMS.
pub struct Gms {
    chat: Rc<Chat>,
    plugin: Plugin,
    settings: RefCell<Settings>,
    session: session::Session,
    polling: polling::Polling,
    connection: answers::Connection,
    comet: comet::Comet,
    restoring: RefCell<Option<Deferred>>,
    asking_for_chat: Cell<bool>,
    start_time: Cell<f64>,
    end_time: Cell<f64>,
}

impl Gms {
    /// Not configured yet.
    #[must_use]
    pub fn new(chat: &Rc<Chat>) -> Rc<Self> {
        Rc::new(Self {
            chat: Rc::clone(chat),
            plugin: chat.plugin.clone(),
            settings: RefCell::default(),
            session: session::Session::new(chat.cookies.clone()),
            polling: polling::Polling::default(),
            connection: answers::Connection::default(),
            comet: comet::Comet::default(),
            restoring: RefCell::default(),
            asking_for_chat: Cell::new(false),
            start_time: Cell::new(0.0),
            end_time: Cell::new(0.0),
        })
    }

    fn settings(&self) -> Settings {
        self.settings.borrow().clone()
    }

    /// `ajaxResponse`, where there are requests to respond to.
    fn publish_answer(&self, answer: &JsValue) {
        if !self.settings().without_polling {
            self.plugin.publish("ajaxResponse", answer.clone());
        }
    }

    /// Marks a chat as running after a good answer to start or restore.
    fn begin(&self, answer: &JsValue) {
        self.take_ids(answer);
        self.session.activate();
        self.session.ping();
        self.connection.reset();
        self.start_time.set(interop::now());
        self.end_time.set(0.0);
        self.chat.set_active(true);
    }
}

impl Transport for Gms {
    fn configure(self: Rc<Self>, command: Command) -> Handled {
        commands::configure(&self, command)
    }

    fn come_up(self: Rc<Self>) {
        self.restoring.replace(Some(Deferred::new()));
        self.plugin.ready();
        self.plugin.republish("ready", JsValue::UNDEFINED);
        // As a command of its own: it then runs after everything that was queued before the service was ready.
        let _outcome = self.plugin.command("restore", JsValue::UNDEFINED);
    }

    fn is_active(&self) -> bool {
        self.session.is_active()
    }

    fn session_data(&self) -> Object {
        self.session.data().clone()
    }

    fn start_chat(self: Rc<Self>, command: Command) -> Handled {
        commands::start_chat(&self, command)
    }

    fn restore(self: Rc<Self>, command: Command) -> Handled {
        commands::restore(&self, command)
    }

    fn verify_session(self: Rc<Self>, command: Command) -> Handled {
        commands::verify_session(&self, command)
    }

    fn end_chat(self: Rc<Self>, command: Command) -> Handled {
        commands::end_chat(&self, command)
    }

    fn send_message(self: Rc<Self>, command: Command) -> Handled {
        messages::send_message(&self, command)
    }

    fn send_filtered_message(self: Rc<Self>, command: Command) -> Handled {
        self.chat.send_filtered(self.session.is_active(), &command);
        Ok(())
    }

    fn add_prefilter(self: Rc<Self>, command: Command) -> Handled {
        messages::add_prefilter(&self, command)
    }

    fn send_custom_notice(self: Rc<Self>, command: Command) -> Handled {
        messages::send_custom_notice(&self, command)
    }

    fn send_typing(self: Rc<Self>, command: Command) -> Handled {
        messages::send_typing(&self, command)
    }

    fn type_now(self: Rc<Self>, preview: &str, outcome: Option<Deferred>) {
        self.note_typing(preview, outcome);
    }

    fn wake(self: Rc<Self>, command: Command) -> Handled {
        messages::wake(&self, command)
    }

    fn update_user_data(self: Rc<Self>, command: Command) -> Handled {
        messages::update_user_data(&self, command)
    }

    fn get_stats(self: Rc<Self>, command: Command) -> Handled {
        commands::get_stats(&self, command)
    }

    fn start_poll(self: Rc<Self>, command: Command) -> Handled {
        commands::start_poll(&self, command)
    }

    fn stop_poll(self: Rc<Self>, command: Command) -> Handled {
        commands::stop_poll(&self, command)
    }

    fn poll(self: Rc<Self>, command: Command) -> Handled {
        commands::poll(&self, command)
    }

    fn reset_poll_exceptions(self: Rc<Self>, command: Command) -> Handled {
        self.connection.reset_exceptions();
        command.deferred.resolve(JsValue::UNDEFINED);
        Ok(())
    }

    fn fetch_history(self: Rc<Self>, command: Command) -> Handled {
        asynchronous::fetch_history(&self, command)
    }

    fn send_file(self: Rc<Self>, command: Command) -> Handled {
        files::send_file(&self, command)
    }

    fn download_file(self: Rc<Self>, command: Command) -> Handled {
        files::download_file(&self, command)
    }

    fn get_file_limits(self: Rc<Self>, command: Command) -> Handled {
        files::get_file_limits(&self, command)
    }
}
