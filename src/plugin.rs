//! The runtime: owns the machine, the window and every listener, and carries out the machine's effects.
//!
//! The loader calls [`Core`]; everything else that can happen ends up in [`Runtime::dispatch`]. No borrow is held while
//! JavaScript runs, because the bus and the DOM call back: what they report meanwhile waits in the inbox.

use crate::bridge::bus::{Deferred, Handler, Plugin, PluginInterface};
use crate::bridge::listener::Listener;
use crate::bridge::tabs::Tabs;
use crate::bridge::timer::Timeout;
use crate::bridge::{options, storage, view, webchat};
use crate::core::config::{self, Config};
use crate::core::effect::{CommandId, Timer};
use crate::core::event::Event;
use crate::core::machine::Machine;
use crate::core::options::Options;
use js_sys::Object;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use window::Window;

mod commands;
mod effects;
mod events;
mod window;

/// The core as the loader holds it. Freeing it is full teardown.
#[wasm_bindgen]
pub struct Core {
    runtime: Rc<Runtime>,
}

#[wasm_bindgen]
impl Core {
    /// Takes over the plugin's interface that the loader has registered on the bus.
    #[wasm_bindgen(constructor)]
    pub fn new(interface: PluginInterface) -> Core {
        #[cfg(feature = "diagnostics")]
        console_error_panic_hook::set_once();
        let runtime = Runtime::new(Plugin::new(interface));
        runtime.handlers.replace(commands::register(&runtime));
        Core { runtime }
    }

    /// Takes configuration that the page set before Widgets started: the lowest rank, below `configure`.
    pub fn defaults(&self, options: JsValue) {
        if let Ok(mut merged) = options::options(&options) {
            merged.merge(self.runtime.options.take());
            self.runtime.options.replace(merged);
            self.runtime.apply_options();
        }
    }

    /// The configuration of Widgets is there: configures itself with the part `speechstorm`, lets the commands of others
    /// run and says so (bus facts, section 2).
    pub fn ready(&self, options: JsValue) {
        let data = if options.is_object() { options } else { Object::new().into() };
        self.runtime.plugin.tell("configure", &data);
        self.runtime.plugin.declare_events(&events::NAMES);
        self.runtime.plugin.ready();
        self.runtime.plugin.republish("ready");
    }

    /// Hidden lines of one `messageReceived`, as the loader found them.
    pub fn lines(&self, lines: Vec<JsValue>) {
        self.runtime.dispatch(Event::Lines(lines.into_iter().filter_map(webchat::line).collect()));
    }

    /// The chat has ended.
    #[wasm_bindgen(js_name = chatEnded)]
    pub fn chat_ended(&self) {
        self.runtime.dispatch(Event::ChatEnded);
    }

    /// The chat lost its connection to the server, or has it again.
    pub fn connected(&self, connected: bool) {
        self.runtime.dispatch(Event::Connected(connected));
    }

    /// The chat window was opened, closed or minimised.
    pub fn layout(&self) {
        self.runtime.layout();
    }
}

/// See the module.
struct Runtime {
    this: Weak<Runtime>,
    plugin: Plugin,
    options: RefCell<Options>,
    machine: RefCell<Machine>,
    inbox: RefCell<VecDeque<Event>>,
    busy: Cell<bool>,
    window: RefCell<Option<Rc<Window>>>,
    deferreds: RefCell<Vec<(CommandId, Deferred)>>,
    last_command: Cell<CommandId>,
    timers: RefCell<Vec<(Timer, Timeout)>>,
    session_deadline: RefCell<Option<Timeout>>,
    tabs: Tabs,
    handlers: RefCell<Vec<Handler>>,
    _resize: Option<Listener>,
}

impl Runtime {
    fn new(plugin: Plugin) -> Rc<Runtime> {
        let (config, _) = Config::check(&Options::default(), &page_origin());
        Rc::new_cyclic(|this: &Weak<Runtime>| {
            let resized = this.clone();
            Runtime {
                this: this.clone(),
                plugin,
                options: RefCell::default(),
                machine: RefCell::new(Machine::new(config, storage::read().as_deref())),
                inbox: RefCell::default(),
                busy: Cell::new(false),
                window: RefCell::default(),
                deferreds: RefCell::default(),
                last_command: Cell::new(0),
                timers: RefCell::default(),
                session_deadline: RefCell::default(),
                tabs: Tabs::new(report_to(this)),
                handlers: RefCell::default(),
                _resize: view::window().map(|window| {
                    Listener::new(&window, "resize", move |_| {
                        if let Some(runtime) = resized.upgrade() {
                            runtime.layout();
                        }
                    })
                }),
            }
        })
    }

    /// Checks the options and puts them in force; gives the faults.
    fn apply_options(&self) -> Vec<config::Fault> {
        let (config, faults) = Config::check(&self.options.borrow(), &page_origin());
        self.machine.borrow_mut().configure(config);
        faults
    }

    /// Keeps a command's deferred until the machine settles it.
    fn keep(&self, deferred: Deferred) -> CommandId {
        let id = self.last_command.get() + 1;
        self.last_command.set(id);
        self.deferreds.borrow_mut().push((id, deferred));
        id
    }

    fn take(&self, id: CommandId) -> Option<Deferred> {
        let mut deferreds = self.deferreds.borrow_mut();
        let at = deferreds.iter().position(|(waiting, _)| *waiting == id)?;
        Some(deferreds.swap_remove(at).1)
    }

    /// Gives the machine one event, and those that come up meanwhile, and carries out what it says.
    fn dispatch(&self, event: Event) {
        self.inbox.borrow_mut().push_back(event);
        if self.busy.replace(true) {
            return;
        }
        loop {
            let Some(event) = self.inbox.borrow_mut().pop_front() else { break };
            let effects = self.machine.borrow_mut().step(event, js_sys::Date::now());
            for effect in effects {
                self.carry_out(effect);
            }
        }
        self.busy.set(false);
    }

    /// A way for everything outside to report events; it holds no runtime alive.
    fn reporter(&self) -> impl Fn(Event) + Clone + 'static {
        report_to(&self.this)
    }

    fn with_window(&self, call: impl FnOnce(&Window)) {
        let window = self.window.borrow().clone();
        if let Some(window) = window {
            call(&window);
        }
    }

    fn layout(&self) {
        self.with_window(|window| window.placement.layout());
    }
}

/// Reports events to a runtime that may have gone.
fn report_to(runtime: &Weak<Runtime>) -> impl Fn(Event) + Clone + 'static {
    let runtime = runtime.clone();
    move |event| {
        if let Some(runtime) = runtime.upgrade() {
            runtime.dispatch(event);
        }
    }
}

/// The page's origin as the browser prints it; `"null"` for pages that have none.
fn page_origin() -> String {
    view::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}
