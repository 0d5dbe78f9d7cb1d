//! One plugin's view of the bus: what `CXBus.registerPlugin` returns (bus facts 1.2).

use std::rc::Rc;

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;

use super::commands::Handler;
use super::events::Listener;
use super::{Bus, Command, Deferred, Record};
use crate::interop;

/// A registered plugin. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Plugin {
    bus: Bus,
    record: Rc<Record>,
}

impl Plugin {
    pub(super) fn new(bus: Bus, record: Rc<Record>) -> Self {
        Self { bus, record }
    }

    /// The plugin's name: bus facts 1.2, `namespace`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.record.name
    }

    /// The name of an event or a plugin as scripts of the page must write it: with the prefix of 8.5 where that is emulated.
    #[must_use]
    pub fn shown(&self, name: &str) -> String {
        self.bus.shown(name).into_owned()
    }

    /// The bus the plugin is registered on.
    #[must_use]
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Publishes `<own name>.<event>`: bus facts 1.5.
    pub fn publish(&self, event: &str, data: impl Into<JsValue>) {
        self.bus.publish(self.name(), event, data.into());
    }

    /// Publishes and remembers the data for later subscribers: bus facts 1.5.
    pub fn republish(&self, event: &str, data: impl Into<JsValue>) {
        self.bus.republish(self.name(), event, data.into());
    }

    /// Calls `listener` with the data of each such event: bus facts 1.5. An `Err` becomes an error of the page.
    pub fn subscribe(&self, event: &str, listener: impl Fn(&JsValue) -> Result<(), JsValue> + 'static) {
        self.bus.subscribe(self.name(), event, Listener::Native(Rc::new(listener)));
    }

    /// Ends all own subscriptions to the event: bus facts 1.5.
    pub fn unsubscribe(&self, event: &str) {
        self.bus.unsubscribe(self.name(), event);
    }

    /// Issues a command: bus facts 1.3.
    pub fn command(&self, name: &str, data: impl Into<JsValue>) -> Deferred {
        self.bus.command(self.name(), name, data.into())
    }

    /// Registers (or replaces) a command: bus facts 1.2. An `Err` becomes an error of the page, the deferred never
    /// settles then.
    pub fn register_command(&self, name: &str, body: impl Fn(Command) -> Result<(), JsValue> + 'static) {
        self.put_command(name, Handler::Native(Rc::new(body)));
    }

    /// Until the plugin is ready, this command of others is refused with `why` instead of waiting.
    pub fn refuse_early(&self, name: &'static str, why: &'static str) {
        self.record.never_early.borrow_mut().push((name, why));
    }

    /// Names the events the plugin publishes; purely informative: bus facts 1.2.
    pub fn register_events(&self, names: &[&str]) {
        for name in names {
            self.record.events.push(&JsValue::from_str(name));
        }
    }

    /// Stores a value under `<own name>.<key>`: bus facts 1.5.
    pub fn set_data(&self, key: &str, value: impl Into<JsValue>) {
        self.bus.store(self.name(), key, value.into());
    }

    /// Reads `Other.key`, or an own `key`: bus facts 1.5.
    #[must_use]
    pub fn get_data(&self, key: &str) -> JsValue {
        self.bus.stored(self.name(), key)
    }

    /// Runs queued commands and takes new ones from now on: bus facts 1.2. Publishes nothing.
    pub fn ready(&self) {
        self.bus.make_ready(&self.record);
    }

    fn put_command(&self, name: &str, handler: Handler) {
        if self.record.commands.borrow_mut().insert(name.to_owned(), handler).is_none() {
            self.record.command_names.push(&JsValue::from_str(name));
        }
    }

    /// `COMMANDS`, `EVENTS` and `LOAD`, which every plugin has: bus facts 1.2.
    pub(super) fn register_standard_commands(&self) {
        let (commands, events) = (self.record.command_names.clone(), self.record.events.clone());
        self.register_command("COMMANDS", move |command| {
            command.deferred.resolve(commands.slice(0, commands.length()));
            Ok(())
        });
        self.register_command("EVENTS", move |command| {
            command.deferred.resolve(events.slice(0, events.length()));
            Ok(())
        });
        self.register_command("LOAD", |command| {
            command.deferred.resolve(JsValue::UNDEFINED);
            Ok(())
        });
    }

    /// The plugin object that JavaScript gets: bus facts 1.2.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let face = Object::new();
        let member = |name: &str, body: fn(&Plugin, [JsValue; 4]) -> JsValue| {
            let plugin = self.clone();
            interop::set(&face, name, interop::function(move |arguments| Ok(body(&plugin, arguments))));
        };
        member("publish", script_publish);
        member("publishDirect", |plugin, [event, data, ..]| {
            if let Some(event) = event.as_string() {
                plugin.bus.publish_direct(plugin.name(), &event, data);
            }
            JsValue::UNDEFINED
        });
        member("republish", |plugin, [event, data, ..]| {
            if let Some(event) = event.as_string() {
                plugin.republish(&event, data);
            }
            JsValue::UNDEFINED
        });
        member("subscribe", script_subscribe);
        member("unsubscribe", |plugin, [event, ..]| {
            if let Some(event) = event.as_string() {
                plugin.unsubscribe(plugin.bus.meant(&event).unwrap_or(&event));
            }
            JsValue::UNDEFINED
        });
        member("command", script_command);
        member("before", |plugin, [name, body, ..]| {
            let (Some(name), Ok(body)) = (name.as_string(), body.dyn_into::<Function>()) else { return false.into() };
            let Some(name) = plugin.bus.meant(&name) else { return false.into() };
            let full_name = if name.contains('.') { name.to_owned() } else { format!("{}.{name}", plugin.name()) };
            plugin.bus.add_before(full_name, body);
            true.into()
        });
        member("registerCommand", |plugin, [name, body, ..]| {
            let (Some(name), Ok(body)) = (name.as_string(), body.dyn_into::<Function>()) else { return false.into() };
            plugin.put_command(&name, Handler::Script(body));
            true.into()
        });
        member("registerEvents", |plugin, [names, ..]| {
            match names.dyn_ref::<Array>() {
                Some(names) => {
                    for name in names.iter() {
                        plugin.record.events.push(&name);
                    }
                }
                None if names.is_string() => {
                    plugin.record.events.push(&names);
                }
                None => {}
            }
            JsValue::UNDEFINED
        });
        member("namespace", |plugin, _| plugin.name().into());
        member("subscribers", |plugin, _| plugin.bus.subscribers_of(plugin.name()).into());
        member("data", script_data);
        member("registry", |plugin, _| plugin.bus.shown_registry().into());
        member("ready", |plugin, _| {
            plugin.ready();
            JsValue::UNDEFINED
        });
        face
    }
}

