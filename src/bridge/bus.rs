//! CXBus as typed Rust.
//!
//! Contract: bus facts, section 1. Every call is made with `catch`: a page may have replaced any of these functions.
//!
//! Other plugins can be written with it as well. This one is complete; `tests/bus_plugin_browser.rs` runs it in a browser:
//!
//! ```no_run
#![doc = include_str!("../../tests/bus_plugin/mod.rs")]
//! ```

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The bus itself: `window.CXBus`, or what an extension function is given as its second argument.
    #[derive(Clone, Debug)]
    pub type Bus;
    #[wasm_bindgen(method, catch, js_name = registerPlugin)]
    fn register_plugin(this: &Bus, name: &str) -> Result<JsValue, JsValue>;

    /// What `CXBus.registerPlugin` gives: a plugin's own way to the bus.
    #[derive(Clone, Debug)]
    pub type PluginInterface;

    #[wasm_bindgen(method, catch)]
    fn publish(this: &PluginInterface, event: &str, data: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn republish(this: &PluginInterface, event: &str, data: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn command(this: &PluginInterface, name: &str, data: &JsValue) -> Result<Answer, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn subscribe(this: &PluginInterface, event: &str, call: &Function) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn unsubscribe(this: &PluginInterface, event: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = registerCommand)]
    fn register_command(this: &PluginInterface, name: &str, call: &Function) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = registerEvents)]
    fn register_events(this: &PluginInterface, names: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn ready(this: &PluginInterface) -> Result<JsValue, JsValue>;

    /// The reading side of a deferred; not a `Promise`, and `then` does not chain.
    type Answer;
    #[wasm_bindgen(method, catch)]
    fn done(this: &Answer, call: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn fail(this: &Answer, call: &JsValue) -> Result<JsValue, JsValue>;

    /// What a command handler is called with.
    pub type Invocation;
    /// The caller's data; `{}` if it gave none.
    #[wasm_bindgen(method, getter, structural)]
    pub fn data(this: &Invocation) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn deferred(this: &Invocation) -> Settler;

    /// The writing side of a deferred.
    type Settler;
    #[wasm_bindgen(method, catch)]
    fn resolve(this: &Settler, value: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn reject(this: &Settler, reason: &JsValue) -> Result<JsValue, JsValue>;
}

/// A function that the bus calls; the bus has no way to take a command back, so it lives as long as its owner.
pub type Handler = Closure<dyn FnMut(Invocation)>;

impl Bus {
    /// The bus of this page; `None` as long as Widgets has not been evaluated.
    pub fn of_page() -> Option<Bus> {
        let bus = Reflect::get(&js_sys::global(), &"CXBus".into()).ok()?;
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
        let interface = bus.register_plugin(name).ok()?;
        interface.is_object().then(|| Plugin::new(interface.unchecked_into()))
    }

    /// Publishes `<own name>.<event>`.
    pub fn publish(&self, event: &str, data: &JsValue) {
        let _ = self.interface.publish(event, data);
    }

    /// Publishes and remembers, so that later subscribers get it too.
    pub fn republish(&self, event: &str) {
        let _ = self.interface.republish(event, &js_sys::Object::new());
    }

    /// Sends a command whose answer does not matter.
    pub fn tell(&self, name: &str, data: &JsValue) {
        let _ = self.interface.command(name, data);
    }

    /// Sends a command; `answer` is called once with its first value, or not at all (bus facts, 0.7): guard with a timer.
    pub fn ask(&self, name: &str, data: &JsValue, answer: impl FnOnce(Result<JsValue, JsValue>) + 'static) {
        let answer = std::rc::Rc::new(std::cell::Cell::new(Some(answer)));
        let for_failure = answer.clone();
        let settle = move |result| {
            if let Some(answer) = answer.take() {
                answer(result);
            }
        };
        let settle_failure = move |result| {
            if let Some(answer) = for_failure.take() {
                answer(result);
            }
        };
        match self.interface.command(name, data) {
            Err(reason) => settle(Err(reason)),
            Ok(reader) => {
                let _ = reader.done(&Closure::once_into_js(move |value: JsValue| settle(Ok(value))));
                let _ = reader.fail(&Closure::once_into_js(move |reason: JsValue| settle_failure(Err(reason))));
            }
        }
    }

    /// Registers a command; the returned handler must be kept.
    #[must_use = "the command does nothing once its handler is dropped"]
    pub fn register(&self, name: &str, call: impl FnMut(JsValue, Deferred) + 'static) -> Handler {
        let mut call = call;
        let handler = Closure::new(move |invocation: Invocation| {
            call(invocation.data(), Deferred { settler: Some(invocation.deferred()) });
        });
        let _ = self.interface.register_command(name, Closure::as_ref(&handler).unchecked_ref());
        handler
    }

    /// Subscribes to an event of any plugin by its full name, until the subscription is dropped.
    pub fn subscribe(&self, event: &str, call: impl FnMut(JsValue) + 'static) -> Subscription {
        let call = Closure::<dyn FnMut(JsValue)>::new(call);
        let _ = self.interface.subscribe(event, call.as_ref().unchecked_ref());
        Subscription { plugin: self.interface.clone(), event: event.to_owned(), _call: call }
    }

    /// Tells the bus which events there are; informative only.
    pub fn declare_events(&self, names: &[&str]) {
        let _ = self.interface.register_events(&names.iter().map(|name| JsValue::from_str(name)).collect());
    }

    /// Lets the commands run that others have sent so far.
    pub fn ready(&self) {
        let _ = self.interface.ready();
    }
}

/// A subscription that ends with its owner.
///
/// The bus can only drop *all* of a plugin's subscriptions to an event, so take one name once.
#[must_use = "dropping it unsubscribes"]
pub struct Subscription {
    plugin: PluginInterface,
    event: String,
    _call: Closure<dyn FnMut(JsValue)>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let _ = self.plugin.unsubscribe(&self.event);
    }
}

/// A command that waits for its answer. Answering consumes it, and dropping it unanswered rejects, so it settles exactly
/// once by construction.
#[must_use = "a caller waits for it"]
pub struct Deferred {
    settler: Option<Settler>,
}

impl Deferred {
    /// Answers with a value.
    pub fn resolve(mut self, value: &JsValue) {
        if let Some(settler) = self.settler.take() {
            let _ = settler.resolve(value);
        }
    }

    /// Refuses with a reason.
    pub fn reject(mut self, reason: &JsValue) {
        if let Some(settler) = self.settler.take() {
            let _ = settler.reject(reason);
        }
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        if let Some(settler) = self.settler.take() {
            let _ = settler.reject(&super::js_error::of(crate::core::error::Error::Cancelled));
        }
    }
}
