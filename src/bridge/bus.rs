//! CXBus as typed Rust.
//!
//! Contract: bus facts, section 1. Every call is made with `catch`: a page may have replaced any of these functions.
//!
//! Other plugins can be written with it as well. This one is complete; `tests/bus_plugin_browser.rs` runs it in a browser:
//!
//! ```no_run
#![doc = include_str!("../../tests/bus_plugin/mod.rs")]
//! ```

use super::callback::{Callback, callback};
use super::js::{self, call, call_with, call_with_two, get};
use super::promise::either;
use crate::core::error::Error;
use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The bus itself: `window.CXBus`, or what an extension function is given as its second argument.
    #[derive(Clone, Debug)]
    pub type Bus;

    /// What `CXBus.registerPlugin` gives: a plugin's own way to the bus.
    #[derive(Clone, Debug)]
    pub type PluginInterface;
}

/// A function that the bus calls; the bus has no way to take a command back, so it lives as long as its owner.
pub type Handler = Callback;

impl Bus {
    /// The bus of this page; `None` as long as Widgets has not been evaluated.
    pub fn of_page() -> Option<Bus> {
        let bus = get(&js::window(), "CXBus");
        bus.is_object().then(|| bus.unchecked_into())
    }
}

/// A plugin on the bus.
#[derive(Clone, Debug)]
pub struct Plugin {
    interface: PluginInterface,
}

impl Plugin {
    /// Takes over an interface that the loader has registered.
    pub fn new(interface: PluginInterface) -> Plugin {
        Plugin { interface }
    }

    /// Registers a plugin; `None` when the name is taken or the bus is locked.
    pub fn register_on(bus: &Bus, name: &str) -> Option<Plugin> {
        let interface = call_with(bus, "registerPlugin", name);
        interface.is_object().then(|| Plugin::new(interface.unchecked_into()))
    }

    /// Publishes `<own name>.<event>`.
    pub fn publish(&self, event: &str, data: &JsValue) {
        call_with_two(&self.interface, "publish", event, data);
    }

    /// Publishes and remembers, so that later subscribers get it too.
    pub fn republish(&self, event: &str) {
        call_with_two(&self.interface, "republish", event, Object::new());
    }

    /// Sends a command whose answer does not matter.
    pub fn tell(&self, name: &str, data: &JsValue) {
        call_with_two(&self.interface, "command", name, data);
    }

    /// Sends a command; `answer` is called once with its first value, or not at all (bus facts, 0.7): guard with a timer.
    pub fn ask(&self, name: &str, data: &JsValue, answer: impl FnOnce(Result<JsValue, JsValue>) + 'static) {
        match js::try_call(&self.interface, "command", js::two(name.into(), data.clone())) {
            Err(reason) => answer(Err(reason)),
            Ok(reader) => {
                // The reading side of a deferred is not a `Promise`, and `then` does not chain.
                let (done, failed) = either(Box::new(answer));
                call_with(&reader, "done", done);
                call_with(&reader, "fail", failed);
            }
        }
    }

    /// Registers a command; the returned handler must be kept.
    #[must_use = "the command does nothing once its handler is dropped"]
    pub fn register(&self, name: &str, call: impl FnMut(JsValue, Deferred) + 'static) -> Handler {
        let mut call = call;
        let handler = callback(move |invocation| {
            call(get(&invocation, "data"), Deferred { settler: Some(get(&invocation, "deferred")) });
        });
        call_with_two(&self.interface, "registerCommand", name, handler.as_ref());
        handler
    }

    /// Subscribes to an event of any plugin by its full name, until the subscription is dropped.
    pub fn subscribe(&self, event: &str, call: impl FnMut(JsValue) + 'static) -> Subscription {
        let call = callback(call);
        call_with_two(&self.interface, "subscribe", event, call.as_ref());
        Subscription { plugin: self.interface.clone(), event: event.to_owned(), _call: call }
    }

    /// Tells the bus which events there are; informative only.
    pub fn declare_events(&self, names: &[&str]) {
        let names: Array = names.iter().map(|name| JsValue::from_str(name)).collect();
        call_with(&self.interface, "registerEvents", names);
    }

    /// Lets the commands run that others have sent so far.
    pub fn ready(&self) {
        call(&self.interface, "ready");
    }
}

/// A subscription that ends with its owner.
///
/// The bus can only drop *all* of a plugin's subscriptions to an event, so take one name once.
#[must_use = "dropping it unsubscribes"]
pub struct Subscription {
    plugin: PluginInterface,
    event: String,
    _call: Callback,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        call_with(&self.plugin, "unsubscribe", self.event.as_str());
    }
}

/// A command that waits for its answer. Answering consumes it, and dropping it unanswered rejects, so it settles exactly
/// once by construction.
#[must_use = "a caller waits for it"]
pub struct Deferred {
    settler: Option<JsValue>,
}

impl Deferred {
    /// Answers with a value.
    pub fn resolve(mut self, value: &JsValue) {
        self.settle("resolve", value);
    }

    /// Refuses with a reason.
    pub fn reject(mut self, reason: &JsValue) {
        self.settle("reject", reason);
    }

    fn settle(&mut self, how: &str, value: &JsValue) {
        if let Some(settler) = self.settler.take() {
            call_with(&settler, how, value);
        }
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        if self.settler.is_some() {
            self.settle("reject", &js_sys::Error::new(Error::Cancelled.message()));
        }
    }
}