fn script_publish(plugin: &Plugin, [event, data, ..]: [JsValue; 4]) -> JsValue {
    if let Some(event) = event.as_string() {
        plugin.publish(&event, data);
    }
    JsValue::UNDEFINED
}

pub(super) fn script_subscribe(plugin: &Plugin, [event, listener, ..]: [JsValue; 4]) -> JsValue {
    let (Some(name), Ok(listener)) = (event.as_string(), listener.dyn_into::<Function>()) else { return false.into() };
    if let Some(name) = plugin.bus.meant(&name) {
        plugin.bus.subscribe(plugin.name(), name, Listener::Script(listener));
    }
    event
}

pub(super) fn script_command(plugin: &Plugin, [name, data, ..]: [JsValue; 4]) -> JsValue {
    let Some(name) = name.as_string() else {
        let refused = Deferred::new();
        refused.reject("The name of a command must be a string.");
        return refused.promise().into();
    };
    match plugin.bus.meant(&name) {
        Some(name) => plugin.command(name, data).promise().into(),
        None => super::old_names::refused(&name),
    }
}

pub(super) fn script_data(plugin: &Plugin, [key, value, ..]: [JsValue; 4]) -> JsValue {
    let Some(key) = key.as_string() else { return JsValue::UNDEFINED };
    if value.is_undefined() {
        return plugin.get_data(plugin.bus.meant(&key).unwrap_or(&key));
    }
    plugin.set_data(&key, value.clone());
    value
}
