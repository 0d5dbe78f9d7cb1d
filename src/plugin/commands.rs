//! The bus commands: `open`, `close` and `configure` (backend facts, 5.6), and those that are ours (design: public surface).
//! `destroy` is the loader's, because nothing can free itself.

use super::{Runtime, config, events};
use crate::bridge::bus::{Deferred, Handler};
use crate::bridge::js::set;
use crate::bridge::js_error;
use crate::bridge::options;
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
    vec![
        handler("open", open),
        handler("close", close),
        handler("configure", configure),
        handler("getState", get_state),
        handler("minimize", |runtime, _, deferred| minimize(runtime, deferred, true)),
        handler("unminimize", |runtime, _, deferred| minimize(runtime, deferred, false)),
        handler("retry", |runtime, _, deferred| runtime.dispatch(Event::RetryCommand(runtime.keep(deferred)))),
        handler("cancel", |runtime, _, deferred| runtime.dispatch(Event::Cancel(runtime.keep(deferred)))),
    ]
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
    let hook = runtime.hooks.take(&data);
    let (newer, wrong) = options::options(&data);
    runtime.options.borrow_mut().merge(newer);
    let mut faults = runtime.apply_options();
    for (option, expected) in [(hook, "a function"), (wrong, "another type")] {
        if let Some(option) = option {
            faults.push(config::Fault { option, expected });
        }
    }
    if faults.is_empty() {
        deferred.resolve(&Object::new());
    } else {
        events::publish_faults(runtime, &faults);
        deferred.reject(&js_error::of_faults(&faults));
    }
}

fn minimize(runtime: &Runtime, deferred: Deferred, minimized: bool) {
    let command = runtime.keep(deferred);
    runtime.dispatch(Event::Minimize { command, minimized });
}

/// Answers with what [`crate::core::machine::Snapshot`] says; absent members are left out.
fn get_state(runtime: &Runtime, _: JsValue, deferred: Deferred) {
    let snapshot = runtime.machine.borrow().snapshot();
    let data = Object::new();
    set(&data, "state", snapshot.state);
    set(&data, "minimized", snapshot.minimized);
    set(&data, "waiting", snapshot.waiting as u32);
    for (name, text) in
        [("name", snapshot.name), ("milestone", snapshot.milestone), ("code", snapshot.code.map(String::from))]
    {
        if let Some(text) = text {
            set(&data, name, text);
        }
    }
    deferred.resolve(&data);
}
