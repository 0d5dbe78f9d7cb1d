//! The runtime: owns the machine, the window and every listener, and carries out the machine's effects.
//!
//! The loader calls [`Core`]; everything else that can happen ends up in [`Runtime::dispatch`]. No borrow is held while
//! JavaScript runs, because the bus and the DOM call back: what they report meanwhile waits in the inbox.

use crate::bridge::bus::{Deferred, Handler, Plugin, PluginInterface, Subscription};
use crate::bridge::hooks::{Hook, Hooks};
use crate::bridge::js_error;
use crate::bridge::listener::Listener;
use crate::bridge::tabs::Tabs;
use crate::bridge::timer::Timeout;
use crate::bridge::view::dom;
use crate::bridge::{i18n, js, options, storage, view, webchat};
use crate::core::config::{self, CardGuard, Config};
use crate::core::effect::{CommandId, Timer};
use crate::core::error::Error;
use crate::core::event::{Event, Report};
use crate::core::machine::Machine;
use crate::core::options::Options;
use crate::core::surface;
use js_sys::Object;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use window::Window;

mod commands;
mod effects;
mod events;
mod guard;
mod window;

/// The id of a command that nobody waits for; [`Runtime::keep`] begins after it.
const NOBODY: CommandId = 0;

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
        runtime.listen_to_language();
        Core { runtime }
    }

    /// Takes configuration that the page set before Widgets started: the lowest rank, below `configure`.
    pub fn defaults(&self, options: JsValue) {
        let (mut merged, _) = options::options(&options);
        merged.merge(self.runtime.options.take());
        self.runtime.options.replace(merged);
        self.runtime.apply_options();
    }

    /// The configuration of Widgets is there: configures itself with the part `speechstorm`, lets the commands of others
    /// run and says so (bus facts, section 2).
    pub fn ready(&self, options: JsValue) {
        let data = if options.is_object() { options } else { Object::new().into() };
        self.runtime.plugin.tell("configure", &data);
        self.runtime.plugin.declare_events(&surface::EVENTS);
        self.runtime.plugin.ready();
        self.runtime.plugin.republish("ready");
        events::on_document("ready", &Object::new());
    }

    /// Hidden lines of one `messageReceived`, as the loader found them.
    pub fn lines(&self, lines: Vec<JsValue>) {
        let mut read = Vec::new();
        for line in lines {
            if let Some(line) = webchat::line(line) {
                read.push(line);
            }
        }
        self.runtime.dispatch(Event::Lines(read));
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

    /// A command to another plugin is about to be issued with these data; gives those that it is to be issued with.
    pub fn before(&self, command: &str, data: JsValue) -> JsValue {
        guard::before(&self.runtime, command, data)
    }

    /// The bus command `destroy`: closes what is open, with its hang-up. The loader frees the core right afterwards.
    pub fn destroy(&self) {
        self.runtime.dispatch(Event::Close { command: NOBODY, immediately: true });
    }

    /// The chat window was opened, closed or minimised.
    pub fn layout(&self) {
        self.runtime.layout();
    }
}

/// See the module.
struct Runtime {
    this: Weak<Runtime>,
    report: Report,
    plugin: Plugin,
    hooks: Hooks,
    options: RefCell<Options>,
    machine: RefCell<Machine>,
    inbox: RefCell<Vec<Event>>,
    busy: Cell<bool>,
    window: RefCell<Option<Rc<Window>>>,
    /// Commands that wait for their answer, each with its deadline.
    deferreds: RefCell<Vec<(CommandId, Deferred, Timeout)>>,
    last_command: Cell<CommandId>,
    timers: RefCell<Vec<(Timer, Timeout)>>,
    session_deadline: RefCell<Option<Timeout>>,
    /// Counts what was asked for a MicroApp that is over, so that late answers are not taken for the next one's.
    epoch: Rc<Cell<u32>>,
    tabs: Tabs,
    handlers: RefCell<Vec<Handler>>,
    language: RefCell<Vec<Subscription>>,
    /// Waits for the chat window to take a hint.
    hint: RefCell<Option<Subscription>>,
    _resize: Option<Listener>,
}

