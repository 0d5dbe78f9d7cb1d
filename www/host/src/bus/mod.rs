//! CXBus: the message bus plugins meet on (bus facts, section 1).
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`plugin`] | what `registerPlugin` gives: one plugin's view of the bus |
//! | `commands` | delivery of commands, queueing until `ready()`, `before` |
//! | `events` | publish, subscribe, republish |
//! | `store` | the shared data of plugins and its change events |
//! | `loader` | script files of plugins that are not there yet |
//! | `old_names` | the names of 8.5, for scripts of the page |
//! | `global` | the object `window.CXBus` |
//! | [`deferred`] | the results of commands |
//! | [`settings`] | options of `CXBus.configure` |

mod commands;
pub mod deferred;
mod events;
mod global;
mod loader;
mod old_names;
pub mod plugin;
pub mod settings;
mod store;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

pub use commands::Command;
pub use deferred::Deferred;
pub(crate) use loader::load_script;
pub use plugin::Plugin;
pub use settings::Settings;

use crate::interop;

/// The name under which the global bus itself issues commands and subscribes (bus facts 1.1).
pub const GLOBAL: &str = "CXBus";

/// A bus. Cloning gives another handle to the same one; it lives as long as anything refers to it.
#[derive(Clone)]
pub struct Bus {
    state: Rc<State>,
}

struct State {
    settings: RefCell<Settings>,
    plugins: RefCell<Vec<Rc<Record>>>,
    subscriptions: RefCell<Vec<events::Subscription>>,
    remembered: RefCell<HashMap<String, JsValue>>,
    befores: RefCell<Vec<(String, Function)>>,
    store: RefCell<HashMap<String, JsValue>>,
    parked: RefCell<Vec<(String, commands::Waiting)>>,
    loads: RefCell<HashMap<String, Deferred>>,
    modules: RefCell<HashMap<String, JsValue>>,
    deliveries: RefCell<VecDeque<Delivery>>,
    registry: Object,
    global: RefCell<Option<Object>>,
    locked: Cell<bool>,
    master_taken: Cell<bool>,
    old_names: Cell<bool>,
}

type Delivery = Box<dyn FnOnce() -> Result<(), JsValue>>;

/// What the bus knows of one plugin.
pub(crate) struct Record {
    name: String,
    ready: Cell<bool>,
    commands: RefCell<HashMap<String, commands::Handler>>,
    queue: RefCell<Vec<commands::Waiting>>,
    /// Commands that do not wait for `ready()`, and why they are refused until then.
    never_early: RefCell<Vec<(&'static str, &'static str)>>,
    events: js_sys::Array,
    command_names: js_sys::Array,
}

impl Default for Bus {
    fn default() -> Self {
        Self::new()
    }
}

impl Bus {
    /// A fresh bus with nothing on it but the built-in plugin `CXBus`. It touches no global of the page.
    #[must_use]
    pub fn new() -> Self {
        let bus = Self {
            state: Rc::new(State {
                settings: RefCell::default(),
                plugins: RefCell::default(),
                subscriptions: RefCell::default(),
                remembered: RefCell::default(),
                befores: RefCell::default(),
                store: RefCell::default(),
                parked: RefCell::default(),
                loads: RefCell::default(),
                modules: RefCell::default(),
                deliveries: RefCell::default(),
                registry: Object::new(),
                global: RefCell::default(),
                locked: Cell::new(false),
                master_taken: Cell::new(false),
                old_names: Cell::new(false),
            }),
        };
        if let Some(own) = bus.register_plugin(GLOBAL) {
            own.ready();
        }
        bus
    }

    /// Registers a plugin; `None` when the name is empty or taken, or the bus is locked (bus facts 1.2).
    #[must_use]
    pub fn register_plugin(&self, name: &str) -> Option<Plugin> {
        if name.is_empty() || self.state.locked.get() || self.record(name).is_some() {
            return None;
        }
        let record = Rc::new(Record {
            name: name.to_owned(),
            ready: Cell::new(false),
            commands: RefCell::default(),
            queue: RefCell::default(),
            never_early: RefCell::default(),
            events: js_sys::Array::new(),
            command_names: js_sys::Array::new(),
        });
        let entry = interop::object(&[
            ("events", record.events.clone().into()),
            ("commands", record.command_names.clone().into()),
        ]);
        interop::set(&self.state.registry, name, entry);
        self.state.plugins.borrow_mut().push(Rc::clone(&record));
        let plugin = Plugin::new(self.clone(), record);
        plugin.register_standard_commands();
        self.unpark(&plugin);
        Some(plugin)
    }

    /// The plugin of exactly this name, if it is registered.
    #[must_use]
    pub fn plugin(&self, name: &str) -> Option<Plugin> {
        self.record(name).map(|record| Plugin::new(self.clone(), record))
    }

    /// Sets options of `CXBus.configure` (bus facts 1.1).
    pub fn configure(&self, options: &JsValue) {
        self.state.settings.borrow_mut().merge(options);
        self.show_interface_access();
    }

    fn record(&self, name: &str) -> Option<Rc<Record>> {
        self.state.plugins.borrow().iter().find(|record| record.name == name).cloned()
    }

    fn is_registered_in_any_case(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        self.state.plugins.borrow().iter().any(|record| record.name.to_lowercase() == lower)
    }

    fn settings(&self) -> Settings {
        self.state.settings.borrow().clone()
    }

    // Names only: data may hold what customers write.
    fn trace(&self, what: &str, name: &str) {
        if self.state.settings.borrow().debug {
            web_sys::console::debug_2(&JsValue::from_str(&format!("CXBus {what}")), &JsValue::from_str(name));
        }
    }

    // One task per delivery, but in the order of asking: browsers delay timers started deep inside timers, so that plain
    // timers of 0 ms would overtake each other.
    fn deliver(&self, work: impl FnOnce() -> Result<(), JsValue> + 'static) {
        if !self.state.settings.borrow().asynchronous {
            if let Err(error) = work() {
                crate::timer::report(error);
            }
            return;
        }
        self.state.deliveries.borrow_mut().push_back(Box::new(work));
        let state = Rc::clone(&self.state);
        crate::timer::later(0, move || {
            let next = state.deliveries.borrow_mut().pop_front();
            next.map_or(Ok(()), |work| work())
        });
    }
}
