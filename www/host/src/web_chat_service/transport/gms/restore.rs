//! Taking up the chat of an earlier page (bus facts, sections 3 and 5).

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::Gms;
use super::answers::status_of;
use super::session::Earlier;
use crate::bus::Deferred;
use crate::interop;
use crate::timer;

impl Gms {
    /// Restores the chat the cookies know of, if any. `restored` comes before its messages, `pollingStarted` after.
    /// `outcome` is resolved with nothing where there is one, and rejected with nothing where not.
    /// `given` are session data for a chat that outlives the page.
    pub(super) fn take_up(self: &Rc<Self>, given: JsValue, outcome: Deferred) {
        let settings = self.settings();
        let earlier = match &settings.asynchronous {
            None => self.session.recall(settings.restore_timeout),
            Some(options) if self.recall_from_page(options, &given) => Earlier::Found,
            Some(_) => Earlier::None,
        };
        match earlier {
            Earlier::None => self.finish_restoring(&outcome),
            Earlier::TooOld => {
                self.give_up_restoring();
                self.finish_restoring(&outcome);
            }
            Earlier::Found => {
                self.asking_for_chat.set(true);
                let gms = Rc::clone(self);
                spawn_local(async move {
                    if let Err(error) = gms.ask_for_transcript().await {
                        timer::report(error);
                    }
                    gms.asking_for_chat.set(false);
                    gms.finish_restoring(&outcome);
                });
            }
        }
    }

    fn finish_restoring(&self, outcome: &Deferred) {
        if self.session.is_active() {
            outcome.resolve(JsValue::UNDEFINED);
        } else {
            outcome.reject(JsValue::UNDEFINED);
        }
        let waiting = self.restoring.take();
        if let Some(waiting) = waiting {
            waiting.resolve(JsValue::UNDEFINED);
        }
    }

    async fn ask_for_transcript(self: &Rc<Self>) -> Result<(), JsValue> {
        let asynchronous = self.settings().asynchronous;
        let first = match &asynchronous {
            Some(options) => self.first_of_last_page(options).await.unwrap_or(1),
            None => 1,
        };
        let outcome = self.ask_for_news(self.news_fields(&first.to_string(), "")).await;
        // One turn of the bus: a preprocessor registered on `WebChatService.ready` is in time even if the server is faster
        // than the bus.
        let turn: JsValue = self.plugin.command("LOAD", JsValue::UNDEFINED).promise().into();
        let _done = JsFuture::from(Promise::resolve(&turn)).await;
        let Some(Ok(answer)) = outcome else {
            self.fail_to_restore();
            return Ok(());
        };
        let news = self.sift(&answer);
        if status_of(&answer) == 1 {
            self.fail_to_restore();
            return Ok(());
        }
        // A missing `chatEnded` counts as an ended chat, as in the real product.
        if status_of(&answer) != 0 || interop::get(&answer, "chatEnded") != JsValue::FALSE {
            self.give_up_restoring();
            return Ok(());
        }
        self.chat.reset();
        self.chat.transcript.begin_at(first);
        self.begin(&answer);
        let data = asynchronous.map(|_| interop::object(&[("async", true.into())]).into());
        self.plugin.publish("restored", data.unwrap_or(JsValue::UNDEFINED));
        let taken = self.take_refresh(&answer, &news, true);
        if taken.is_ok() && self.session.is_active() {
            self.start_polling();
        }
        self.take_early_news();
        taken
    }

    /// The chat is kept for the next page.
    fn fail_to_restore(&self) {
        self.comet.close();
        self.plugin.publish("restoreFailed", JsValue::UNDEFINED);
    }

    fn give_up_restoring(&self) {
        self.comet.close();
        self.session.clear();
        self.chat.prefilters.drop_all();
        self.plugin.publish("restoreTimeout", JsValue::UNDEFINED);
    }
}
