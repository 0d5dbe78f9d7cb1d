//! A window around a MicroApp, wherever it stands ([`super::place`]): what it shows, and what the customer does with it.

mod placement;

use super::super::bus::{Plugin, Subscription};
use super::super::listener::Listener;
use super::super::timer::Timeout;
use super::super::{i18n, theme};
use super::parts::Parts;
use super::{Notify, ViewEvent, dom, frame, words};
use crate::bridge::js::{self, get};
use crate::core::config::{Look, Theme};
use crate::core::effect::{Card, Phase};
use crate::core::frame_policy;
use crate::core::launch::Launch;
use js_sys::Object;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget, HtmlElement, HtmlIFrameElement};

/// Where a window stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Panel,
    Toaster,
    Dock,
    Overlay,
    Inline,
    Window,
}

/// What happens around a window.
#[derive(Clone, Copy, Debug)]
pub(super) enum Signal {
    Click,
    Key,
    Layout,
    Loaded,
    Violation,
    Uncovered,
    GotTheme,
    Theme,
    ToastIsDue,
    Toasted,
    ToastClosed,
    Docked,
    Checked,
}

/// See the module. Dropping it removes everything and gives the focus back.
pub(super) struct Shell {
    pub(super) plugin: Plugin,
    pub(super) parts: Parts,
    pub(super) place: Cell<Place>,
    pub(super) launch: RefCell<Option<Launch>>,
    pub(super) focus_before: Option<HtmlElement>,
    /// Some while a toast is open and ours.
    pub(super) toast: RefCell<Option<Subscription>>,
    pub(super) waiting: RefCell<Option<Timeout>>,
    uncovered: RefCell<Option<Timeout>>,
    this: Weak<Shell>,
    notify: Notify,
    look: Look,
    card: Card,
    title: RefCell<Option<String>>,
    steps: RefCell<Vec<String>>,
    phase: Cell<Phase>,
    asking: Cell<bool>,
    online: Cell<bool>,
    minimized: Cell<bool>,
    frame: RefCell<Option<(HtmlIFrameElement, Listener)>>,
    listeners: RefCell<Vec<Listener>>,
    themes: RefCell<Option<Subscription>>,
}

impl Shell {
    /// Builds a window that stands nowhere yet.
    pub(super) fn new(plugin: &Plugin, place: Place, look: &Look, card: &Card, notify: &Notify) -> Option<Rc<Shell>> {
        let (tag, role) = match place {
            Place::Overlay => ("dialog", "dialog"),
            Place::Inline => ("section", "region"),
            _ => ("section", "dialog"),
        };
        let parts = Parts::new(tag, role, look)?;
        let shell = Rc::new_cyclic(|this| Shell {
            plugin: plugin.clone(),
            parts,
            place: Cell::new(place),
            launch: RefCell::default(),
            focus_before: dom::focused(),
            toast: RefCell::default(),
            waiting: RefCell::default(),
            uncovered: RefCell::default(),
            this: this.clone(),
            notify: notify.clone(),
            look: look.clone(),
            card: card.clone(),
            title: RefCell::new(card.name.clone()),
            steps: RefCell::default(),
            phase: Cell::new(Phase::Claiming),
            asking: Cell::new(false),
            online: Cell::new(true),
            minimized: Cell::new(false),
            frame: RefCell::default(),
            listeners: RefCell::default(),
            themes: RefCell::default(),
        });
        shell.listen();
        Some(shell)
    }

    /// A way back to this window that does not keep it alive.
    ///
    /// Why signals and not closures of their own: each kind of closure costs its own glue, many times over.
    fn way_back(&self, signal: Signal) -> impl Fn(JsValue) + use<> {
        let this = self.this.clone();
        move |value| {
            if let Some(shell) = this.upgrade() {
                shell.heed(signal, &value);
            }
        }
    }

    fn listener(&self, target: &EventTarget, event: &'static str, signal: Signal) -> Listener {
        let heed = self.way_back(signal);
        Listener::new(target, event, move |event| heed(event.into()))
    }

