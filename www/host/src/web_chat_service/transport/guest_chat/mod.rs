//! `purecloud-v2-sockets`: the Guest Chat API of Genesys Cloud over fetch and WebSocket (transports 2).
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`settings`] | options of the transport |
//! | [`session`] | the conversation's ids and their cookies |
//! | [`members`] | who takes part |
//! | `requests` | REST |
//! | [`socket`], `stream` | the event stream, its loss and return |
//! | `messages` | event bodies → normalised messages and events |
//! | `start`, `restore`, `end` | how a chat begins, comes back and is over |

mod end;
pub mod members;
mod messages;
mod requests;
mod restore;
pub mod session;
pub mod settings;
pub mod socket;
mod start;
mod stream;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::Handled;
use super::next::line::Answer;
use super::next::{Capabilities, Desk, Line, Polling};
use crate::bus::{Command, Deferred};
use crate::web_chat_service::NO_SESSION_BARE;

use settings::Settings;

/// The chat over the Guest Chat API.
pub struct GuestChat {
    desk: Rc<Desk>,
    settings: RefCell<Settings>,
    session: session::Session,
    members: members::Members,
    stream: stream::Stream,
    /// Whether older messages are left for `fetchHistory`.
    has_older: Cell<bool>,
}

impl GuestChat {
    fn settings(&self) -> Settings {
        self.settings.borrow().clone()
    }
}

impl Line for GuestChat {
    const NO_TYPING: &'static str = "trying to send typing indicator when session is not active";
    const NO_EXCEPTIONS: &'static str = "This transport doesn't support resetPollExceptions command.";

    fn new(desk: &Rc<Desk>) -> Self {
        Self {
            desk: Rc::clone(desk),
            settings: RefCell::default(),
            session: session::Session::new(desk.chat.cookies.clone()),
            members: members::Members::default(),
            stream: stream::Stream::default(),
            has_older: Cell::new(false),
        }
    }

    fn configure(&self, section: &JsValue) {
        self.settings.replace(Settings::new(section));
    }

    fn capabilities(&self) -> Capabilities {
        let pagination = self.settings().pagination;
        Capabilities { is_async: false, hides_on_close: true, pagination, file_upload: false }
    }

    fn session_data(&self) -> Object {
        self.session.data()
    }

    fn knows_session(&self) -> bool {
        self.session.is_remembered()
    }

    async fn start(self: Rc<Self>, data: JsValue, outcome: Deferred) {
        self.start_chat(&data, &outcome).await;
    }

    async fn restore(self: Rc<Self>, _data: JsValue) -> Result<(), JsValue> {
        self.take_up().await
    }

    async fn send(self: Rc<Self>, text: String, _kind: Option<String>) -> Answer {
        let response = if self.stream.is_open() {
            let reply = self.post_message(&text).await;
            if reply.is_good() {
                return Ok(JsValue::UNDEFINED);
            }
            reply.report().into()
        } else {
            // Nothing is sent while the stream is lost: transports 2.8.
            JsValue::UNDEFINED
        };
        self.desk.publish_error(&"MessageFailed".into(), &[("response", response)]);
        Err(JsValue::UNDEFINED)
    }

    async fn tell_typing(self: Rc<Self>, text: Option<String>) -> Answer {
        if text.is_none() {
            return Ok(JsValue::UNDEFINED);
        }
        let reply = self.post_typing().await;
        if reply.is_good() {
            return Ok(reply.json());
        }
        self.publish_failure(&reply);
        Err(reply.report().into())
    }

    async fn end(self: Rc<Self>) -> Answer {
        self.leave().await
    }

    async fn update_user_data(self: Rc<Self>, _data: JsValue) -> Answer {
        Err("This transport doesn't support updating userData during an active chat session.".into())
    }

    fn update_interaction_data(self: Rc<Self>, command: Command) -> Handled {
        let text = "This transport doesn't support updating interactionData during an active chat session.";
        command.deferred.reject(text);
        Ok(())
    }

    async fn send_file(self: Rc<Self>, _files: JsValue) -> Answer {
        Err("This transport doesn't support file uploads.".into())
    }

    async fn fetch_history(self: Rc<Self>) -> Answer {
        self.fetch_older().await
    }

    fn steer_polling(self: Rc<Self>, what: Polling) -> Answer {
        let without_chat = what != Polling::Stop && !self.desk.is_active();
        let text = if without_chat { NO_SESSION_BARE } else { "This transport doesn't support polling." };
        Err(text.into())
    }
}
