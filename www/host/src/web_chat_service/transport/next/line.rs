//! What a transport under the common controller must be able to do itself.

use std::future::Future;
use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::Desk;
use crate::bus::{Command, Deferred};
use crate::web_chat_service::transport::Handled;

/// `data('WebChatService.capabilities')` (transports 1.1).
#[derive(Clone, Copy)]
pub struct Capabilities {
    /// Whether a chat outlives its session.
    pub is_async: bool,
    /// Whether closing the window hides the chat instead of ending it.
    pub hides_on_close: bool,
    /// Whether older messages come page by page.
    pub pagination: bool,
    /// Whether customers may send files.
    pub file_upload: bool,
}

/// The commands about polling.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Polling {
    /// `startPoll`.
    Start,
    /// `stopPoll`.
    Stop,
    /// `pausePoll`.
    Pause,
    /// `continuePoll`.
    Continue,
}

/// What a command is settled with: resolved or rejected.
pub type Answer = Result<JsValue, JsValue>;

/// One server's protocol. The futures run to their end even if nobody waits for them.
pub trait Line: 'static {
    /// Why `sendTyping` is rejected without a chat (transports 1.3).
    const NO_TYPING: &'static str;
    /// Why `resetPollExceptions` is rejected (transports 1.3).
    const NO_EXCEPTIONS: &'static str;

    /// Not configured yet.
    fn new(desk: &Rc<Desk>) -> Self;

    /// Takes the section `webchat` of the configuration.
    fn configure(&self, section: &JsValue);

    /// What it can do as it is configured.
    fn capabilities(&self) -> Capabilities;

    /// What `getSessionData` gives.
    fn session_data(&self) -> Object;

    /// Whether the cookies name a session.
    fn knows_session(&self) -> bool;

    /// Starts a chat with the data of `startChat`, settles it and publishes what belongs to a start.
    fn start(self: Rc<Self>, data: JsValue, outcome: Deferred) -> impl Future<Output = ()>;

    /// Takes up an earlier chat. `Err` is the reason for which there is none now.
    fn restore(self: Rc<Self>, data: JsValue) -> impl Future<Output = Result<(), JsValue>>;

    /// Sends a message of the customer; `kind` is the command's `type`.
    fn send(self: Rc<Self>, text: String, kind: Option<String>) -> impl Future<Output = Answer>;

    /// Tells that the customer began to type `text`, or stopped (`None`).
    fn tell_typing(self: Rc<Self>, text: Option<String>) -> impl Future<Output = Answer>;

    /// Ends the chat; also called without one.
    fn end(self: Rc<Self>) -> impl Future<Output = Answer>;

    /// `updateUserData` during a chat.
    fn update_user_data(self: Rc<Self>, data: JsValue) -> impl Future<Output = Answer>;

    /// `updateInteractionData` during a chat.
    fn update_interaction_data(self: Rc<Self>, command: Command) -> Handled;

    /// `sendFile`.
    fn send_file(self: Rc<Self>, files: JsValue) -> impl Future<Output = Answer>;

    /// `fetchHistory`.
    fn fetch_history(self: Rc<Self>) -> impl Future<Output = Answer>;

    /// The commands about polling.
    fn steer_polling(self: Rc<Self>, what: Polling) -> Answer;
}
