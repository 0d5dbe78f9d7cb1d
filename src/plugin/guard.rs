//! What the plugin does before commands of others to others: card numbers stay out of the chat, and a foreign toast does not
//! take our window along.
//!
//! The loader calls in here from a `before` of the bus and catches whatever happens (bus facts, 1.3: an exception there would
//! swallow the command).

use super::{Runtime, events};
use crate::bridge::i18n::{self, Text};
use crate::bridge::js::set;
use crate::bridge::options;
use crate::core::card_guard;
use crate::core::config::{CardGuard, Config};
use js_sys::Object;
use wasm_bindgen::{JsCast, JsValue};

/// Begins the commands in which the customer's text goes out; typing reaches the agent as well.
const SERVICE: &str = "WebChatService.";
const SEND: &str = "WebChatService.sendMessage";
const TOASTER: &str = "Toaster.";

/// The data with which the command is to be issued; no object cancels it (bus facts, 1.3).
pub(super) fn before(runtime: &Runtime, command: &str, data: JsValue) -> JsValue {
    if command.starts_with(TOASTER) {
        runtime.with_window(|window| window.placement.yield_toast(&data));
        return data;
    }
    let guard = runtime.machine.borrow().config().card_guard;
    if guard == CardGuard::Off || !command.starts_with(SERVICE) {
        return data;
    }
    let text = options::own(&data, "message").and_then(|text| text.as_string());
    let Some(masked) = text.as_deref().and_then(card_guard::mask) else { return data };
    if command == SEND {
        let block = guard == CardGuard::Block;
        let (action, hint) = if block { ("blocked", i18n::BLOCKED) } else { ("masked", i18n::MASKED) };
        show_hint(runtime, hint);
        events::publish_guarded(runtime, action);
        if block {
            return JsValue::FALSE;
        }
    }
    // Why a copy: the caller's own object is the caller's.
    let copy = Object::assign(&Object::new(), data.unchecked_ref());
    set(&copy, "message", masked);
    copy.into()
}

/// Makes the hint's language ready before it is needed.
pub(super) fn prepare(runtime: &Runtime, config: &Config) {
    if config.card_guard != CardGuard::Off {
        runtime.speak();
    }
}

/// Tells the customer in the chat window, where the message was typed; only this page sees it.
fn show_hint(runtime: &Runtime, hint: Text) {
    let this = runtime.this.clone();
    runtime.plugin.ask("WebChat.injectMessage", &hint_data(hint), move |answer| {
        let Some(runtime) = this.upgrade().filter(|_| answer.is_err()) else { return };
        // The service has not heard of the customer's own arrival yet (bus facts, section 7): once more when it has.
        let (plugin, this) = (runtime.plugin.clone(), this.clone());
        let arrived = runtime.plugin.subscribe("WebChatService.clientConnected", move |_| {
            plugin.tell("WebChat.injectMessage", &hint_data(hint));
            drop(this.upgrade().and_then(|runtime| runtime.hint.take()));
        });
        runtime.hint.replace(Some(arrived));
    });
}

fn hint_data(hint: Text) -> Object {
    let data = Object::new();
    set(&data, "type", "text");
    set(&data, "text", hint.get());
    set(&data, "bubble", true);
    data
}
