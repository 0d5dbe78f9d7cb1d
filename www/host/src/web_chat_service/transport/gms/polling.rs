//! When to ask the server for news (bus facts, section 3, "Polling").

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::Gms;
use super::settings::Settings;
use crate::interop;
use crate::timer::{self, Interval};

/// How often the ticker looks whether a poll is due, in milliseconds.
const TICK: i32 = 250;

/// The state of polling.
#[derive(Default)]
pub struct Polling {
    ticker: RefCell<Option<Interval>>,
    in_flight: Cell<bool>,
    rate: Cell<f64>,
    due: Cell<f64>,
}

impl Polling {
    /// Something happened: ask again after the shortest time.
    pub fn hurry(&self, settings: &Settings) {
        self.rate.set(settings.poll_rate.0);
        self.due.set(interop::now() + settings.poll_rate.0);
    }

    fn slow_down(&self, settings: &Settings) {
        self.due.set(interop::now() + self.rate.get());
        if settings.dynamic_polling {
            self.rate.set((self.rate.get() * settings.poll_rate_growth).min(settings.poll_rate.1));
        }
    }

    /// Whether the ticker runs.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.ticker.borrow().is_some()
    }
}

impl Gms {
    /// Starts the ticker and publishes `pollingStarted`; nothing where it runs already.
    pub(super) fn start_polling(self: &Rc<Self>) {
        if self.polling.is_on() {
            return;
        }
        self.polling.hurry(&self.settings());
        let gms = Rc::downgrade(self);
        let ticker = Interval::every(TICK, move || {
            if let Some(gms) = gms.upgrade() {
                gms.tick();
            }
        });
        self.polling.ticker.replace(ticker);
        if !self.settings().comet {
            self.plugin.publish("pollingStarted", wasm_bindgen::JsValue::UNDEFINED);
        }
    }

    /// Stops the ticker and publishes `pollingStopped`; nothing where it does not run.
    pub(super) fn stop_polling(&self) {
        let ticker = self.polling.ticker.take();
        if ticker.is_some() {
            if !self.settings().comet {
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
        if self.polling.in_flight.get() || !self.session.is_active() || interop::now() < self.polling.due.get() {
            return;
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
    }

    async fn poll(self: &Rc<Self>) -> Result<(), wasm_bindgen::JsValue> {
        self.session.ping();
        let mut fields = self.session.fields();
        fields.put("transcriptPosition", &self.chat.transcript.position().to_string());
        fields.put("message", "");
        let outcome = self.request("refresh", fields).await;
        self.polling.slow_down(&self.settings());
        if !self.session.is_active() {
            return Ok(());
        }
        match outcome {
            Some(Ok(answer)) => self.take_refresh(&answer, false)?,
            Some(Err(failure)) => self.take_failure(&failure),
            None => {}
        }
        Ok(())
    }
}