    /// Signals after some milliseconds, unless another wait begins before.
    pub(super) fn wait(&self, milliseconds: f64, signal: Signal) {
        let heed = self.way_back(signal);
        self.waiting.replace(Some(Timeout::new(milliseconds, move || heed(JsValue::UNDEFINED))));
    }

    /// Signals each event of the bus.
    pub(super) fn subscribe(&self, event: &str, signal: Signal) -> Subscription {
        self.plugin.subscribe(event, self.way_back(signal))
    }

    /// Signals the answer to a command; `false` when it is refused.
    pub(super) fn ask_bus(&self, command: &str, data: &Object, signal: Signal) {
        let heed = self.way_back(signal);
        self.plugin.ask(command, data, move |answer| heed(answer.unwrap_or(JsValue::FALSE)));
    }

    fn listen(&self) {
        let root = &self.parts.root;
        let mut listeners =
            vec![self.listener(root, "click", Signal::Click), self.listener(root, "keydown", Signal::Key)];
        if let Some(page) = dom::document() {
            listeners.push(self.listener(&page, "securitypolicyviolation", Signal::Violation));
        }
        if let Ok(viewport) = get(&js::window(), "visualViewport").dyn_into::<EventTarget>() {
            // Why: an on-screen keyboard takes its room from this one alone.
            for event in ["resize", "scroll"] {
                listeners.push(self.listener(&viewport, event, Signal::Layout));
            }
        }
        self.listeners.replace(listeners);
        theme::set(root, self.look.theme);
        if self.look.theme == Theme::Auto {
            self.ask_bus("App.getTheme", &Object::new(), Signal::GotTheme);
            self.themes.replace(Some(self.subscribe("App.theme", Signal::Theme)));
        }
    }

    fn heed(&self, signal: Signal, value: &JsValue) {
        match signal {
            Signal::Click => self.clicked(value.unchecked_ref()),
            Signal::Key => self.key(value.unchecked_ref()),
            Signal::Layout => self.layout(),
            Signal::Loaded => self.loaded(),
            Signal::Uncovered if !self.asking.get() => self.focus_frame(),
            Signal::Uncovered => {}
            Signal::Violation => self.violated(value),
            Signal::GotTheme => self.follow(value.clone()),
            Signal::Theme => self.follow(get(&get(value, "data"), "theme")),
            Signal::ToastIsDue => self.toast(),
            Signal::Toasted => self.toasted(value),
            Signal::ToastClosed => self.become_panel(),
            Signal::Docked | Signal::Checked => self.check(value),
        }
    }

    fn follow(&self, theme: JsValue) {
        theme::follow(&self.parts.root, theme);
        self.tell(ViewEvent::Surroundings);
    }

    fn loaded(&self) {
        if self.frame.borrow().as_ref().is_some_and(|(frame, _)| !frame::is_blank(frame)) {
            self.tell(ViewEvent::FrameLoaded);
        }
    }

    /// A policy of the page was violated; by our frame, it will never load.
    fn violated(&self, event: &JsValue) {
        let text = |name| get(event, name).as_string().unwrap_or_default();
        let (uri, directive) = (text("blockedURI"), text("effectiveDirective"));
        let launch = self.launch.borrow();
        let ours = launch.as_ref().is_some_and(|launch| frame_policy::is_blocked(&launch.origin, &uri, &directive));
        drop(launch);
        if ours && text("disposition") == "enforce" {
            self.tell(ViewEvent::FrameBlocked);
        }
    }

    fn clicked(&self, event: &Event) {
        let target = js::call_with(&get(event, "target"), "closest", "[data-act]");
        let act = js::call_with(&target, "getAttribute", "data-act").as_string();
        match act.as_deref().unwrap_or_default() {
            "close" => self.close(),
            "stay" => self.ask(false),
            "confirm-close" | "dismiss" => self.tell(ViewEvent::CloseByCustomer),
            "minimize" => self.minimize(!self.minimized.get()),
            "done" => self.tell(ViewEvent::Done),
            "retry" => self.tell(ViewEvent::Retry),
            "yes" => self.tell(ViewEvent::Consent(true)),
            "no" => self.tell(ViewEvent::Consent(false)),
            "here" => self.tell(ViewEvent::TakeOver),
            "finish" => self.tell(ViewEvent::Finish),
            "window" => {
                if let Some(launch) = self.launch.borrow().as_ref() {
                    frame::open_window(launch);
                }
            }
            _ => {}
        }
    }

