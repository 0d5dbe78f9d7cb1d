//! The chat session: its live data object and its cookies (bus facts, sections 3 and 5).

use std::cell::Cell;

use js_sys::Object;
use wasm_bindgen::JsValue;

use crate::auto_load;
use crate::cookies::Cookies;
use crate::interop;
use crate::web_chat_service::fields::{Fields, text_of};

const SESSION: &str = "_genesys.widgets.webchat.state.session";
const KEYS: &str = "_genesys.widgets.webchat.state.keys";
const PING: &str = "_genesys.widgets.webchat.state.ping";
const INDEX: &str = "_genesys.widgets.webchat.state.index";
const START_LOCK: &str = "_genesys.widgets.webchat.state.chatStartLock";
/// The plugins that the next page needs to take the chat up.
const CHAT: [&str; 2] = ["WebChatService", "WebChat"];

/// Answer field → key of the data object.
const MEMBERS: [(&str, &str); 4] =
    [("chatId", "sessionID"), ("userId", "userId"), ("secureKey", "secureKey"), ("alias", "alias")];

/// The one session of the page.
pub struct Session {
    cookies: Cookies,
    data: Object,
    active: Cell<bool>,
    starting: Cell<bool>,
    /// Whether cookies keep the chat; in asynchronous mode the page does.
    in_cookies: Cell<bool>,
}

/// What the cookies say about an earlier chat.
pub enum Earlier {
    /// There was none.
    None,
    /// The last poll is longer ago than allowed.
    TooOld,
    /// Its data have been taken over; the server must confirm it.
    Found,
}

impl Session {
    /// No session yet.
    #[must_use]
    pub fn new(cookies: Cookies) -> Self {
        let session = Self {
            cookies,
            data: Object::new(),
            active: Cell::new(false),
            starting: Cell::new(false),
            in_cookies: Cell::new(true),
        };
        session.blank();
        session
    }

    /// `{sessionID, userId, secureKey, alias}`, the live object: it is blanked when the chat ends (bus facts 0.12).
    #[must_use]
    pub fn data(&self) -> &Object {
        &self.data
    }

    /// Whether a chat runs.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.active.get()
    }

    /// From now on the chat is in no cookie.
    pub fn leave_cookies_alone(&self) {
        self.in_cookies.set(false);
    }

    /// Takes over session data that the page has kept; `false` where they name no chat.
    pub fn adopt(&self, data: &JsValue) -> bool {
        let Some(chat_id) = interop::get_string(data, "sessionID").filter(|id| !id.is_empty()) else { return false };
        for (_, key) in MEMBERS {
            interop::set(&self.data, key, text_of(&interop::get(data, key)));
        }
        interop::set(&self.data, "sessionID", chat_id);
        true
    }

    fn keep(&self, name: &str, value: &str) {
        if self.in_cookies.get() {
            self.cookies.set(name, value);
        }
    }

    /// Marks the chat as running.
    pub fn activate(&self) {
        self.active.set(true);
        self.unlock();
        self.load_on_next_page(true);
    }

    fn load_on_next_page(&self, wanted: bool) {
        if self.in_cookies.get() {
            auto_load::set(&self.cookies, &CHAT, wanted);
        }
    }

    /// Takes the ids any answer may bring, and writes the cookies; `true` where one has changed.
    pub fn update(&self, answer: &JsValue) -> bool {
        let mut changed = false;
        for (field, key) in MEMBERS {
            let value = text_of(&interop::get(answer, field));
            if !value.is_empty() && interop::get_string(&self.data, key).as_deref() != Some(value.as_str()) {
                interop::set(&self.data, key, value);
                changed = true;
            }
        }
        if changed {
            self.keep(SESSION, &self.chat_id());
            let keys = interop::object(&[
                ("secureKey", interop::get(&self.data, "secureKey")),
                ("alias", interop::get(&self.data, "alias")),
                ("userId", interop::get(&self.data, "userId")),
            ]);
            self.keep(KEYS, &interop::to_json(&keys));
        }
        changed
    }

    /// The chat's id; empty without one.
    #[must_use]
    pub fn chat_id(&self) -> String {
        interop::get_string(&self.data, "sessionID").unwrap_or_default()
    }

    /// A request's fields, begun with `alias, secureKey, userId`.
    #[must_use]
    pub fn fields(&self) -> Fields {
        let mut fields = Fields::default();
        for key in ["alias", "secureKey", "userId"] {
            fields.put(key, &interop::get_string(&self.data, key).unwrap_or_default());
        }
        fields
    }

    /// Remembers the time of a poll.
    pub fn ping(&self) {
        self.keep(PING, &format!("{}", interop::now()));
    }

    /// Writes the next index; the real product never reads it back.
    pub fn write_index(&self, next: u32) {
        self.keep(INDEX, &next.to_string());
    }

    /// Whether the cookie of the running chat is gone: another tab has ended it.
    #[must_use]
    pub fn has_vanished(&self) -> bool {
        self.active.get() && self.in_cookies.get() && self.cookies.get(SESSION).is_none()
    }

    /// Looks for the chat of an earlier page; `oldest` is the age in milliseconds up to which it may be restored.
    pub fn recall(&self, oldest: f64) -> Earlier {
        let (Some(chat_id), Some(keys)) = (self.cookies.get(SESSION), self.cookies.get(KEYS)) else {
            return Earlier::None;
        };
        let Ok(keys) = js_sys::JSON::parse(&keys) else { return Earlier::None };
        let ping = self.cookies.get(PING).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
        if interop::now() - ping > oldest {
            return Earlier::TooOld;
        }
        interop::assign(&self.data, &[&keys]);
        interop::set(&self.data, "sessionID", chat_id);
        Earlier::Found
    }

    /// Takes the lock against a double start; `false` where somebody holds it. A lock older than `oldest` milliseconds
    /// counts as left behind.
    #[must_use]
    pub fn lock(&self, oldest: f64) -> bool {
        let held = self.cookies.get(START_LOCK).and_then(|text| text.parse::<f64>().ok());
        if self.starting.get() || held.is_some_and(|since| interop::now() - since < oldest) {
            return false;
        }
        self.starting.set(true);
        self.cookies.set(START_LOCK, &format!("{}", interop::now()));
        true
    }

    /// Gives the lock back.
    pub fn unlock(&self) {
        self.starting.set(false);
        self.cookies.delete(START_LOCK);
    }

    /// Ends the session on this side: blanks the live object, deletes the cookies.
    pub fn clear(&self) {
        if self.active.replace(false) {
            self.load_on_next_page(false);
        }
        self.blank();
        for name in [SESSION, KEYS, PING, INDEX] {
            self.cookies.delete(name);
        }
    }

    fn blank(&self) {
        for (_, key) in MEMBERS {
            interop::set(&self.data, key, "");
        }
    }
}
