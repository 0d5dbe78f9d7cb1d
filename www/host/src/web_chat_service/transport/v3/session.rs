//! The session: its data object and its cookies (transports 3.7).

use std::cell::{Cell, RefCell};

use js_sys::Object;
use wasm_bindgen::JsValue;

use crate::cookies::Cookies;
use crate::interop;

const KEYS: &str = "_genesys.widgets.webchat.state.pureengage-v3-rest.keys";
const SESSION: &str = "_genesys.widgets.webchat.state.pureengage-v3-rest.session";
const INDEX: &str = "_genesys.widgets.webchat.state.pureengage-v3-rest.index";

/// What the token's payload names.
const IDS: [&str; 3] = ["sessionId", "transportId", "participantId"];

/// The one session of the page.
pub struct Session {
    cookies: Cookies,
    data: RefCell<Object>,
    /// Whether the site keeps the token instead of a cookie.
    kept_by_site: Cell<bool>,
}

impl Session {
    /// No session yet.
    #[must_use]
    pub fn new(cookies: Cookies) -> Self {
        Self { cookies, data: RefCell::new(Object::new()), kept_by_site: Cell::new(false) }
    }

    /// Whether the site keeps the token itself.
    pub fn leave_token_to_site(&self, kept_by_site: bool) {
        self.kept_by_site.set(kept_by_site);
    }

    /// `{sessionId, transportId, participantId, token}`; `{}` without a session, a new one after its end.
    #[must_use]
    pub fn data(&self) -> Object {
        self.data.borrow().clone()
    }

    /// One of its texts; `undefined` where there is none, because that is what stands in addresses then.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        interop::get_string(&self.data.borrow(), key).unwrap_or_else(|| "undefined".to_owned())
    }

    /// The token, if there is one.
    #[must_use]
    pub fn token(&self) -> Option<String> {
        interop::get_string(&self.data.borrow(), "token")
    }

    /// Takes a token; `false` where it is none that names a session. Cookies are written by [`Session::remember`].
    #[must_use]
    pub fn take(&self, token: &str) -> bool {
        let payload = payload_of(token);
        if !interop::get(&payload, "sessionId").is_string() {
            return false;
        }
        let data = interop::object(&IDS.map(|key| (key, interop::get(&payload, key))));
        interop::set(&data, "token", token);
        self.data.replace(data);
        true
    }

    /// Writes the cookies: the chat can be restored from now on.
    pub fn remember(&self) {
        self.cookies.set(SESSION, &self.text("sessionId"));
        if let Some(token) = self.token().filter(|_| !self.kept_by_site.get()) {
            self.cookies.set(KEYS, &token);
        }
    }

    /// Writes the index of the last message, without its dash.
    pub fn remember_index(&self, key: &str) {
        self.cookies.set(INDEX, key);
    }

    /// Forgets the index of an earlier session.
    pub fn forget_index(&self) {
        self.cookies.delete(INDEX);
    }

    /// Whether another tab has got messages that this one has not: the server delivers each only once by itself, and both
    /// tabs write the cookie. `last` is the index of the message handled last, without its dash.
    #[must_use]
    pub fn is_behind(&self, last: Option<&str>) -> bool {
        self.cookies.get(INDEX).is_some_and(|newest| last.is_none_or(|last| last < newest.as_str()))
    }

    /// Whether a cookie names a session.
    #[must_use]
    pub fn is_remembered(&self) -> bool {
        self.cookies.get(SESSION).is_some()
    }

    /// The token in the cookie.
    #[must_use]
    pub fn stored_token(&self) -> Option<String> {
        self.cookies.get(KEYS)
    }

    /// Ends the session on this side.
    pub fn clear(&self) {
        self.data.replace(Object::new());
        for cookie in [KEYS, SESSION, INDEX] {
            self.cookies.delete(cookie);
        }
    }
}

/// The payload of a JWT, decoded as the real product does it: with `atob`, as it is (transports, trap 7).
fn payload_of(token: &str) -> JsValue {
    let payload = token.split('.').nth(1).unwrap_or_default();
    let text = web_sys::window().and_then(|window| window.atob(payload).ok()).unwrap_or_default();
    js_sys::JSON::parse(&text).unwrap_or_default()
}
