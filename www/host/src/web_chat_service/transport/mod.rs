//! How a chat reaches its server.
//!
//! A [`Transport`] answers every command of WebChatService that has to do with a server, and publishes the events that
//! follow. The commands themselves do not know which one is at work: what differs between the real product's two
//! controllers (transports 1) is inside the implementations.
//!
//! | module | `webchat.transport.type` |
//! | --- | --- |
//! | [`gms`] | none: GMS chat v2 |
//! | [`guest_chat`] | `purecloud-v2-sockets`: the Guest Chat API of Genesys Cloud |
//! | [`v3`] | `pureengage-v3-rest`: the chat API v3 of Digital Channels |
//!
//! The last two are lines under one controller, [`next`]. [`http`] is what they send requests with.
//! [`chosen`] are the files that all of them are given.

pub mod chosen;
pub mod gms;
pub mod guest_chat;
pub mod http;
pub mod next;
pub mod v3;

use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::chat::Chat;
use crate::bus::{Command, Deferred};
use crate::interop;

/// What the handler of a command gives: an `Err` becomes an error of the page, and the command never settles.
pub type Handled = Result<(), JsValue>;

/// One way to a chat server. Each method that takes a [`Command`] is the command of that name in webchatservice and settles
/// it; the documented resolutions and rejections differ from transport to transport.
pub trait Transport {
    /// `configure {…}`: takes the section `webchat` of the configuration.
    fn configure(self: Rc<Self>, command: Command) -> Handled;

    /// Makes the plugin ready, once it is configured, and takes up the chat of an earlier page.
    fn come_up(self: Rc<Self>);

    /// Whether a chat runs.
    fn is_active(&self) -> bool;

    /// What `getSessionData` gives: the live object.
    fn session_data(&self) -> Object;

    /// `startChat {…}`.
    fn start_chat(self: Rc<Self>, command: Command) -> Handled;

    /// `restore {…}`.
    fn restore(self: Rc<Self>, command: Command) -> Handled;

    /// `verifySession`: waits for a restore in progress.
    fn verify_session(self: Rc<Self>, command: Command) -> Handled;

    /// `endChat`.
    fn end_chat(self: Rc<Self>, command: Command) -> Handled;

    /// `sendMessage {message, type?}`.
    fn send_message(self: Rc<Self>, command: Command) -> Handled;

    /// `sendFilteredMessage {message, regex}`.
    fn send_filtered_message(self: Rc<Self>, command: Command) -> Handled;

    /// `addPrefilter {filters}`.
    fn add_prefilter(self: Rc<Self>, command: Command) -> Handled;

    /// `sendCustomNotice {message}`.
    fn send_custom_notice(self: Rc<Self>, command: Command) -> Handled;

    /// `sendTyping {message?}`.
    fn send_typing(self: Rc<Self>, command: Command) -> Handled;

    /// The customer types into a watched field (a chat runs then), or by command.
    fn type_now(self: Rc<Self>, preview: &str, outcome: Option<Deferred>);

    /// `wake {resetIdleState}`.
    fn wake(self: Rc<Self>, command: Command) -> Handled;

    /// `updateUserData {…}`.
    fn update_user_data(self: Rc<Self>, command: Command) -> Handled;

    /// `getStats`.
    fn get_stats(self: Rc<Self>, command: Command) -> Handled;

    /// `startPoll`.
    fn start_poll(self: Rc<Self>, command: Command) -> Handled;

    /// `stopPoll`.
    fn stop_poll(self: Rc<Self>, command: Command) -> Handled;

    /// `poll`: private.
    fn poll(self: Rc<Self>, command: Command) -> Handled;

    /// `resetPollExceptions`.
    fn reset_poll_exceptions(self: Rc<Self>, command: Command) -> Handled;

    /// `fetchHistory`.
    fn fetch_history(self: Rc<Self>, command: Command) -> Handled;

    /// `sendFile {files}`.
    fn send_file(self: Rc<Self>, command: Command) -> Handled;

    /// `getFileLimits`.
    fn get_file_limits(self: Rc<Self>, command: Command) -> Handled;

    /// `downloadFile {fileId}`.
    fn download_file(self: Rc<Self>, command: Command) -> Handled;

    // What follows GMS does not know (transports 1.3). An unknown command never settles: bus facts 0.7.

    /// `asyncRestore`: the restore after configuring; for WebChatService alone.
    fn async_restore(self: Rc<Self>, _command: Command) -> Handled {
        Ok(())
    }

    /// `updateInteractionData {…}`.
    fn update_interaction_data(self: Rc<Self>, _command: Command) -> Handled {
        Ok(())
    }

    /// `pausePoll`.
    fn pause_poll(self: Rc<Self>, _command: Command) -> Handled {
        Ok(())
    }

    /// `continuePoll`.
    fn continue_poll(self: Rc<Self>, _command: Command) -> Handled {
        Ok(())
    }
}

/// Which transport a configuration asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No `webchat.transport.type`.
    Gms,
    /// `purecloud-v2-sockets`.
    GuestChat,
    /// `pureengage-v3-rest`.
    V3,
}

impl Kind {
    /// Reads the section `webchat`; `None` for a type that there is none of.
    #[must_use]
    pub fn of(section: &JsValue) -> Option<Self> {
        let wanted = interop::get_path(section, "transport.type");
        if wanted.is_undefined() || wanted.is_null() {
            return Some(Self::Gms);
        }
        match wanted.as_string().as_deref() {
            Some("purecloud-v2-sockets") => Some(Self::GuestChat),
            Some("pureengage-v3-rest") => Some(Self::V3),
            _ => None,
        }
    }

    /// A transport of this kind, not yet configured.
    #[must_use]
    pub fn make(self, chat: &Rc<Chat>) -> Rc<dyn Transport> {
        match self {
            Self::Gms => gms::Gms::new(chat),
            Self::GuestChat => next::Next::<guest_chat::GuestChat>::new(chat),
            Self::V3 => next::Next::<v3::V3>::new(chat),
        }
    }
}
