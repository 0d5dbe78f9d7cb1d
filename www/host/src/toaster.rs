//! Toaster: one shared notice at the bottom of the page (bus facts 6.1).
//!
//! Strings are markup, of which [`crate::markup`] builds what is allowed; elements go in as they are.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::bus::{Bus, Command, Deferred, Plugin};
use crate::container::Container;
use crate::dom;
use crate::element_list;
use crate::interop;
use crate::layout;
use crate::markup;
use crate::timer;
use crate::web_chat::words;
use crate::window_manager::WindowManager;

/// How long the content slides out with `main.transitions`, in milliseconds.
const SLIDE: i32 = 500;
const DOCK: &str = "Toaster";

/// The plugin `Toaster`.
pub struct Toaster {
    plugin: Plugin,
    windows: Rc<WindowManager>,
    state: RefCell<State>,
    transitions: Cell<bool>,
}

enum State {
    Closed,
    Open(Shown),
    Closing,
}

struct Shown {
    owner: String,
    close_event: String,
    view: HtmlElement,
    /// `immutable`, but only once docking has finished (bus facts 0.10).
    reserved: Rc<Cell<bool>>,
}

impl Toaster {
    /// Registers the plugin; `None` where the name is taken.
    #[must_use]
    pub fn register(bus: &Bus, windows: Rc<WindowManager>) -> Option<Rc<Self>> {
        let plugin = bus.register_plugin("Toaster")?;
        let toaster =
            Rc::new(Self { plugin, windows, state: RefCell::new(State::Closed), transitions: Cell::new(false) });
        toaster.plugin.register_events(&["ready", "opened", "closed"]);
        let opening = Rc::clone(&toaster);
        toaster.plugin.register_command("open", move |command| opening.open(command));
        let closing = Rc::clone(&toaster);
        toaster.plugin.register_command("close", move |command| {
            closing.close(&command);
            Ok(())
        });
        let configured = Rc::clone(&toaster);
        toaster.plugin.subscribe("App.ready", move |config| {
            configured.transitions.set(interop::get_path(config, "main.transitions").is_truthy());
            configured.plugin.ready();
            configured.plugin.republish("ready", JsValue::UNDEFINED);
            Ok(())
        });
        let obeying = Rc::clone(&toaster);
        toaster.plugin.subscribe("App.closeAll", move |_| {
            let _outcome = obeying.plugin.command("Toaster.close", JsValue::UNDEFINED);
            Ok(())
        });
        Some(toaster)
    }

    fn open(self: &Rc<Self>, command: Command) -> Result<(), JsValue> {
        let kind = interop::get(&command.data, "type");
        if !(kind.is_undefined() || matches!(kind.as_string().as_deref(), Some("generic" | "custom"))) {
            command.deferred.reject("Invalid type: \"generic\" or \"custom\" expected.");
            return Ok(());
        }
        let reserved_by = match &*self.state.borrow() {
            State::Closed => None,
            // New content within the slide-out vanishes, and its deferred never settles: bus facts 0.9.
            State::Closing => return Ok(()),
            State::Open(shown) => Some((shown.owner.clone(), shown.reserved.get())),
        };
        match reserved_by {
            None => self.show(command),
            // The owner's own second open hangs: bus facts 0.10.
            Some((owner, true)) if owner == command.commander => Ok(()),
            Some((_, true)) => {
                command.deferred.reject("The Toaster is reserved by another plugin.");
                Ok(())
            }
            Some((_, false)) => {
                let toaster = Rc::clone(self);
                self.slide_out(move || toaster.show(command));
                Ok(())
            }
        }
    }

