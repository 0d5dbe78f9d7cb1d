//! What belongs to the chat whichever way it reaches its server.

use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::participants::Participants;
use super::prefilters::Prefilters;
use super::transcript::Transcript;
use super::typing::Typing;
use crate::bus::Plugin;
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

    /// Publishes an event without data.
    pub fn publish_bare(&self, event: &str) {
        self.plugin.publish(event, JsValue::UNDEFINED);
    }
}
