//! Timers that end with their owner.

use super::callback::{Callback, callback};
use wasm_bindgen::JsCast;

/// A running time-out.
#[must_use = "dropping it stops the timer"]
pub struct Timeout {
    id: i32,
    _call: Callback,
}

impl Timeout {
    /// Calls `call` once after `milliseconds`, unless dropped before.
    pub fn new(milliseconds: f64, call: impl FnMut() + 'static) -> Timeout {
        let mut call = call;
        let call = callback(move |_| call());
        let id = super::view::window().map_or(0, |window| {
            window
                .set_timeout_with_callback_and_timeout_and_arguments_0(
                    call.as_ref().unchecked_ref(),
                    milliseconds as i32,
                )
                .unwrap_or_default()
        });
        Timeout { id, _call: call }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let Some(window) = super::view::window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}
