//! The functions of a site that keeps the session itself, in async mode (transports 3.7). Their names are the site's view:
//! `getSessionData` is given the data.

use js_sys::{Function, Object};
use wasm_bindgen::JsValue;

use crate::cookies::Cookies;
use crate::timer;

/// The name that the site may use for a cookie of its own.
const OPEN_COOKIE: &str = "_genesys.widgets.webchat.state.open";

/// What a site configured under `webchat.transport.async`.
#[derive(Clone)]
pub struct Callbacks {
    /// `getSessionData({messageIndex, token}, Cookie, cookieOptions)`.
    pub keep: Function,
    /// `setSessionData(name of a cookie, Cookie, cookieOptions)`, which returns what it was given.
    pub give: Function,
    /// `deleteSessionData({sessionData, response}, Cookie, cookieOptions)`.
    pub delete: Option<Function>,
}

impl Callbacks {
    /// Hands the session to the site.
    pub fn keep(&self, data: &Object, cookies: &Cookies) {
        call(&self.keep, data, cookies);
    }

    /// Asks the site for the session: an object, or its JSON text. `undefined` where it has none.
    #[must_use]
    pub fn give(&self, cookies: &Cookies) -> JsValue {
        let given = call(&self.give, &JsValue::from_str(OPEN_COOKIE), cookies);
        match given.as_string() {
            Some(text) => js_sys::JSON::parse(&text).unwrap_or_default(),
            None => given,
        }
    }

    /// Tells the site that the session is lost.
    pub fn delete(&self, data: &Object, cookies: &Cookies) {
        if let Some(delete) = &self.delete {
            call(delete, data, cookies);
        }
    }
}

fn call(function: &Function, first: &JsValue, cookies: &Cookies) -> JsValue {
    let (cookie, options) = (JsValue::from(cookies.to_object()), JsValue::from(cookies.options()));
    let outcome: Result<JsValue, JsValue> = function.call3(&JsValue::UNDEFINED, first, &cookie, &options);
    outcome.unwrap_or_else(|error| {
        timer::report(error);
        JsValue::UNDEFINED
    })
}
