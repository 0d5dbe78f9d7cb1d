//! What belongs to the chat whichever way it reaches its server.

use std::rc::Rc;

use js_sys::{Object, RegExp};
use wasm_bindgen::prelude::*;

use super::participants::Participants;
use super::prefilters::Prefilters;
use super::transcript::Transcript;
use super::typing::Typing;
use crate::bus::{Command, Plugin};
use crate::cookies::Cookies;
use crate::emulate::Version;
use crate::interop;

/// The parts of WebChatService that every [`super::transport::Transport`] works with.
pub struct Chat {
    /// The plugin `WebChatService`, to publish its events.
    pub plugin: Plugin,
    /// Where a transport keeps what must survive the page.
    pub cookies: Cookies,
    /// Hidden messages.
    pub prefilters: Prefilters,
    /// All messages so far, and the functions that see them first.
    pub transcript: Transcript,
    /// Agents.
    pub participants: Participants,
    /// Whether the customer is typing.
    pub typing: Rc<Typing>,
    /// What `updateUserData` gave for the next start.
    pub user_data: Object,
    /// `Authorization` of `main.header`, for requests with `enableCustomHeader`.
    pub authorization: Option<String>,
    /// The version of the product that the host behaves like.
    pub version: Version,
}

impl Chat {
    /// Nothing has happened yet. `config` is the configuration of the whole page.
    #[must_use]
    pub fn new(plugin: Plugin, cookies: Cookies, config: &JsValue) -> Rc<Self> {
        Rc::new(Self {
            plugin,
            prefilters: Prefilters::new(cookies.clone()),
            cookies,
            transcript: Transcript::default(),
            participants: Participants::default(),
            typing: Rc::default(),
            user_data: Object::new(),
            authorization: interop::get_path(config, "main.header.Authorization").as_string(),
            version: Version::of(config),
        })
    }

    /// Forgets messages and agents: for a new chat, and when the window of an ended one closes.
    pub fn reset(&self) {
        self.transcript.reset();
        self.participants.reset();
    }

    /// Shows in the shared data whether a chat runs.
    pub fn set_active(&self, active: bool) {
        self.plugin.set_data("sessionActive", active);
    }

    /// `sendFilteredMessage {message, regex}`: resolves at once with nothing; wrong types resolve too and send nothing (bus
    /// facts, section 4).
    pub fn send_filtered(&self, is_active: bool, command: &Command) {
        if !is_active {
            command.deferred.reject("No active chat session.");
            return;
        }
        let (message, regex) = (interop::get(&command.data, "message"), interop::get(&command.data, "regex"));
        if message.is_string() && regex.dyn_ref::<RegExp>().is_some() {
            self.prefilters.add(&regex);
            let _outcome = self.plugin.command("sendMessage", interop::object(&[("message", message)]));
        }
        command.deferred.resolve(JsValue::UNDEFINED);
    }

    /// Whether the next page shall load the chat's plugins (bus facts 2, `registerAutoLoad`).
    pub fn set_auto_load(&self, wanted: bool) {
        let command = if wanted { "App.registerAutoLoad" } else { "App.deregisterAutoLoad" };
        for name in ["WebChatService", "WebChat"] {
            let data: JsValue = interop::object(&[("name", name.into())]).into();
            let _outcome = self.plugin.command(command, data);
        }
    }
}
