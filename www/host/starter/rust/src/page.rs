//! What happens when the page has loaded this.

use std::cell::RefCell;

use cx_speechstorm::bridge::bus::Bus;
use wasm_bindgen::prelude::*;

use crate::greeter::Greeter;

thread_local! {
    /// The plugin works until it is dropped: it is kept for as long as the page lives.
    static GREETER: RefCell<Option<Greeter>> = const { RefCell::new(None) };
}

/// Puts the plugin on the page's bus, if there is one.
#[wasm_bindgen(start)]
pub fn start() {
    let greeter = Bus::of_page().and_then(|bus| Greeter::start(&bus));
    GREETER.with(|place| place.replace(greeter));
}
