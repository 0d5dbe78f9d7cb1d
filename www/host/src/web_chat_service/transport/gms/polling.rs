//! When to ask the server for news (bus facts, section 3, "Polling").

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::Gms;
use super::settings::Settings;
use crate::dom;
use crate::interop;
use crate::timer::{self, Interval};
use crate::web_chat_service::fields::Fields;

/// The state of polling.
#[derive(Default)]
pub struct Polling {
    ticker: RefCell<Option<Interval>>,
    in_flight: Cell<bool>,
    rate: Cell<f64>,
    due: Cell<f64>,
    asleep: Cell<bool>,
}

impl Polling {
    /// Something happened: ask again after the shortest time.
    pub fn hurry(&self, settings: &Settings) {
        self.rate.set(settings.poll_rate.0);
        self.due.set(interop::now() + settings.poll_rate.0);
    }

    fn slow_down(&self, settings: &Settings) {
        let rate = settings.sleep_rate.filter(|_| self.asleep.get()).unwrap_or_else(|| self.rate.get());
        self.due.set(interop::now() + rate);
        self.rate.set(settings.slower(self.rate.get()));
    }

    /// Notes whether the page sleeps; `true` when it has just fallen asleep. Awake again, it asks at once.
    fn falls_asleep(&self, asleep: bool) -> bool {
        let slept = self.asleep.replace(asleep);
        if slept && !asleep {
            self.due.set(interop::now());
        }
        asleep && !slept
    }

    /// Whether the ticker runs.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.ticker.borrow().is_some()
    }
}

impl Gms {
    /// Starts the ticker and publishes `pollingStarted`; nothing where it runs already, or where news come by themselves.
    pub(super) fn start_polling(self: &Rc<Self>) {
        if self.polling.is_on() || self.settings().comet.is_some() {
            return;
        }
        self.polling.hurry(&self.settings());
        let gms = Rc::downgrade(self);
        let ticker = Interval::every(self.settings().poll_tick, move || {
            if let Some(gms) = gms.upgrade() {
                gms.tick();
            }
        });
        self.polling.ticker.replace(ticker);
        if !self.settings().without_polling {
            self.plugin.publish("pollingStarted", wasm_bindgen::JsValue::UNDEFINED);
        }
    }

    /// Stops the ticker and publishes `pollingStopped`; nothing where it does not run.
    pub(super) fn stop_polling(&self) {
        let ticker = self.polling.ticker.take();
        if ticker.is_some() {
            if !self.settings().without_polling {
                self.plugin.publish("pollingStopped", wasm_bindgen::JsValue::UNDEFINED);
            }
            // Not dropped here: this may run inside the ticker's own task.
            timer::later(0, move || {
                drop(ticker);
                Ok(())
            });
        }
    }

    fn tick(self: &Rc<Self>) {
        if self.polling.falls_asleep(self.settings().sleep_rate.is_some() && dom::is_hidden()) {
            self.plugin.publish("sleeping", wasm_bindgen::JsValue::UNDEFINED);
        }
        if interop::now() >= self.polling.due.get() {
            self.poll_now();
        }
    }

    /// Asks the server for news, whether that is due or not. `false` where there is no chat, or the last answer has not
    /// been dealt with: the one text of the document for both (webchatservice, poll).
    pub(super) fn poll_now(self: &Rc<Self>) -> bool {
        if self.polling.in_flight.get() || !self.session.is_active() {
            return false;
        }
        self.polling.in_flight.set(true);
        let gms = Rc::clone(self);
        spawn_local(async move {
            match gms.poll().await {
                Ok(()) => gms.polling.in_flight.set(false),
                // A preprocessor threw. The poll stays "in flight" for the rest of the page's life: bus facts 0.3.
                Err(error) => timer::report(error),
            }
        });
        true
    }

    /// Fields of a request for the messages from `position` on, with what the customer is typing.
    pub(super) fn news_fields(&self, position: &str, preview: &str) -> Fields {
        let mut fields = self.session.fields();
        fields.put("transcriptPosition", position);
        fields.put("message", preview);
        fields
    }

    async fn poll(self: &Rc<Self>) -> Result<(), wasm_bindgen::JsValue> {
        self.session.ping();
        let position = self.chat.transcript.position().to_string();
        let outcome = self.ask_for_news(self.news_fields(&position, &self.chat.typing.preview())).await;
        self.polling.slow_down(&self.settings());
        // The filters have gone with the chat: what came too late is nobody's.
        if !self.session.is_active() {
            return Ok(());
        }
        match outcome {
            Some(Ok(answer)) => {
                let news = self.sift(&answer);
                self.take_refresh(&answer, &news, false)?;
            }
            Some(Err(failure)) => self.take_failure(&failure),
            None => {}
        }
        Ok(())
    }
}
