//! The runtime: owns the machine, the window and every listener, and carries out the machine's effects.
//!
//! The loader calls [`Core`]; everything else that can happen ends up in [`Runtime::dispatch`]. No borrow is held while
//! JavaScript runs, because the bus and the DOM call back: what they report meanwhile waits in the inbox.

use crate::bridge::bus::{Deferred, Handler, Plugin, PluginInterface};
use crate::bridge::js_error::{self, set};
use crate::bridge::listener::Listener;
use crate::bridge::timer::Timeout;
use crate::bridge::view::{self, Notify, Panel, Placement, Toaster, ViewEvent};
use crate::bridge::{frame_messages, options, storage, webchat};
use crate::core::config::{self, Config, Options};
use crate::core::effect::{CommandId, Effect, Published, Timer};
use crate::core::error::Error;
use crate::core::event::Event;
use crate::core::frame_protocol;
use crate::core::launch::Launch;
use crate::core::machine::Machine;
use js_sys::Object;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

mod commands;
mod events;

/// Milliseconds that the chat service has to give its session data.
const SESSION_DEADLINE: f64 = 5000.0;

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

    /// The chat window was opened, closed or minimised.
    pub fn layout(&self) {
        self.runtime.layout();
    }
}

/// The open window with what belongs to it.
struct Window {
    placement: Box<dyn Placement>,
    launch: Launch,
    _messages: Option<Listener>,
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

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::FetchSession => self.fetch_session(),
            Effect::OpenFrame(launch, name) => self.open_frame(launch, name.as_deref()),
            Effect::Show(phase) => self.with_window(|window| window.placement.show(phase)),
            Effect::PostToFrame(message) => self.with_window(|window| {
                frame_messages::post(window.placement.frame(), &window.launch.origin, message);
            }),
            Effect::RemoveFrame => drop(self.window.take()),
            Effect::SendFiltered(text) => webchat::send_filtered(&self.plugin, &text),
            Effect::Publish(published) => events::publish(&self.plugin, &published),
            Effect::Resolve(id) => self.settle(id, |deferred| deferred.resolve(&Object::new())),
            Effect::Reject(id, error) => self.settle(id, |deferred| deferred.reject(&js_error::of(error))),
            Effect::Remember(text) => storage::write(&text),
            Effect::StartTimer(timer, milliseconds) => self.start_timer(timer, milliseconds),
            Effect::StopTimer(timer) => self.timers.borrow_mut().retain(|(running, _)| *running != timer),
        }
    }

    fn settle(&self, id: CommandId, how: impl FnOnce(Deferred)) {
        if let Some(deferred) = self.take(id) {
            how(deferred);
        }
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

    fn start_timer(&self, timer: Timer, milliseconds: f64) {
        let this = self.this.clone();
        let timeout = Timeout::new(milliseconds, move || {
            if let Some(runtime) = this.upgrade() {
                runtime.dispatch(Event::TimerFired(timer));
            }
        });
        let mut timers = self.timers.borrow_mut();
        timers.retain(|(running, _)| *running != timer);
        timers.push((timer, timeout));
    }

    /// Asks for the session data, and gives up after a while: the bus may never answer.
    fn fetch_session(&self) {
        let this = self.this.clone();
        let answered = Rc::new(Cell::new(false));
        let answer = move |chat| {
            if let Some(runtime) = this.upgrade().filter(|_| !answered.replace(true)) {
                runtime.dispatch(Event::Session(chat));
            }
        };
        let late = answer.clone();
        self.session_deadline.replace(Some(Timeout::new(SESSION_DEADLINE, move || late(None))));
        webchat::get_session_data(&self.plugin, answer);
    }

    fn open_frame(&self, launch: Launch, name: Option<&str>) {
        let this = self.this.clone();
        let notify: Notify = Rc::new(move |event| {
            if let Some(runtime) = this.upgrade() {
                runtime.dispatch(match event {
                    ViewEvent::FrameLoaded => Event::FrameLoaded,
                    ViewEvent::CloseByCustomer => Event::CloseByCustomer,
                    ViewEvent::Retry => Event::Retry,
                    ViewEvent::Gone => Event::ViewGone,
                    ViewEvent::Failed => Event::ViewFailed,
                });
            }
        });
        let placement = self.machine.borrow().config().placement;
        let opened: Option<Box<dyn Placement>> = match placement {
            config::Placement::Panel => Panel::open(&launch, name, &notify).map(|panel| Box::new(panel) as _),
            config::Placement::Toaster => {
                Toaster::open(&self.plugin, &launch, name, &notify).map(|toaster| Box::new(toaster) as _)
            }
        };
        let Some(placement) = opened else { return self.dispatch(Event::ViewFailed) };
        let this = self.this.clone();
        let _messages = frame_messages::listen(placement.frame(), &launch.origin, move |message| {
            if let Some(runtime) = this.upgrade() {
                runtime.dispatch(Event::FromFrame(message));
            }
        });
        self.window.replace(Some(Rc::new(Window { placement, launch, _messages })));
    }
}

/// The page's origin as the browser prints it; `"null"` for pages that have none.
fn page_origin() -> String {
    view::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}
