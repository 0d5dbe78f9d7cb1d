//! The plugin's events: on the bus, and as DOM `CustomEvent`s on `document` for pages that know no bus.

use super::Runtime;
use crate::bridge::hooks::Hook;
use crate::bridge::js::{call_with, create, get, set, two, window};
use crate::bridge::js_error;
use crate::bridge::log;
use crate::bridge::view;
use crate::core::config;
use crate::core::effect::{Card, Published};
use crate::core::error::Error;
use crate::core::frame_protocol;
use crate::core::status::EndReport;
use js_sys::Object;

/// Publishes an event; its data carry names, states and codes, never a parameter, chat text or key.
pub(super) fn publish(runtime: &Runtime, published: &Published) {
    let data = Object::new();
    let name = match published {
        Published::Requested(name) => {
            set_text(&data, "name", name.as_deref());
            "requested"
        }
        Published::Loading => "loading",
        Published::Opened => "opened",
        Published::Minimized(true) => "minimized",
        Published::Minimized(false) => "unminimized",
        Published::Closed => "closed",
        Published::Ended => "ended",
        Published::Declined => "declined",
        Published::TimedOut => "timeout",
        Published::Warned(error) => {
            log::warn(&[error.message(), " ", error.remedy()]);
            return announce(runtime, "warning", &js_error::event_data(*error));
        }
        Published::Failed(error) => {
            let data = js_error::event_data(*error);
            runtime.debug(&["failed ", error.code()]);
            runtime.hooks.call(Hook::Error, &data);
            return announce(runtime, "failed", &data);
        }
        Published::Progress(milestone) => {
            set_text(&data, "milestone", Some(milestone));
            set_text(&data, "block", frame_protocol::block_of(milestone));
            runtime.hooks.call(Hook::Progress, &data);
            "progress"
        }
    };
    announce(runtime, name, &data);
}

/// Publishes `failed` for a configuration with faults.
pub(super) fn publish_faults(runtime: &Runtime, faults: &[config::Fault]) {
    let data = js_error::event_data(Error::BadConfig);
    set(&data, "faults", js_error::fault_list(faults));
    runtime.hooks.call(Hook::Error, &data);
    announce(runtime, "failed", &data);
}

/// Publishes that a card number was kept out of the chat: `{action}`, and nothing of the number.
pub(super) fn publish_guarded(runtime: &Runtime, action: &str) {
    let data = Object::new();
    set_text(&data, "action", Some(action));
    announce(runtime, "guarded", &data);
}

/// What `onBeforeOpen` is told: `{name?, asker?, origin}`.
pub(super) fn card_data(card: &Card) -> Object {
    let data = Object::new();
    set_text(&data, "name", card.name.as_deref());
    set_text(&data, "asker", card.asker.as_deref());
    set_text(&data, "origin", Some(&card.origin));
    data
}

/// What `onEnd` is told: `{outcome, code?}`.
pub(super) fn end_data(how: EndReport) -> Object {
    let data = Object::new();
    set_text(&data, "outcome", Some(how.name()));
    set_text(&data, "code", if let EndReport::Failed(code) = how { Some(code) } else { None });
    data
}

fn set_text(data: &Object, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        set(data, name, text);
    }
}

fn announce(runtime: &Runtime, name: &str, data: &Object) {
    runtime.debug(&["event ", name]);
    runtime.plugin.publish(name, data);
    on_document(name, data);
}

/// The event as a DOM `CustomEvent`.
pub(super) fn on_document(name: &str, data: &Object) {
    let init = Object::new();
    set(&init, "detail", data);
    let name = [view::ROOT_CLASS, ":", name].concat();
    if let Ok(event) = create("CustomEvent", two(name.into(), init.into())) {
        call_with(&get(&window(), "document"), "dispatchEvent", event);
    }
}
