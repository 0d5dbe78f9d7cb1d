//! Where windows stand: our panel, the Toaster, a dock, a modal dialog, an element of the page.
//!
//! Whatever a place does not give, or takes back, becomes a panel: the customer's form is never lost to a foreign toast.
//! Contract: bus facts, 6.1 and 6.3.

use super::super::bus::Plugin;
use super::super::js::{self, call_with_two, get, set};
use super::shell::{Place, Shell, Signal};
use super::{Notify, Placement, dom, frame};
use crate::core::config::{self, Look};
use crate::core::effect::Card;
use js_sys::{Date, Object};
use std::cell::Cell;
use wasm_bindgen::JsValue;
use web_sys::Element;

/// The chat windows beside which the panel stands.
const CHAT: &str = ".cx-webchat";
const CHAT_TITLE: &str = ".cx-webchat .cx-titlebar";
/// Pixels between chat and panel, as between the docks of Widgets.
const GAP: f64 = 24.0;
/// Pixels that the panel needs on the side away from the chat.
const ROOM: f64 = 392.0;
/// The widest screen, in pixels, that the stylesheet fills with our window.
const PHONE: f64 = 600.0;
/// The id of our dock.
const DOCK: &str = "CXSpeechStorm";
/// Milliseconds of a toast's slide-out, in which new content vanishes (bus facts, 0.9), and a little more.
const SLIDE_OUT: f64 = 700.0;
/// Milliseconds that a chat which is being restored has to open its window, which closes the Toaster (bus facts, 0.8).
const CHAT_OPENS: f64 = 1500.0;
/// Milliseconds that Toaster and WindowManager have to show our content: their commands may never settle.
const PATIENCE: f64 = 2500.0;

thread_local! {
    /// When we last closed a toast.
    static LEFT: Cell<f64> = const { Cell::new(0.0) };
}

/// Opens a window where the configuration says, or as a panel where that cannot be had.
pub fn open(plugin: &Plugin, look: &Look, card: &Card, notify: &Notify) -> Option<Box<dyn Placement>> {
    // On a phone the chat covers the page, and what stands in it.
    let container = || dom::find(&look.container).filter(|_| inner("innerWidth") > PHONE);
    let (place, parent) = match look.placement {
        config::Placement::Inline => (Place::Inline, container()),
        config::Placement::Toaster => (Place::Toaster, None),
        config::Placement::Dock => (Place::Dock, None),
        config::Placement::Overlay => (Place::Overlay, body()),
        config::Placement::Window => (Place::Window, body()),
        config::Placement::Panel => (Place::Panel, body()),
    };
    let shell = Shell::new(plugin, place, look, card, notify)?;
    shell.parts.place(match place {
        Place::Toaster => "toast",
        Place::Dock => "dock",
        Place::Overlay => "overlay",
        Place::Inline => "inline",
        Place::Panel | Place::Window => "panel",
    });
    match (place, parent) {
        (Place::Toaster, _) => shell.toast_when_due(),
        (Place::Dock, _) => shell.dock(),
        (_, Some(parent)) => {
            dom::append(&parent, &[&shell.parts.root]);
            shell.stands();
        }
        _ => shell.become_panel(),
    }
    Some(Box::new(shell))
}

fn body() -> Option<Element> {
    Some(dom::document()?.body()?.into())
}

/// A measure of the page's window.
fn inner(name: &str) -> f64 {
    get(&js::window(), name).as_f64().unwrap_or_default()
}

fn chat_window() -> Option<Element> {
    dom::find(CHAT)
}

impl Shell {
    /// The window is in the page.
    fn stands(&self) {
        self.waiting.take();
        self.layout();
        if self.place.get() == Place::Overlay {
            js::call(&self.parts.root, "showModal");
        }
        self.focus_in();
        if let Some(launch) = self.launch.borrow().as_ref() {
            frame::post(launch);
        }
    }

    /// Moves into the page as a panel, with the frame as it is where the browser can do that, else loading it again.
    pub(super) fn become_panel(&self) {
        let root = &self.parts.root;
        self.toast.take();
        self.place.set(Place::Panel);
        self.parts.place("panel");
        let Some(body) = body() else { return };
        if root.is_connected() {
            call_with_two(&body, "moveBefore", root, JsValue::NULL);
            if root.parent_element().is_some_and(|parent| parent == body) {
                return self.layout();
            }
        }
        dom::append(&body, &[root]);
        self.stands();
    }

    /// Waits for a slide-out of ours, and for a chat that is about to open its window: both would close the toast.
    fn toast_when_due(&self) {
        let since = Date::now() - LEFT.get();
        let wait = match chat_window() {
            _ if since < SLIDE_OUT => SLIDE_OUT - since,
            None => CHAT_OPENS,
            Some(_) => return self.toast(),
        };
        self.wait(wait, Signal::ToastIsDue);
    }