impl Runtime {
    fn new(plugin: Plugin) -> Rc<Runtime> {
        let (config, _) = Config::check(&Options::default(), &dom::page_origin());
        Rc::new_cyclic(|this: &Weak<Runtime>| {
            let (resized, report) = (this.clone(), report_to(this));
            Runtime {
                this: this.clone(),
                plugin,
                hooks: Hooks::default(),
                options: RefCell::default(),
                machine: RefCell::new(Machine::new(config, storage::read().as_deref())),
                inbox: RefCell::default(),
                busy: Cell::new(false),
                window: RefCell::default(),
                deferreds: RefCell::default(),
                last_command: Cell::new(NOBODY),
                timers: RefCell::default(),
                session_deadline: RefCell::default(),
                epoch: Rc::default(),
                tabs: Tabs::new(report.clone()),
                report,
                handlers: RefCell::default(),
                language: RefCell::default(),
                hint: RefCell::default(),
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
        let (mut config, faults) = Config::check(&self.options.borrow(), &dom::page_origin());
        config.asks_page = self.hooks.has(Hook::BeforeOpen);
        guard::prepare(self, &config);
        self.machine.borrow_mut().configure(config);
        faults
    }

    /// Keeps a command's deferred until the machine settles it.
    fn keep(&self, deferred: Deferred) -> CommandId {
        let id = self.last_command.get() + 1;
        self.last_command.set(id);
        let (this, deadline) = (self.this.clone(), self.machine.borrow().config().command_timeout);
        let deadline = Timeout::new(deadline, move || {
            if let Some(runtime) = this.upgrade() {
                runtime.settle(id, |deferred| deferred.reject(&js_error::of(Error::CommandTimeout)));
            }
        });
        self.deferreds.borrow_mut().push((id, deferred, deadline));
        id
    }

    fn take(&self, id: CommandId) -> Option<Deferred> {
        let mut deferreds = self.deferreds.borrow_mut();
        let at = deferreds.iter().position(|(waiting, ..)| *waiting == id)?;
        Some(deferreds.swap_remove(at).1)
    }

    /// Gives the machine one event, and those that come up meanwhile, and carries out what it says.
    fn dispatch(&self, event: Event) {
        self.inbox.borrow_mut().push(event);
        if self.busy.replace(true) {
            return;
        }
        loop {
            let events = self.inbox.take();
            if events.is_empty() {
                break;
            }
            for event in events {
                let effects = self.machine.borrow_mut().step(event, js_sys::Date::now());
                for effect in effects {
                    self.carry_out(effect);
                }
            }
        }
        self.busy.set(false);
    }

    fn with_window(&self, call: impl FnOnce(&Window)) {
        let window = self.window.borrow().clone();
        if let Some(window) = window {
            call(&window);
        }
    }

    /// Follows the language and the texts of Widgets (bus facts, 6.4: both events are repeated for late subscribers).
    fn listen_to_language(&self) {
        let event = |name, heed: fn(&Runtime, JsValue)| {
            let this = self.this.clone();
            self.plugin.subscribe(name, move |message| {
                if let Some(runtime) = this.upgrade() {
                    heed(&runtime, js::get(&message, "data"));
                }
            })
        };
        let language = event("App.language", |runtime, code| {
            i18n::want(code.as_string().unwrap_or_default());
            // Nothing is fetched before somebody has something to say.
            let guards = runtime.machine.borrow().config().card_guard != CardGuard::Off;
            if guards || runtime.window.borrow().is_some() {
                runtime.speak();
            }
        });
        let texts = event("App.i18n", |runtime, table| {
            i18n::take_overrides(&table);
            runtime.with_window(|window| window.placement.retell());
        });
        self.language.replace(vec![language, texts]);
    }

    /// Speaks the customer's language from now on.
    fn speak(&self) {
        let this = self.this.clone();
        i18n::speak(move || {
            if let Some(runtime) = this.upgrade() {
                runtime.with_window(|window| window.placement.retell());
            }
        });
    }

    fn layout(&self) {
        self.with_window(|window| {
            window.placement.layout();
            window.tell_surroundings();
        });
    }
}

/// Reports events to a runtime that may have gone.
fn report_to(runtime: &Weak<Runtime>) -> Report {
    let runtime = runtime.clone();
    Rc::new(move |event| {
        if let Some(runtime) = runtime.upgrade() {
            runtime.dispatch(event);
        }
    })
}
