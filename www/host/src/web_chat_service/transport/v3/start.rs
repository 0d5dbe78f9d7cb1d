//! How a chat begins, comes back and is over (transports 3.2, 3.5 and 3.7).

use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::V3;
use super::messages::messages_of;
use super::polling::data_of;
use crate::bus::Deferred;
use crate::interop;
use crate::timer;
use crate::web_chat_service::fields::{Fields, text_of};
use crate::web_chat_service::page_data::page_data;
use crate::web_chat_service::transport::http::Reply;
use crate::web_chat_service::transport::next::Batch;
use crate::web_chat_service::transport::next::line::Answer;

/// So many messages are asked for in a restore that is to bring everything.
const ALL: u32 = 10_000;
const NOTHING_LEFT: &str = "No more messages to fetch";

impl V3 {
    pub(super) async fn start_chat(self: &Rc<Self>, data: &JsValue, outcome: &Deferred) {
        self.positions.reset();
        self.session.forget_index();
        self.poll.reset();
        let reply = self.post_session(self.start_fields(data)).await;
        if !reply.is_good() || !self.take_token(&reply) {
            self.take_failure(&reply);
            outcome.reject(reply.report());
            return;
        }
        self.begin();
        let answer = reply.json();
        self.desk.publish("started", interop::object(&[("data", self.session.data().into())]));
        self.start_polling();
        self.desk.publish("ajaxResponse", answer.clone());
        outcome.resolve(answer);
    }

    fn begin(self: &Rc<Self>) {
        self.session.remember();
        self.desk.begin();
        self.hand_to_site();
    }

    fn take_token(&self, reply: &Reply) -> bool {
        let token = interop::get_string(&data_of(reply), "clientToken");
        token.is_some_and(|token| self.session.take(&token))
    }

    fn start_fields(&self, data: &JsValue) -> Fields {
        let text = |key: &str| text_of(&interop::get(data, key));
        let (first, nickname) = (text("firstname"), text("nickname"));
        let nickname = if nickname.is_empty() { first.clone() } else { nickname };
        let entry = interop::object(&[
            ("firstName", first.into()),
            ("lastName", text("lastname").into()),
            ("nickname", nickname.into()),
        ]);
        for (key, value) in self.settings().entry {
            interop::set(&entry, key, value);
        }
        for key in ["email", "subject"] {
            interop::set(&entry, key, text(key));
        }
        for key in interop::keys(data) {
            if !["firstname", "lastname", "nickname", "userData", "interactionData"].contains(&key.as_str()) {
                interop::set(&entry, &key, interop::get(data, &key));
            }
        }
        let user_data = Object::new();
        let given = interop::get(data, "userData");
        interop::assign(&user_data, &[&self.desk.user_data, &page_data(&self.desk.plugin), &given]);
        let phone = interop::get(&user_data, "phone");
        if !phone.is_undefined() {
            interop::set(&user_data, "PhoneNumber", phone);
        }
        interop::set(&entry, "userData", user_data);
        let mut fields = Fields::default();
        fields.put_tree("data", &entry);
        fields
    }

    /// Restores the session that a cookie, the site, or in async mode the caller names.
    pub(super) async fn take_up(self: &Rc<Self>, data: &JsValue) -> Result<(), JsValue> {
        let is_async = self.settings().is_async;
        let given = interop::get_string(data, "sessionData").filter(|_| is_async);
        let token = given.clone().or_else(|| self.token_of_site()).or_else(|| self.session.stored_token());
        let Some(token) = token.filter(|_| is_async || self.session.is_remembered()) else {
            return Err("No chat session found to restore.".into());
        };
        let is_known = self.session.take(&token);
        // Without a cookie the session is renewed by its token.
        if given.is_some() || !is_known || !self.session.is_remembered() {
            let renewed = self.post_session(Fields::default()).await;
            if !renewed.is_good() || !self.take_token(&renewed) {
                return Err(self.give_up(&renewed));
            }
        }
        let count = if is_async { self.settings().page_size } else { ALL }.to_string();
        let reply = self.get_messages(&[("count", &count)], None).await;
        if !reply.is_good() || !data_of(&reply).is_object() {
            return Err(self.give_up(&reply));
        }
        self.desk.chat.reset();
        self.positions.reset();
        self.begin();
        self.desk.publish("restored", interop::object(&[("async", is_async.into())]));
        if let Err(error) = self.take_answer(&reply, Batch { restoring: true, old: false }).await {
            timer::report(error);
        } else if self.desk.is_active() {
            self.start_polling();
        }
        Ok(())
    }