    /// Asks the Toaster to show this window.
    pub(super) fn toast(&self) {
        self.wait(PATIENCE, Signal::Checked);
        let data = Object::new();
        set(&data, "type", "custom");
        set(&data, "body", &self.parts.root);
        self.ask_bus("Toaster.open", &data, Signal::Toasted);
    }

    /// The Toaster has answered.
    pub(super) fn toasted(&self, toast: &JsValue) {
        let event = get(&get(toast, "events"), "close").as_string();
        if let Some(event) = event.filter(|_| self.place.get() == Place::Toaster) {
            self.toast.replace(Some(self.subscribe(&event, Signal::ToastClosed)));
        }
        self.check(toast);
    }

    fn dock(&self) {
        self.wait(PATIENCE, Signal::Checked);
        let data = Object::new();
        set(&data, "html", &self.parts.root);
        set(&data, "id", DOCK);
        self.ask_bus("WindowManager.registerDockView", &data, Signal::Docked);
    }

    /// Becomes a panel where the page does not show this window as it was asked to.
    pub(super) fn check(&self, answer: &JsValue) {
        if self.place.get() == Place::Panel {
            // An answer that came too late.
        } else if !self.parts.root.is_connected() || *answer == JsValue::FALSE {
            self.become_panel();
        } else if self.waiting.borrow().is_some() {
            self.stands();
        }
    }

    /// Finds the room: beside the chat, and above an on-screen keyboard.
    pub(super) fn layout(&self) {
        if self.place.get() == Place::Toaster && self.toast.borrow().is_none() && self.waiting.borrow().is_some() {
            return self.toast_again();
        }
        let (width, height) = (inner("innerWidth"), inner("innerHeight"));
        // Without a chat window, or without its title, all are 0.
        let rectangle = |element: Option<Element>| js::call(&element.into(), "getBoundingClientRect");
        let edge = |rectangle: &JsValue, name| get(rectangle, name).as_f64().unwrap_or_default();
        let (chat, title) = (rectangle(chat_window()), edge(&rectangle(dom::find(CHAT_TITLE)), "bottom"));
        let (chat_left, chat_right, chat_top) = (edge(&chat, "left"), edge(&chat, "right"), edge(&chat, "top"));
        let chat_shows = chat_right > chat_left;
        // Folded up on a phone we must leave the chat usable: below the title of one that has the screen, else above it.
        let over = Some(title).filter(|title| chat_shows && *title > 0.0 && chat_top < height / 3.0);
        let above = if chat_shows { height - chat_top } else { 0.0 };
        let (left, distance) = if !chat_shows {
            (is_right_to_left(), 55.0)
        } else if chat_left + chat_right < width {
            (true, chat_right + GAP)
        } else {
            (false, width - chat_left + GAP)
        };
        let viewport = get(&js::window(), "visualViewport");
        let seen = |name| get(&viewport, name).as_f64();
        let top = seen("offsetTop").unwrap_or_default();
        let bottom = seen("height").map_or(0.0, |seen| (height - seen - top).max(0.0));
        dom::attribute(&self.parts.root, "data-side", if left { "left" } else { "right" });
        let distance = distance.min(width - ROOM).max(GAP);
        dom::flag(&self.parts.root, "data-over-chat", over.is_some());
        let fold = over.unwrap_or(above.max(bottom));
        for (name, value) in [("offset", distance), ("top", top), ("bottom", bottom), ("fold", fold)] {
            dom::style(&self.parts.root, name, dom::pixels(value));
        }
    }

    /// Whether the stylesheet fills the screen with our window.
    pub(super) fn is_mobile(&self) -> bool {
        inner("innerWidth") <= PHONE
    }

    /// The chat's window has opened meanwhile: a toast that waited for it can come.
    fn toast_again(&self) {
        if chat_window().is_some() && !self.parts.root.is_connected() && Date::now() - LEFT.get() > SLIDE_OUT {
            self.toast();
        }
    }
}

fn is_right_to_left() -> bool {
    dom::find("html").and_then(|root| root.get_attribute("dir")).is_some_and(|direction| direction == "rtl")
}

impl Drop for Shell {
    fn drop(&mut self) {
        let focused = self.has_focus();
        self.parts.root.remove();
        if self.toast.take().is_some() {
            LEFT.set(Date::now());
            self.plugin.tell("Toaster.close", &Object::new());
        }
        if self.place.get() == Place::Dock {
            let data = Object::new();
            set(&data, "id", DOCK);
            self.plugin.tell("WindowManager.deregisterDockView", &data);
        }
        if focused && let Some(before) = &self.focus_before {
            let _ = before.focus();
        }
    }
}
