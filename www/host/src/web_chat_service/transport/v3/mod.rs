//! `pureengage-v3-rest`: the chat API v3 of Digital Channels, polled over fetch (transports 3).
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`settings`], [`callbacks`] | options of the transport |
//! | [`session`] | the session's ids, token and cookies |
//! | `requests` | REST, and what failures lead to |
//! | [`polling`] | when the server is asked |
//! | [`messages`], `pictures` | raw messages → normalised messages and events |
//! | `start` | how a chat begins, comes back and is over |

pub mod callbacks;
pub mod messages;
mod pictures;
pub mod polling;
mod requests;
pub mod session;
pub mod settings;
mod start;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::prelude::*;
use web_sys::FormData;

use super::Handled;
use super::chosen::files_of;
use super::http::Reply;
use super::next::line::Answer;
use super::next::{Capabilities, Desk, Line, Polling};
use crate::bus::{Command, Deferred};
use crate::interop;
use crate::web_chat_service::{NO_SESSION, NO_SESSION_BARE};

use settings::Settings;

/// The chat over the API v3.
pub struct V3 {
    desk: Rc<Desk>,
    settings: RefCell<Settings>,
    session: session::Session,
    positions: messages::Positions,
    poll: polling::Poll,
    watches_page: Cell<bool>,
}

impl V3 {
    fn settings(&self) -> Settings {
        self.settings.borrow().clone()
    }

    fn settle(self: &Rc<Self>, reply: &Reply) -> Answer {
        if reply.is_good() {
            return Ok(reply.json());
        }
        self.take_failure(reply);
        Err(reply.report().into())
    }
}

impl Line for V3 {
    const NO_TYPING: &'static str = NO_SESSION;
    const NO_EXCEPTIONS: &'static str = "This transport doesn't support any poll Exceptions.";

    fn new(desk: &Rc<Desk>) -> Self {
        Self {
            desk: Rc::clone(desk),
            settings: RefCell::default(),
            session: session::Session::new(desk.chat.cookies.clone()),
            positions: messages::Positions::default(),
            poll: polling::Poll::default(),
            watches_page: Cell::new(false),
        }
    }

    fn configure(&self, section: &JsValue) {
        let settings = Settings::new(section);
        self.session.leave_token_to_site(settings.callbacks.is_some());
        self.settings.replace(settings);
    }

    fn capabilities(&self) -> Capabilities {
        let is_async = self.settings().is_async;
        Capabilities { is_async, hides_on_close: false, pagination: is_async, file_upload: true }
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

    async fn restore(self: Rc<Self>, data: JsValue) -> Result<(), JsValue> {
        if !self.watches_page.replace(true) {
            self.release_lock_with_page();
        }
        self.take_up(&data).await
    }

    async fn send(self: Rc<Self>, text: String, kind: Option<String>) -> Answer {
        let reply = self.post_message(kind.as_deref().unwrap_or("Text"), &text).await;
        if reply.is_good() {
            return Ok(reply.json());
        }
        if !self.lose_session_by(&reply) {
            self.desk.publish("error", reply.report());
        }
        Err(JsValue::UNDEFINED)
    }

    async fn tell_typing(self: Rc<Self>, text: Option<String>) -> Answer {
        let kind = if text.is_some() { "TypingStarted" } else { "TypingStopped" };
        let reply = self.post_message(kind, &text.unwrap_or_default()).await;
        self.settle(&reply)
    }

    async fn end(self: Rc<Self>) -> Answer {
        self.leave().await
    }

    async fn update_user_data(self: Rc<Self>, data: JsValue) -> Answer {
        let reply = self.put_user_data(&data).await;
        self.settle(&reply)
    }

    /// Never settles, as in the real product: transports 1.3.
    fn update_interaction_data(self: Rc<Self>, _command: Command) -> Handled {
        Err(js_sys::TypeError::new("This transport cannot update interactionData during a chat.").into())
    }

    /// Each file in a request of its own, as over GMS: the last answer counts, or the first refusal.
    async fn send_file(self: Rc<Self>, files: JsValue) -> Answer {
        if !self.desk.is_active() {
            return Err(NO_SESSION.into());
        }
        let mut last = Err("No file provided".into());
        for file in files_of(&files) {
            let form = FormData::new()?;
            form.append_with_blob_and_filename("file", &file, &file.name())?;
            form.append_with_str("operationId", &interop::guid())?;
            last = self.settle(&self.post_file(&form).await);
            if last.is_err() {
                break;
            }
        }
        last
    }

    async fn fetch_history(self: Rc<Self>) -> Answer {
        self.fetch_older().await
    }

    fn steer_polling(self: Rc<Self>, what: Polling) -> Answer {
        if what == Polling::Stop && !self.poll.is_on() {
            return Err("Not currently polling. Ignoring command.".into());
        }
        if !self.desk.is_active() {
            return Err(NO_SESSION_BARE.into());
        }
        match what {
            Polling::Start => self.start_polling(),
            Polling::Stop => self.stop_polling(),
            Polling::Pause => self.pause_polling(),
            Polling::Continue => self.continue_polling(),
        }
        Ok(JsValue::UNDEFINED)
    }
}
