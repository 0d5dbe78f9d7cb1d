//! The bus commands `open`, `close` and `configure` (backend facts, 5.6).

use super::{Runtime, config, events};
use crate::bridge::bus::{Deferred, Handler};
use crate::bridge::{js_error, options};
use crate::core::error::Error;
use crate::core::event::Event;
use js_sys::Object;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// Registers the commands; they work as long as the handlers are kept.
pub(super) fn register(runtime: &Rc<Runtime>) -> Vec<Handler> {
    let handler = |name: &str, call: fn(&Runtime, JsValue, Deferred)| {
        let this = Rc::downgrade(runtime);
        runtime.plugin.register(name, move |data, deferred| {
            if let Some(runtime) = this.upgrade() {
                call(&runtime, data, deferred);
            }
        })
    };
    vec![handler("open", open), handler("close", close), handler("configure", configure)]
}

fn open(runtime: &Runtime, data: JsValue, deferred: Deferred) {
    let command = runtime.keep(deferred);
    match options::open(&data) {
        Some((token, chat)) => runtime.dispatch(Event::Open { command, token, chat }),
        None => runtime.settle(command, |deferred| deferred.reject(&js_error::of(Error::BadCommand))),
    }
}

fn close(runtime: &Runtime, data: JsValue, deferred: Deferred) {
    let command = runtime.keep(deferred);
    runtime.dispatch(Event::Close { command, immediately: options::immediately(&data) });
}

fn configure(runtime: &Runtime, data: JsValue, deferred: Deferred) {
    let faults = match options::options(&data) {
        Ok(newer) => {
            runtime.options.borrow_mut().merge(newer);
            runtime.apply_options()
        }
        Err(wrong) => vec![config::Fault { option: wrong.0, expected: "another type" }],
    };
    if faults.is_empty() {
        deferred.resolve(&Object::new());
    } else {
        events::publish_faults(&runtime.plugin, &faults);
        deferred.reject(&js_error::of_faults(&faults));
    }
}
