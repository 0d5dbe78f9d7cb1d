//! Reads configuration and command data from JavaScript objects.
//!
//! Why by hand: `serde-wasm-bindgen` for these two structs made the wasm 11 kB (brotli) heavier.

use super::js::{get, texts};
use crate::core::launch::Chat;
use crate::core::options::{Options, Source};
use js_sys::Object;
use wasm_bindgen::prelude::*;

/// An object of the page.
struct Given<'a> {
    data: &'a JsValue,
    /// The first option that was of the wrong type.
    wrong: Option<&'static str>,
}

impl Source for Given<'_> {
    fn text(&mut self, name: &'static str) -> Option<String> {
        let value = property(self.data, name)?;
        self.checked(name, value.as_string())
    }

    fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let value = property(self.data, name)?;
        self.checked(name, texts(&value, usize::MAX, &|text| text.as_string()))
    }

    fn number(&mut self, name: &'static str) -> Option<f64> {
        let value = property(self.data, name)?;
        self.checked(name, value.as_f64())
    }

    fn flag(&mut self, name: &'static str) -> Option<bool> {
        let value = property(self.data, name)?;
        self.checked(name, value.as_bool())
    }
}

impl Given<'_> {
    /// Notes the option when its value was of the wrong type.
    fn checked<T>(&mut self, name: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.wrong = self.wrong.or(Some(name));
        }
        value
    }
}

/// Reads options; absent, `undefined` and `null` ones stay unset, and so do those of the wrong type, the first of which is named.
///
/// Why the others count: a number written as a text must not switch off the customer's consent or the card guard.
pub fn options(data: &JsValue) -> (Options, Option<&'static str>) {
    let mut given = Given { data, wrong: None };
    (Options::read(&mut given), given.wrong)
}

/// Reads the data of `open`: the token alone, or with all four chat values.
pub fn open(data: &JsValue) -> Option<(String, Option<Chat>)> {
    let text = |name| property(data, name)?.as_string().filter(|text| !text.is_empty());
    let token = text("appToken")?;
    match (text("chatMessage"), text("chatInteractionID"), text("chatSecureKey"), text("chatUserID")) {
        (Some(message), Some(interaction_id), Some(secure_key), Some(user_id)) => {
            Some((token, Some(Chat { message, interaction_id, secure_key, user_id })))
        }
        (None, None, None, None) => Some((token, None)),
        _ => None,
    }
}

/// Whether the data of `close` ask to skip the hang-up's grace.
pub fn immediately(data: &JsValue) -> bool {
    property(data, "immediately").is_some_and(|value| value.is_truthy())
}

fn property(data: &JsValue, name: &str) -> Option<JsValue> {
    own(data, name).filter(|value| !value.is_undefined() && !value.is_null())
}

/// Only the object's own properties: a polluted `Object.prototype` must not configure payments.
pub fn own(data: &JsValue, name: &str) -> Option<JsValue> {
    // Why not `dyn_ref`: an object that another window of the page has made is none of this window's `Object`.
    let own = data.is_object() && Object::has_own(data.unchecked_ref::<Object>(), &name.into());
    own.then(|| get(data, name))
}