    /// `error`, `restoreFailed`; the session is dropped.
    fn give_up(self: &Rc<Self>, reply: &Reply) -> JsValue {
        let report = JsValue::from(reply.report());
        let is_refused = reply.status == 401 && self.settings().is_async;
        if is_refused {
            self.lose_session(reply);
        } else if !self.take_failure(reply) {
            self.session.clear();
            self.desk.drop_session();
        }
        self.desk.publish("restoreFailed", report.clone());
        report
    }

    /// `fetchHistory`, in async mode: polling pauses meanwhile.
    pub(super) async fn fetch_older(self: &Rc<Self>) -> Answer {
        let settings = self.settings();
        if !settings.is_async {
            return Err("Fetching messages history applies to only Asynchronous chat.".into());
        }
        let Some(oldest) = self.positions.first().filter(|_| self.desk.is_active()) else {
            return Err(NOTHING_LEFT.into());
        };
        self.pause_polling();
        let count = settings.page_size.to_string();
        let reply = self.get_messages(&[("index", &oldest), ("count", &count)], None).await;
        let messages = messages_of(&reply);
        let only = interop::get(&messages.get(0), "index");
        let nothing_left = messages.length() == 1 && text_of(&only) == oldest;
        let outcome = if !reply.is_good() {
            self.take_failure(&reply);
            Err(reply.report().into())
        } else if nothing_left {
            Err(NOTHING_LEFT.into())
        } else {
            if let Err(error) = self.take_older(&reply).await {
                timer::report(error);
            }
            Ok(reply.json())
        };
        self.continue_polling();
        outcome
    }

    /// `endChat`. What belongs to an end is published whatever the server says.
    pub(super) async fn leave(self: Rc<Self>) -> Answer {
        self.stop_polling();
        let had_session = self.session.token().is_some();
        let reply = self.delete_participant().await;
        self.session.clear();
        self.desk.finish();
        if reply.is_good() && had_session {
            let agents = self.desk.chat.participants.agents();
            self.desk.publish("agentDisconnected", interop::object(&[("agents", agents.into())]));
            return Ok(reply.json());
        }
        Err(reply.report().into())
    }

    /// The server says that the chat is over. The real product publishes no `ended` here (transports, trap 6), and plugins
    /// wait for it for ever; this host does.
    pub(super) fn finish_by_server(&self) {
        self.session.clear();
        self.stop_polling();
        self.desk.drop_session();
        self.desk.publish("ended", Object::new());
    }

    /// The token that the site keeps, in async mode.
    fn token_of_site(&self) -> Option<String> {
        let callbacks = self.settings().callbacks?;
        interop::get_string(&callbacks.give(&self.desk.chat.cookies), "token")
    }

    /// Before requests: the site may have another token by now.
    pub(super) fn refresh_token(&self) {
        let is_new = |token: &String| self.session.token().as_ref() != Some(token);
        if let Some(token) = self.token_of_site().filter(is_new) {
            let _names_none = self.session.take(&token);
        }
    }

    /// Gives the site what it must keep, in async mode.
    pub(super) fn hand_to_site(&self) {
        if let (Some(callbacks), Some(token)) = (self.settings().callbacks, self.session.token()) {
            let index = self.positions.last().map_or(JsValue::UNDEFINED, JsValue::from);
            let data = interop::object(&[("messageIndex", index), ("token", token.into())]);
            callbacks.keep(&data, &self.desk.chat.cookies);
        }
    }
}
