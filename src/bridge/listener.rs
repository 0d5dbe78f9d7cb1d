//! DOM event listeners that end with their owner.

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

/// A listener on a DOM target.
#[must_use = "dropping it removes the listener"]
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    call: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `call` for each `event` on `target` until dropped.
    pub fn new(target: &EventTarget, event: &'static str, call: impl FnMut(Event) + 'static) -> Listener {
        let call = Closure::new(call);
        let _ = target.add_event_listener_with_callback(event, Closure::as_ref(&call).unchecked_ref());
        Listener { target: target.clone(), event, call }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.event, self.call.as_ref().unchecked_ref());
    }
}
