//! What the server's answers lead to (bus facts, sections 3 to 5).

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::Gms;
use super::requests::{self, Failure};
use crate::interop;
use crate::web_chat_service::fields::Fields;
use crate::web_chat_service::transcript::{Batch, Rest, Sifted, Transcript};

/// The server's code for a text that is too long (backend 1.5).
const TOO_LONG: u32 = 204;

/// What is known of the connection to the server.
#[derive(Default)]
pub struct Connection {
    disconnected: Cell<bool>,
    offline: Cell<bool>,
    soft_errors: Cell<u32>,
}

impl Connection {
    /// Whether the last poll did not reach the server.
    #[must_use]
    pub fn is_disconnected(&self) -> bool {
        self.disconnected.get()
    }

    /// Forgets counted soft errors: `resetPollExceptions`.
    pub fn reset_exceptions(&self) {
        self.soft_errors.set(0);
    }

    /// Forgets everything, for a new chat.
    pub fn reset(&self) {
        self.disconnected.set(false);
        self.offline.set(false);
        self.soft_errors.set(0);
    }
}

impl Gms {
    /// Sends a request of the running chat and publishes the answer. `None` where the chat's cookie has vanished: the
    /// request is then not sent, and the chat is ended on this side.
    pub(super) async fn request(self: &Rc<Self>, verb: &str, fields: Fields) -> Option<Result<JsValue, Failure>> {
        let outcome = self.ask(verb, fields).await;
        if let Some(Ok(answer)) = &outcome {
            self.publish_answer(answer);
        }
        outcome
    }

    /// The same for news, which are published by [`Gms::sift`].
    pub(super) async fn ask_for_news(self: &Rc<Self>, fields: Fields) -> Option<Result<JsValue, Failure>> {
        self.ask("refresh", fields).await
    }

    /// Takes what prefilters hide out of news and publishes the answer as it then is: whoever subscribes to `ajaxResponse`
    /// gets this very object. Over CometD there is no such event, but an answer also is what a command resolves with, which
    /// may be anybody's: nothing hidden stays in it.
    pub(super) fn sift(&self, answer: &JsValue) -> Sifted {
        let settings = self.settings();
        let rest = match (settings.comet.is_some(), settings.legacy_filters) {
            (true, _) => Rest::Visible,
            (false, true) => Rest::Everything,
            (false, false) => Rest::HiddenAlone,
        };
        let sifted = Transcript::sift(answer, &self.chat.prefilters, rest);
        self.publish_answer(answer);
        sifted
    }

    async fn ask(self: &Rc<Self>, verb: &str, fields: Fields) -> Option<Result<JsValue, Failure>> {
        if self.session.has_vanished() {
            self.end_locally();
            return None;
        }
        let settings = self.settings();
        let outcome = match &settings.comet {
            Some(comet) => self.publish_request(comet, verb, fields).await,
            None => {
                let address = format!("{}{}/{verb}", settings.base, self.session.chat_id());
                requests::post(&settings, &address, fields).await
            }
        };
        if let Ok(answer) = &outcome
            && self.session.is_active()
        {
            self.take_ids(answer);
        }
        Some(outcome)
    }

    /// Works through the answer of a `refresh`, whose messages have been sifted.
    ///
    /// # Errors
    /// The exception of a preprocessor.
    pub(super) fn take_refresh(
        self: &Rc<Self>,
        answer: &JsValue,
        news: &Sifted,
        restoring: bool,
    ) -> Result<(), JsValue> {
        let status = status_of(answer);
        let ended = interop::get(answer, "chatEnded").is_truthy();
        match status {
            0 => self.note_success(),
            1 => {
                self.note_soft_error();
                return Ok(());
            }
            _ => {
                self.plugin.publish("error", answer.clone());
                if ended {
                    self.end_locally();
                }
                return Ok(());
            }
        }
        self.take_messages(answer, news, restoring)?;
        if ended {
            self.end_locally();
        }
        Ok(())
    }

    fn take_messages(&self, answer: &JsValue, news: &Sifted, restoring: bool) -> Result<(), JsValue> {
        let settings = self.settings();
        let batch = self.chat.transcript.take(news, settings.legacy_filters, restoring)?;
        self.session.write_index(self.chat.transcript.position());
        if batch.filtered_news {
            self.agent_stops(answer);
        }
        for message in batch.messages.iter() {
            self.publish_side_event(&message, answer);
        }
        if batch.messages.length() == 0 {
            return Ok(());
        }
        self.polling.hurry(&settings);
        self.publish_messages(batch, answer, restoring, false);
        Ok(())
    }

