//! WebChatService: the chat, without a window (bus facts, sections 3 to 5; webchatservice).
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`settings`] | connection options |
//! | [`transport`], [`fields`] | requests to GMS chat v2 |
//! | [`session`] | ids of the running chat and their cookies |
//! | `answers` | what an answer leads to: events, errors, the end |
//! | [`transcript`] | raw messages → preprocessors → normalised messages |
//! | [`prefilters`] | hidden messages |
//! | [`participants`] | agents |
//! | [`polling`], `restore`, [`typing`] | when requests are made |
//! | `commands`, `messages` | the commands of the plugin |

mod answers;
mod commands;
pub mod fields;
mod messages;
pub mod participants;
pub mod polling;
pub mod prefilters;
mod restore;
pub mod session;
pub mod settings;
mod start_data;
pub mod transcript;
pub mod transport;
pub mod typing;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::JsValue;

use crate::bus::{Bus, Deferred, Plugin};
use crate::cookies::Cookies;
use crate::emulate::{Transport, Version};
use crate::interop;

pub use settings::Settings;

/// The plugin `WebChatService`.
pub struct WebChatService {
    plugin: Plugin,
    settings: RefCell<Settings>,
    session: session::Session,
    prefilters: prefilters::Prefilters,
    transcript: transcript::Transcript,
    participants: participants::Participants,
    polling: polling::Polling,
    connection: answers::Connection,
    typing: typing::Typing,
    user_data: Object,
    restoring: RefCell<Option<Deferred>>,
    start_time: Cell<f64>,
    end_time: Cell<f64>,
    version: Cell<Version>,
}

impl WebChatService {
    /// Registers the plugin; its commands come with `App.ready`, as in the real product's bundle. `None` where the name is
    /// taken.
    #[must_use]
    pub fn register(bus: &Bus, cookies: Cookies) -> Option<Rc<Self>> {
        let plugin = bus.register_plugin("WebChatService")?;
        let service = Rc::new(Self {
            plugin: plugin.clone(),
            settings: RefCell::default(),
            session: session::Session::new(cookies.clone()),
            prefilters: prefilters::Prefilters::new(cookies),
            transcript: transcript::Transcript::default(),
            participants: participants::Participants::default(),
            polling: polling::Polling::default(),
            connection: answers::Connection::default(),
            typing: typing::Typing::default(),
            user_data: Object::new(),
            restoring: RefCell::default(),
            start_time: Cell::new(0.0),
            end_time: Cell::new(0.0),
            version: Cell::default(),
        });
        plugin.set_data("sessionActive", false);
        let configured = Rc::clone(&service);
        plugin.subscribe("App.ready", move |config| {
            configured.come_up(config);
            Ok(())
        });
        let closed = Rc::clone(&service);
        plugin.subscribe("WebChat.closed", move |_| {
            if !closed.session.is_active() {
                closed.transcript.reset();
                closed.participants.reset();
            }
            Ok(())
        });
        Some(service)
    }

    fn come_up(self: &Rc<Self>, config: &JsValue) {
        if self.plugin.get_data("configured").is_truthy() {
            return;
        }
        self.plugin.set_data("configured", true);
        self.version.set(Version::of(config));
        self.register_commands();
        let section = interop::get(config, "webchat");
        if Transport::of(&section).is_none() {
            self.plugin.set_data("WebChatService.sessionData", self.session.data().clone());
        }
        let service = Rc::clone(self);
        self.plugin.command("configure", if section.is_object() { section } else { Object::new().into() }).on_done(
            move |_| {
                service.restoring.replace(Some(Deferred::new()));
                service.plugin.ready();
                service.plugin.republish("ready", JsValue::UNDEFINED);
                // As a command of its own: it then runs after everything that was queued before the service was ready.
                let _outcome = service.plugin.command("restore", JsValue::UNDEFINED);
            },
        );
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings.borrow().clone()
    }

    /// The session data as plugins get them: the live object, or what the transport has in its place.
    fn session_data(&self) -> Object {
        match self.settings().transport {
            None => self.session.data().clone(),
            Some(transport) => transport.session_data(&self.session.chat_id()),
        }
    }

    /// `ajaxResponse`, where there are requests to respond to.
    fn publish_answer(&self, answer: &JsValue) {
        let settings = self.settings();
        if !settings.comet && settings.transport.is_none() {
            self.plugin.publish("ajaxResponse", answer.clone());
        }
    }

    /// Marks a chat as running after a good answer to start or restore.
    fn begin(&self, answer: &JsValue) {
        self.session.update(answer);
        self.session.activate();
        self.session.ping();
        self.connection.reset();
        self.start_time.set(interop::now());
        self.end_time.set(0.0);
        self.plugin.set_data("sessionActive", true);
    }
}
