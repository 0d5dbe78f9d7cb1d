//! `sleeping`: nobody looks at the page of a running chat, with `transport.sleepEnabled` (transports 1.1).

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::Desk;
use crate::dom;

/// Whether the page sleeps.
#[derive(Default)]
pub struct Sleep {
    enabled: Cell<bool>,
    is_watched: Cell<bool>,
    asleep: Cell<bool>,
}

impl Desk {
    /// Takes `transport.sleepEnabled`. Without it nothing is told.
    pub(super) fn enable_sleep(self: &Rc<Self>, enabled: bool) {
        self.sleep.enabled.set(enabled);
        let Some(document) = dom::document().ok().filter(|_| enabled && !self.sleep.is_watched.replace(true)) else {
            return;
        };
        let desk = Rc::downgrade(self);
        let _never = dom::listen(&document, "visibilitychange", move |_| {
            if let Some(desk) = desk.upgrade() {
                desk.look_whether_asleep();
            }
            Ok(())
        });
    }

    /// Publishes `sleeping`, once each time the page goes out of sight.
    pub(super) fn look_whether_asleep(&self) {
        let asleep = self.sleep.enabled.get() && self.is_active() && dom::is_hidden();
        if asleep && !self.sleep.asleep.replace(asleep) {
            self.publish("sleeping", JsValue::UNDEFINED);
        }
        self.sleep.asleep.set(asleep);
    }
}
