//! Publishing and subscribing (bus facts 1.5).

use std::rc::Rc;

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use super::Bus;
use crate::interop;

/// A subscriber of this crate: it gets the data of the event.
pub(super) type Reaction = dyn Fn(&JsValue) -> Result<(), JsValue>;

/// Code behind a subscription: of this crate, or of a plugin in JavaScript.
#[derive(Clone)]
pub(super) enum Listener {
    Native(Rc<Reaction>),
    Script(Function),
}

/// One subscription of one plugin.
#[derive(Clone)]
pub(super) struct Subscription {
    event: String,
    subscriber: String,
    listener: Listener,
}

impl Bus {
    /// Publishes `<publisher>.<event>`; falsy data become `{}` (bus facts 1.5).
    pub(super) fn publish(&self, publisher: &str, event: &str, data: JsValue) {
        let full_name = format!("{publisher}.{event}");
        self.trace("event", &full_name);
        self.spread(&full_name, data);
    }

    /// The same, but where nobody listens the console has no word of it.
    pub(super) fn publish_direct(&self, publisher: &str, event: &str, data: JsValue) {
        let full_name = format!("{publisher}.{event}");
        if self.state.subscriptions.borrow().iter().any(|one| one.event == full_name) {
            self.trace("event", &full_name);
        }
        self.spread(&full_name, data);
    }

    fn spread(&self, full_name: &str, data: JsValue) {
        let data = if data.is_falsy() { Object::new().into() } else { data };
        let listeners: Vec<Listener> = {
            let all = self.state.subscriptions.borrow();
            all.iter().filter(|one| one.event == full_name).map(|one| one.listener.clone()).collect()
        };
        for listener in listeners {
            self.notify(listener, full_name, data.clone());
        }
    }

    /// Publishes and remembers the data for later subscribers.
    pub(super) fn republish(&self, publisher: &str, event: &str, data: JsValue) {
        let remembered = if data.is_falsy() { Object::new().into() } else { data.clone() };
        self.state.remembered.borrow_mut().insert(format!("{publisher}.{event}"), remembered);
        self.publish(publisher, event, data);
    }

    pub(super) fn subscribe(&self, subscriber: &str, event: &str, listener: Listener) {
        let subscription =
            Subscription { event: event.to_owned(), subscriber: subscriber.to_owned(), listener: listener.clone() };
        self.state.subscriptions.borrow_mut().push(subscription);
        let remembered = self.state.remembered.borrow().get(event).cloned();
        if let Some(data) = remembered {
            self.notify(listener, event, data);
        }
    }

    /// Ends all of this subscriber's subscriptions to the event; the last one takes the remembered data along.
    pub(super) fn unsubscribe(&self, subscriber: &str, event: &str) {
        let mut subscriptions = self.state.subscriptions.borrow_mut();
        subscriptions.retain(|one| one.event != event || one.subscriber != subscriber);
        if !subscriptions.iter().any(|one| one.event == event) {
            self.state.remembered.borrow_mut().remove(event);
        }
    }

    /// Events whose name contains this plugin's name → the names of their subscribers.
    pub(super) fn subscribers_of(&self, plugin: &str) -> Object {
        let found = Object::new();
        for one in self.state.subscriptions.borrow().iter().filter(|one| one.event.contains(plugin)) {
            let event = self.shown(&one.event);
            let mut names = interop::get(&found, &event);
            if names.is_undefined() {
                names = js_sys::Array::new().into();
                interop::set(&found, &event, names.clone());
            }
            if let Some(names) = names.dyn_ref::<js_sys::Array>() {
                names.push(&JsValue::from_str(&self.shown(&one.subscriber)));
            }
        }
        found
    }

    fn notify(&self, listener: Listener, full_name: &str, data: JsValue) {
        let publisher = self.shown(full_name.split('.').next().unwrap_or_default()).into_owned();
        let event = self.shown(full_name).into_owned();
        self.deliver(move || match listener {
            Listener::Native(body) => body(&data),
            Listener::Script(body) => {
                let event = interop::object(&[
                    ("time", interop::now().into()),
                    ("publisher", publisher.into()),
                    ("event", event.into()),
                    ("data", data),
                ]);
                body.call1(&JsValue::UNDEFINED, &event).map(|_: JsValue| ())
            }
        });
    }
}