    /// Takes messages that came before the oldest one, from `first` on: `fetchHistory`. What is hidden goes from the answer,
    /// because the command resolves with it.
    ///
    /// # Errors
    /// The exception of a preprocessor.
    pub(super) fn take_old_messages(&self, answer: &JsValue, first: u32) -> Result<(), JsValue> {
        let _noted_as_news = Transcript::sift(answer, &self.chat.prefilters, Rest::Visible);
        self.publish_answer(answer);
        let batch = self.chat.transcript.take_old(answer, first)?;
        if batch.messages.length() > 0 {
            self.publish_messages(batch, answer, false, true);
        }
        Ok(())
    }

    fn publish_side_event(&self, message: &JsValue, answer: &JsValue) {
        if let Some(event) = self.chat.participants.follow(message) {
            self.plugin.publish(event, self.chat.participants.event_data(message));
            return;
        }
        let by_client = interop::get_path(message, "from.type").as_string().as_deref() == Some("Client");
        match interop::get_string(message, "type").as_deref() {
            Some("TypingStarted") if !by_client => self.agent_types(answer),
            Some("TypingStopped" | "Message") if !by_client => self.agent_stops(answer),
            _ => {}
        }
    }

    fn publish_messages(&self, batch: Batch, answer: &JsValue, restoring: bool, old: bool) {
        let data = interop::object(&[
            ("originalMessages", batch.originals.into()),
            ("messages", batch.messages.into()),
            ("restoring", restoring.into()),
            ("sessionData", self.session.data().clone().into()),
            ("oldMessages", old.into()),
            ("idleTimeCountDown", interop::get(answer, "idleTimerExpire")),
        ]);
        self.plugin.publish("messageReceived", data);
    }

    /// A failed poll: `disconnected` each time the network failed, otherwise `error`; polling goes on.
    pub(super) fn take_failure(self: &Rc<Self>, failure: &Failure) {
        if failure.status == 0 {
            self.connection.disconnected.set(true);
            self.plugin.publish("disconnected", JsValue::UNDEFINED);
            return;
        }
        // Too long a preview of what the customer types: the product keeps quiet about it.
        if failure.code == Some(TOO_LONG) {
            return;
        }
        self.plugin.publish("error", failure.report.clone());
        let answer = interop::get(&failure.report, "responseJSON");
        if failure.code.is_some() && interop::get(&answer, "chatEnded").is_truthy() {
            self.end_locally();
        }
    }

    /// The server was reached, whatever it said.
    pub(super) fn note_reached(&self) {
        if self.connection.is_disconnected() {
            self.note_success();
        }
    }

    fn note_success(&self) {
        self.connection.soft_errors.set(0);
        let was_offline = self.connection.offline.replace(false);
        let was_disconnected = self.connection.disconnected.replace(false);
        if was_offline {
            self.plugin.publish("chatServerBackOnline", JsValue::UNDEFINED);
        }
        if was_offline || was_disconnected {
            self.plugin.publish("reconnected", JsValue::UNDEFINED);
        }
    }

    fn note_soft_error(&self) {
        let count = self.connection.soft_errors.get() + 1;
        self.connection.soft_errors.set(count);
        if count > self.settings().poll_exception_limit && !self.connection.offline.replace(true) {
            self.plugin.publish("chatServerWentOffline", JsValue::UNDEFINED);
        }
    }

    /// The chat is over, by the server's word or because another tab ended it: `ended`, `pollingStopped`.
    pub(super) fn end_locally(self: &Rc<Self>) {
        self.close_session();
        self.plugin.publish("ended", JsValue::UNDEFINED);
        self.stop_polling();
    }

    /// Everything that goes with a session: its data, cookies, filters and timers.
    pub(super) fn close_session(&self) {
        self.session.clear();
        self.chat.prefilters.drop_all();
        self.chat.typing.stop();
        self.chat.typing.agent_stopped();
        self.connection.reset();
        self.comet.close();
        self.end_time.set(interop::now());
        self.chat.set_active(false);
    }
}

/// `statusCode` of an answer; a missing one counts as 0.
#[must_use]
pub(super) fn status_of(answer: &JsValue) -> u32 {
    interop::get_number(answer, "statusCode").unwrap_or(0.0) as u32
}
