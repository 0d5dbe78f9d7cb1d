//! Reads configuration and command data from JavaScript objects.
//!
//! Why by hand: `serde-wasm-bindgen` for these two structs made the wasm 11 kB (brotli) heavier.

use crate::core::launch::Chat;
use crate::core::options::{Options, Source, WrongType};
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

/// An object of the page.
struct Given<'a>(&'a JsValue);

impl Source for Given<'_> {
    fn text(&self, name: &'static str) -> Result<Option<String>, WrongType> {
        self.read(name, |value| value.as_string())
    }

    fn texts(&self, name: &'static str) -> Result<Option<Vec<String>>, WrongType> {
        self.read(name, |value| value.dyn_ref::<Array>()?.iter().map(|entry| entry.as_string()).collect())
    }

    fn number(&self, name: &'static str) -> Result<Option<f64>, WrongType> {
        self.read(name, |value| value.as_f64())
    }

    fn flag(&self, name: &'static str) -> Result<Option<bool>, WrongType> {
        self.read(name, |value| value.as_bool())
    }
}

impl Given<'_> {
    fn read<T>(&self, name: &'static str, convert: impl Fn(&JsValue) -> Option<T>) -> Result<Option<T>, WrongType> {
        match property(self.0, name) {
            None => Ok(None),
            Some(value) => convert(&value).map(Some).ok_or(WrongType(name)),
        }
    }
}

/// Reads options; absent, `undefined` and `null` ones stay unset.
///
/// # Errors
/// The first option whose value has the wrong type.
pub fn options(data: &JsValue) -> Result<Options, WrongType> {
    Options::read(&Given(data))
}

/// Reads the data of `open`: the token alone, or with all four chat values.
pub fn open(data: &JsValue) -> Option<(String, Option<Chat>)> {
    let text = |name| Given(data).text(name).ok().flatten().filter(|text| !text.is_empty());
    let token = text("appToken")?;
    let names = ["chatMessage", "chatInteractionID", "chatSecureKey", "chatUserID"];
    match names.map(text) {
        [Some(message), Some(interaction_id), Some(secure_key), Some(user_id)] => {
            Some((token, Some(Chat { message, interaction_id, secure_key, user_id })))
        }
        [None, None, None, None] => Some((token, None)),
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
    let own = js_sys::Object::has_own(data.dyn_ref::<js_sys::Object>()?, &name.into());
    if own { Reflect::get(data, &name.into()).ok() } else { None }
}
