//! WebChatService as typed Rust: the two commands that the core needs, and the lines that the loader found.
//!
//! Contract: webchatservice, "API commands"; bus facts, sections 4 and 5.

use super::bus::Plugin;
use super::js_error::set;
use crate::core::event::Line;
use crate::core::launch::Chat;
use crate::core::pattern::{Pattern, STATUS};
use js_sys::{Object, RegExp};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A hidden line as the loader hands it over.
    type HiddenLine;
    #[wasm_bindgen(method, getter, structural)]
    fn index(this: &HiddenLine) -> f64;
    #[wasm_bindgen(method, getter, structural)]
    fn sender(this: &HiddenLine) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn nickname(this: &HiddenLine) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn text(this: &HiddenLine) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn sent(this: &HiddenLine) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn restoring(this: &HiddenLine) -> bool;

    /// The live object of `getSessionData`; it is blanked when the chat ends, so it is copied.
    type SessionData;
    #[wasm_bindgen(method, getter, structural, js_name = sessionID)]
    fn session_id(this: &SessionData) -> JsValue;
    #[wasm_bindgen(method, getter, structural, js_name = userId)]
    fn user_id(this: &SessionData) -> JsValue;
    #[wasm_bindgen(method, getter, structural, js_name = secureKey)]
    fn secure_key(this: &SessionData) -> JsValue;
}

/// The pattern as the browser's `RegExp`, of the page's own realm as the bus demands.
pub fn regexp(pattern: Pattern) -> RegExp {
    RegExp::new(pattern.source, pattern.flags)
}

/// Reads one line of the loader; `None` when it is not one.
pub fn line(value: JsValue) -> Option<Line> {
    let line: HiddenLine = value.dyn_into::<Object>().ok()?.unchecked_into();
    Some(Line {
        index: line.index() as u32,
        sender: line.sender().as_string()?,
        nickname: line.nickname().as_string(),
        text: line.text().as_string()?,
        sent: line.sent().as_f64(),
        restoring: line.restoring(),
    })
}

/// Reads session data; `None` unless all three values are there. The message is left empty.
pub fn chat(value: JsValue) -> Option<Chat> {
    let data: SessionData = value.dyn_into::<Object>().ok()?.unchecked_into();
    let filled = |value: JsValue| {
        // Why not `as_string`: the documented type is "number/string".
        let text = if value.is_undefined() || value.is_null() {
            return None;
        } else {
            String::from(value.unchecked_ref::<Object>().to_string())
        };
        (!text.is_empty()).then_some(text)
    };
    Some(Chat {
        message: String::new(),
        interaction_id: filled(data.session_id())?,
        secure_key: filled(data.secure_key())?,
        user_id: filled(data.user_id())?,
    })
}

/// Asks for the session data; the answer may never come.
pub fn get_session_data(plugin: &Plugin, answer: impl FnOnce(Option<Chat>) + 'static) {
    plugin.ask("WebChatService.getSessionData", &Object::new(), move |result| answer(result.ok().and_then(chat)));
}

/// Sends a status line to the agent that the customer does not see.
pub fn send_filtered(plugin: &Plugin, text: &str) {
    let data = Object::new();
    set(&data, "message", &text.into());
    set(&data, "regex", &regexp(STATUS));
    plugin.tell("WebChatService.sendFilteredMessage", &data);
}
