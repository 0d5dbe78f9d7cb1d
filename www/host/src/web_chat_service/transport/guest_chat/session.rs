//! The conversation: its live data object and its cookies (transports 2.7, "Session data" and "Cookies").

use std::cell::RefCell;

use js_sys::Object;
use wasm_bindgen::JsValue;

use crate::cookies::Cookies;
use crate::interop;

const PREFIX: &str = "_genesys.widgets.webchat.state.purecloud-v2-sockets.";

/// Key of the data object → cookie.
const COOKIES: [(&str, &str); 5] = [
    ("jwt", "JWtoken"),
    ("conversationId", "ConversationID"),
    ("memberId", "MemberID"),
    ("WebSocketUrl", "WS_URL"),
    ("lastMessageId", "LastMsgId"),
];

/// Keys that exist, with an empty text, before any chat.
const BLANK: [&str; 8] = [
    "jwt",
    "conversationId",
    "memberId",
    "WebSocketUrl",
    "lastMessageId",
    "nextMsgURL",
    "previousLastMsgId",
    "displayName",
];

/// The one conversation of the page.
pub struct Session {
    cookies: Cookies,
    data: RefCell<Object>,
}

impl Session {
    /// No conversation yet.
    #[must_use]
    pub fn new(cookies: Cookies) -> Self {
        let blank = BLANK.map(|key| (key, JsValue::from_str("")));
        Self { cookies, data: RefCell::new(interop::object(&blank)) }
    }

    /// `{jwt, conversationId, memberId, WebSocketUrl, lastMessageId?, nextMsgURL?, previousLastMsgId?}`; a new `{}` after the
    /// end, so that a copy keeps what it had.
    #[must_use]
    pub fn data(&self) -> Object {
        self.data.borrow().clone()
    }

    /// One of its texts; empty where there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        interop::get_string(&self.data.borrow(), key).unwrap_or_default()
    }

    /// Begins with the answer of the create request.
    pub fn take(&self, answer: &JsValue) {
        self.data.replace(interop::object(&[
            ("jwt", interop::get(answer, "jwt")),
            ("conversationId", interop::get(answer, "id")),
            ("memberId", interop::get_path(answer, "member.id")),
            ("WebSocketUrl", interop::get(answer, "eventStreamUri")),
        ]));
    }

    /// Changes a text, in its cookie too if it has one and a chat runs.
    pub fn set(&self, key: &str, value: &str) {
        interop::set(&self.data.borrow(), key, value);
        if let Some((_, cookie)) = COOKIES.iter().find(|(one, _)| *one == key) {
            self.cookies.set(&format!("{PREFIX}{cookie}"), value);
        }
    }

    /// Writes all cookies: the chat can be restored from now on.
    pub fn remember(&self) {
        for (key, _) in COOKIES {
            let value = self.text(key);
            if !value.is_empty() {
                self.set(key, &value);
            }
        }
    }

    /// Whether cookies name a conversation.
    #[must_use]
    pub fn is_remembered(&self) -> bool {
        self.stored("ConversationID").is_some()
    }

    /// Takes over what the cookies name; `false` where they name nothing.
    #[must_use]
    pub fn recall(&self) -> bool {
        if !self.is_remembered() {
            return false;
        }
        let data = Object::new();
        for (key, cookie) in COOKIES {
            if let Some(value) = self.stored(cookie) {
                interop::set(&data, key, value);
            }
        }
        self.data.replace(data);
        true
    }

    /// Ends the session on this side.
    pub fn clear(&self) {
        self.data.replace(Object::new());
        for (_, cookie) in COOKIES {
            self.cookies.delete(&format!("{PREFIX}{cookie}"));
        }
    }

    fn stored(&self, cookie: &str) -> Option<String> {
        self.cookies.get(&format!("{PREFIX}{cookie}"))
    }
}
