//! The Toaster of Widgets, where the script we replace showed its apps.
//!
//! Contract: bus facts, 6.1. `title` is inserted as HTML there, so a name from the chat never goes into it; and the
//! Toaster closes itself when the chat opens, so its close event counts as ours having gone.

use super::super::bus::{Plugin, Subscription};
use super::super::i18n;
use super::super::js_error::set;
use super::{Content, Notify, Placement, ViewEvent};
use crate::core::effect::Phase;
use crate::core::effect::{Card, Detail};
use crate::core::launch::Launch;
use js_sys::{Object, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::HtmlIFrameElement;

/// A toast with a frame in it. Dropping it closes the toast if it is still ours.
pub struct Toaster {
    plugin: Plugin,
    content: Content,
    /// Some while the toast is open and ours.
    closing: Rc<RefCell<Option<Subscription>>>,
}

impl Toaster {
    /// Asks the Toaster to show our content, without a frame yet.
    pub fn open(plugin: &Plugin, card: &Card, notify: &Notify) -> Option<Toaster> {
        let content = Content::new(card.name.as_deref().unwrap_or(i18n::TITLE), notify)?;
        let closing = Rc::new(RefCell::new(None));
        let data = Object::new();
        set(&data, "type", &"generic".into());
        set(&data, "title", &i18n::TITLE.into());
        set(&data, "body", content.root());
        set(&data, "controls", &"close".into());
        let (slot, notify, on_bus) = (Rc::downgrade(&closing), notify.clone(), plugin.clone());
        plugin.ask("Toaster.open", &data, move |answer| match answer.ok().as_ref().and_then(close_event) {
            Some(event) => {
                if let Some(slot) = slot.upgrade() {
                    let gone = notify.clone();
                    let subscription = on_bus.subscribe(&event, move |_| gone(ViewEvent::Gone));
                    slot.replace(Some(subscription));
                }
            }
            None => notify(ViewEvent::Failed),
        });
        Some(Toaster { plugin: plugin.clone(), content, closing })
    }
}

/// `events.close` of the Toaster's answer: published when this toast is closed, by whomever.
fn close_event(answer: &JsValue) -> Option<String> {
    let events = Reflect::get(answer, &"events".into()).ok()?;
    Reflect::get(&events, &"close".into()).ok()?.as_string()
}

impl Placement for Toaster {
    fn load(&self, launch: &Launch) -> Option<HtmlIFrameElement> {
        self.content.load(launch)
    }

    fn detail(&self, _: &Detail) {}

    fn show(&self, phase: Phase) {
        self.content.show(phase);
    }

    fn layout(&self) {}
}

impl Drop for Toaster {
    fn drop(&mut self) {
        if self.closing.take().is_some() {
            self.plugin.tell("Toaster.close", &Object::new());
        }
    }
}
