//! DOM event listeners that end with their owner.

use super::callback::{Callback, callback};
use wasm_bindgen::JsCast;
use web_sys::{Event, EventTarget};

/// A listener on a DOM target.
#[must_use = "dropping it removes the listener"]
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    call: Callback,
}

impl Listener {
    /// Calls `call` for each `event` on `target` until dropped.
    pub fn new(target: &EventTarget, event: &'static str, call: impl FnMut(Event) + 'static) -> Listener {
        let mut call = call;
        let call = callback(move |event| call(event.unchecked_into()));
        let _ = target.add_event_listener_with_callback(event, call.as_ref().unchecked_ref());
        Listener { target: target.clone(), event, call }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.event, self.call.as_ref().unchecked_ref());
    }
}
