//! WebChatService as typed Rust: the two commands that the core needs, and the lines that the loader found.
//!
//! Contract: webchatservice, "API commands"; bus facts, sections 4 and 5.

use super::bus::Plugin;
use super::js::{call_with, get, set, window};
use crate::core::event::Line;
use crate::core::launch::Chat;
use crate::core::pattern::{Pattern, STATUS};
use js_sys::{Object, RegExp};
use wasm_bindgen::prelude::*;

/// The names of interaction id, secure key and user id in the session data of GMS, and with `webchat.transport` set to Genesys
/// Cloud or to v3 (transports, 2.7 and 3.7).
const NAMES: [[&str; 3]; 3] = [
    ["sessionID", "secureKey", "userId"],
    ["conversationId", "jwt", "memberId"],
    ["sessionId", "token", "participantId"],
];

/// The pattern as the browser's `RegExp`, of the page's own realm as the bus demands.
pub fn regexp(pattern: Pattern) -> RegExp {
    RegExp::new(pattern.source, pattern.flags)
}

/// Reads one line of the loader; `None` when it is not one.
pub fn line(value: JsValue) -> Option<Line> {
    let text = |name| get(&value, name).as_string();
    Some(Line {
        index: get(&value, "index").as_f64()? as u32,
        sender: text("sender")?,
        nickname: text("nickname"),
        text: text("text")?,
        sent: get(&value, "sent").as_f64(),
        restoring: get(&value, "restoring").is_truthy(),
    })
}

/// Reads session data; `None` unless all three values are there. The message is left empty. The object is the service's own
/// and is blanked when the chat ends, so it is copied. With `any`, another transport's values stand in for those of GMS.
pub fn chat(data: &JsValue, any: bool) -> Option<Chat> {
    let filled = |name: &str| {
        let value = get(data, name);
        // Why not `as_string`: the documented type is "number/string".
        let text = value
            .as_string()
            .or_else(|| value.as_f64().and_then(|_| call_with(&window(), "String", &value).as_string()));
        text.filter(|text| !text.is_empty())
    };
    for [interaction_id, secure_key, user_id] in NAMES {
        if let (Some(interaction_id), Some(secure_key), Some(user_id)) =
            (filled(interaction_id), filled(secure_key), filled(user_id))
        {
            return Some(Chat { message: String::new(), interaction_id, secure_key, user_id });
        }
        if !any {
            break;
        }
    }
    None
}

/// Asks for the session data; the answer may never come.
pub fn get_session_data(plugin: &Plugin, any: bool, answer: impl FnOnce(Option<Chat>) + 'static) {
    plugin.ask("WebChatService.getSessionData", &Object::new(), move |result| {
        answer(result.ok().and_then(|data| chat(&data, any)));
    });
}

/// Sends a status line to the agent that the customer does not see.
pub fn send_filtered(plugin: &Plugin, text: &str) {
    let data = Object::new();
    set(&data, "message", text);
    set(&data, "regex", regexp(STATUS));
    plugin.tell("WebChatService.sendFilteredMessage", &data);
}
