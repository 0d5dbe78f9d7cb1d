//! What the common controller and its line share: whether a chat runs, its events and agents (transports 1.1).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::JsValue;

use super::sleep::Sleep;
use crate::bus::{Deferred, Plugin};
use crate::interop;
use crate::timer::Timer;
use crate::web_chat_service::chat::Chat;

/// So long after its beginning an agent's typing counts as over, in milliseconds.
const TYPING_TIMEOUT: i32 = 3000;

/// Shared state of a chat under the common controller.
pub struct Desk {
    /// What every transport works with.
    pub chat: Rc<Chat>,
    /// The plugin `WebChatService`.
    pub plugin: Plugin,
    /// `webchat.userData` and what `startChat` and `updateUserData` added.
    pub user_data: Object,
    /// `webchat.transport.interactionData` and what commands added.
    pub interaction_data: Object,
    active: Cell<bool>,
    pub(super) starting: Cell<bool>,
    pub(super) restoring: RefCell<Option<Deferred>>,
    pub(super) sleep: Sleep,
    agent_types: Rc<Cell<bool>>,
    agent_timer: Timer,
}

impl Desk {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new(chat: &Rc<Chat>) -> Rc<Self> {
        Rc::new(Self {
            chat: Rc::clone(chat),
            plugin: chat.plugin.clone(),
            user_data: Object::new(),
            interaction_data: Object::new(),
            active: Cell::new(false),
            starting: Cell::new(false),
            restoring: RefCell::default(),
            sleep: Sleep::default(),
            agent_types: Rc::default(),
            agent_timer: Timer::default(),
        })
    }

    /// Whether a chat runs.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.active.get()
    }

    /// Publishes an event of the service.
    pub fn publish(&self, event: &str, data: impl Into<JsValue>) {
        self.plugin.publish(event, data.into());
    }

    /// `error {errors: [{code, …}]}`.
    pub fn publish_error(&self, code: &JsValue, rest: &[(&str, JsValue)]) {
        let entry = interop::object(&[("code", code.clone())]);
        for (key, value) in rest {
            interop::set(&entry, key, value);
        }
        self.publish("error", interop::object(&[("errors", Array::of1(&entry).into())]));
    }

    /// A chat runs from now on.
    pub fn begin(&self) {
        self.active.set(true);
        self.chat.set_active(true);
        self.chat.set_auto_load(true);
    }

    /// The chat no longer takes commands.
    pub fn deactivate(&self) {
        self.active.set(false);
        self.chat.set_active(false);
        self.chat.typing.stop();
        self.forget_agent_typing();
    }

    /// The chat is over: `clientDisconnected` → `ended`, both without data, and then no more automatic loading.
    pub fn finish(&self) {
        self.deactivate();
        self.chat.prefilters.drop_all();
        self.publish("clientDisconnected", Object::new());
        self.publish("ended", Object::new());
        self.chat.set_auto_load(false);
    }

    /// Everything that goes with a session, without a word to plugins.
    pub fn drop_session(&self) {
        self.deactivate();
        self.chat.prefilters.drop_all();
        self.chat.set_auto_load(false);
    }

    /// Takes note of an agent's joining or leaving. `when` is in milliseconds, `undefined` where nobody knows.
    pub fn note_agent(&self, id: &str, name: &JsValue, supervisor: bool, connected: bool, when: &JsValue) {
        let agents = self.chat.participants.agents();
        let mut agent = interop::get(&agents, id);
        if agent.is_undefined() {
            agent = interop::object(&[
                ("name", name.clone()),
                ("connected", true.into()),
                ("supervisor", supervisor.into()),
                ("connectedTime", JsValue::UNDEFINED),
                ("disconnectedTime", false.into()),
            ])
            .into();
            interop::set(&agents, id, agent.clone());
        }
        interop::set(&agent, "connected", connected);
        interop::set(&agent, if connected { "connectedTime" } else { "disconnectedTime" }, when);
    }

    /// An event about a participant: `{message, agents}`.
    pub fn publish_participant(&self, event: &str, message: &JsValue) {
        let agents = self.chat.participants.agents();
        self.publish(event, interop::object(&[("message", message.clone()), ("agents", agents.into())]));
    }

    /// An agent types: `agentTypingStarted {from}`, and three seconds later `agentTypingTimeout`.
    pub fn agent_typing(&self, data: &JsValue) {
        self.agent_types.set(true);
        self.publish("agentTypingStarted", data.clone());
        let (types, plugin) = (Rc::clone(&self.agent_types), self.plugin.clone());
        self.agent_timer.start(TYPING_TIMEOUT, move || {
            if types.replace(false) {
                plugin.publish("agentTypingTimeout", JsValue::UNDEFINED);
            }
        });
    }

    /// Forgets that an agent types; returns whether one did.
    pub fn forget_agent_typing(&self) -> bool {
        self.agent_timer.stop();
        self.agent_types.replace(false)
    }
}