    fn key(&self, event: &Event) {
        let escape = get(event, "key").as_string().is_some_and(|key| key == "Escape");
        // Within the page's own text, Escape is not ours.
        if escape && self.place.get() != Place::Inline {
            event.prevent_default();
            self.escape();
        }
    }

    fn escape(&self) {
        if self.asking.get() { self.ask(false) } else { self.close() }
    }

    /// The window's close button: what the customer is at work with needs a second word.
    fn close(&self) {
        if self.phase.get() == Phase::Running && self.place.get() != Place::Window {
            self.ask(true);
        } else {
            self.tell(ViewEvent::CloseByCustomer);
        }
    }

    fn ask(&self, asking: bool) {
        self.minimize(false);
        self.asking.set(asking);
        self.render();
        if asking {
            self.parts.focus_action();
        } else {
            self.focus_frame();
            // Firefox does not take the focus into a frame that has just been inert: once more when it is not any more.
            let heed = self.way_back(Signal::Uncovered);
            self.uncovered.replace(Some(Timeout::new(0.0, move || heed(JsValue::UNDEFINED))));
        }
    }

    fn focus_frame(&self) {
        if let Some((frame, _)) = self.frame.borrow().as_ref() {
            let _ = frame.focus();
        }
    }

    /// Reports to the runtime.
    pub(super) fn tell(&self, event: ViewEvent) {
        (self.notify)(event);
    }

    /// Folds the window up to its header, or unfolds it; the frame stays where it is and keeps what was typed.
    pub(super) fn minimize(&self, minimized: bool) {
        if self.minimized.replace(minimized) != minimized {
            self.fold(minimized);
            self.tell(ViewEvent::Minimized(minimized));
        }
    }

    fn fold(&self, minimized: bool) {
        let root = &self.parts.root;
        let focused = self.has_focus();
        dom::flag(root, "data-minimized", minimized);
        dom::attribute(&self.parts.toggle, "aria-expanded", if minimized { "false" } else { "true" });
        if self.place.get() == Place::Overlay {
            js::call(root, "close");
            js::call(root, if minimized { "show" } else { "showModal" });
        }
        if focused {
            let _ = self.parts.toggle.focus();
        }
    }

    /// Whether the focus is in this window.
    pub(super) fn has_focus(&self) -> bool {
        dom::focused().is_some_and(|element| self.parts.root.contains(Some(&element)))
    }

    /// Brings the focus in, unless the customer is writing.
    ///
    /// Why: taking the focus from a half-written chat message would send its next letters nowhere.
    pub(super) fn focus_in(&self) {
        let writing = self.focus_before.as_ref().and_then(|element| get(element, "value").as_string());
        if writing.is_none_or(|text| text.is_empty()) {
            let _ = self.parts.heading.focus();
        }
    }

    fn title(&self) -> String {
        self.title.borrow().clone().unwrap_or_else(|| i18n::TITLE.get())
    }

    fn render(&self) {
        let (parts, title) = (&self.parts, self.title());
        let (status, view) = words::of(self.phase.get());
        let running = self.phase.get() == Phase::Running;
        let view = match (running && self.asking.get(), running && self.place.get() == Place::Window) {
            (true, _) => Some(&words::CONFIRM),
            (_, true) => Some(&words::IN_WINDOW),
            _ => view,
        };
        parts.label(&title);
        dom::attribute(&parts.root, "data-phase", self.phase.get().name());
        dom::attribute(&parts.toggle, "aria-expanded", if self.minimized.get() { "false" } else { "true" });
        parts.status(if view.is_some() { i18n::NOTHING } else { status });
        parts.online(self.online.get());
        parts.message(view, &self.card, self.launch.borrow().is_some());
        if let Some((frame, _)) = self.frame.borrow().as_ref() {
            frame.set_title(&title);
            dom::flag(frame, "inert", view.is_some());
        }
    }
}