    fn show(self: &Rc<Self>, command: Command) -> Result<(), JsValue> {
        let theme = self.plugin.get_data("App.theme").as_string().unwrap_or_default();
        let view = dom::create("div", &format!("cx-widget cx-toaster {theme}"))?;
        let content = if interop::get_string(&command.data, "type").as_deref() == Some("custom") {
            let body = interop::get(&command.data, "body");
            match element_list::element_of(&body) {
                Some(element) => element,
                None => {
                    let text = dom::create("div", "cx-toast-text")?;
                    markup::put(&text, &body.as_string().unwrap_or_default())?;
                    text.into()
                }
            }
        } else {
            self.build_generic(&command.data, &theme)?.into()
        };
        dom::hide_from_cobrowse(&view, &command.data)?;
        dom::append(&view, &[&content])?;
        self.windows.dock(&command.commander, DOCK, &view)?;
        let close_event = format!("close.{}#{}", command.commander, interop::guid());
        let reserved = Rc::new(Cell::new(false));
        if interop::get(&command.data, "immutable").is_truthy() {
            let reserved = Rc::clone(&reserved);
            timer::later(self.slide_time(), move || {
                reserved.set(true);
                Ok(())
            });
        }
        let event_name = self.plugin.shown(&format!("Toaster.{close_event}"));
        self.state.replace(State::Open(Shown { owner: command.commander, close_event, view, reserved }));
        self.plugin.set_data("open", true);
        self.plugin.publish("opened", JsValue::UNDEFINED);
        command.deferred.resolve(interop::object(&[
            ("html", element_list::list(vec![content]).into()),
            ("events", interop::object(&[("close", event_name.into())]).into()),
        ]));
        Ok(())
    }

    fn build_generic(self: &Rc<Self>, data: &JsValue, theme: &str) -> Result<HtmlElement, JsValue> {
        let options = js_sys::Object::new();
        interop::assign(&options, &[data]);
        interop::set(&options, "type", "toast");
        if !interop::get(data, "i18n").is_object() {
            let language = self.plugin.get_data("App.language").as_string().unwrap_or_default();
            let said = |key: &str| JsValue::from_str(words::word(&language, key));
            let names = interop::object(&[("close", said("ToastClose")), ("minimize", said("ToastMinimize"))]);
            interop::set(&options, "i18n", names);
        }
        let made = Container::build(&options)?;
        dom::toggle_class(&made.element, theme, !theme.is_empty());
        if layout::is_mobile(&self.plugin) {
            dom::toggle_class(&made.element, "cx-mobile", true);
            made.element.set_attribute("aria-modal", "true")?;
        }
        let toaster = Rc::clone(self);
        // As commander "Toaster", which an immutable content refuses: bus facts 0.10.
        dom::listen(&made.close, "click", move |_| {
            let _outcome = toaster.plugin.command("Toaster.close", JsValue::UNDEFINED);
            Ok(())
        })?;
        let content = made.element.clone();
        dom::listen(&made.minimize, "click", move |_| {
            let _now = content.class_list().toggle("cx-minimized");
            Ok(())
        })?;
        Ok(made.element)
    }

    fn close(self: &Rc<Self>, command: &Command) {
        let refusal = match &*self.state.borrow() {
            State::Closed | State::Closing => Some("The Toaster is closed already."),
            State::Open(shown) if shown.reserved.get() && shown.owner != command.commander => {
                Some("The Toaster is reserved by another plugin.")
            }
            State::Open(_) => None,
        };
        if let Some(refusal) = refusal {
            command.deferred.reject(refusal);
            return;
        }
        let deferred: Deferred = command.deferred.clone();
        self.slide_out(move || {
            deferred.resolve(JsValue::UNDEFINED);
            Ok(())
        });
    }

    /// Slides the content out, removes it, tells everybody, and goes on with `then`.
    fn slide_out(self: &Rc<Self>, then: impl FnOnce() -> Result<(), JsValue> + 'static) {
        let State::Open(shown) = self.state.replace(State::Closing) else { return };
        dom::toggle_class(&shown.view, "cx-closing", true);
        let toaster = Rc::clone(self);
        let finish = move || {
            toaster.windows.undock(DOCK);
            toaster.state.replace(State::Closed);
            toaster.plugin.set_data("open", false);
            toaster.plugin.publish(&shown.close_event, JsValue::UNDEFINED);
            toaster.plugin.publish("closed", JsValue::UNDEFINED);
            then()
        };
        if self.transitions.get() {
            timer::later(SLIDE, finish);
        } else if let Err(error) = finish() {
            timer::report(error);
        }
    }

    fn slide_time(&self) -> i32 {
        if self.transitions.get() { SLIDE } else { 0 }
    }
}
