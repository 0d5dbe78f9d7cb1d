//! Reads configuration and command data from JavaScript objects.
//!
//! Why by hand: `serde-wasm-bindgen` for these two structs made the wasm 11 kB (brotli) heavier.

use crate::core::config::Options;
use crate::core::launch::Chat;
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

/// A property of the wrong type; its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongType(pub &'static str);

/// Reads options; absent, `undefined` and `null` ones stay unset.
///
/// # Errors
/// [`WrongType`] names the first option whose value has the wrong type.
pub fn options(data: &JsValue) -> Result<Options, WrongType> {
    Ok(Options {
        base_url: text(data, "baseURL")?,
        domain: text(data, "domain")?,
        placement: text(data, "placement")?,
        accept_from: texts(data, "acceptFrom")?,
        report: text(data, "report")?,
        load_timeout: number(data, "loadTimeout")?,
        request_max_age: number(data, "requestMaxAge")?,
    })
}

/// Reads the data of `open`: the token alone, or with all four chat values.
pub fn open(data: &JsValue) -> Option<(String, Option<Chat>)> {
    let token = text(data, "appToken").ok()??;
    let value = |name| text(data, name).ok().flatten().filter(|text| !text.is_empty());
    let names = ["chatMessage", "chatInteractionID", "chatSecureKey", "chatUserID"];
    match names.map(value) {
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
    Reflect::get(data, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

fn text(data: &JsValue, name: &'static str) -> Result<Option<String>, WrongType> {
    property(data, name).map(|value| value.as_string().ok_or(WrongType(name))).transpose()
}

fn number(data: &JsValue, name: &'static str) -> Result<Option<f64>, WrongType> {
    property(data, name).map(|value| value.as_f64().ok_or(WrongType(name))).transpose()
}

fn texts(data: &JsValue, name: &'static str) -> Result<Option<Vec<String>>, WrongType> {
    let Some(value) = property(data, name) else { return Ok(None) };
    let list = value.dyn_into::<Array>().map_err(|_| WrongType(name))?;
    list.iter().map(|entry| entry.as_string()).collect::<Option<_>>().map(Some).ok_or(WrongType(name))
}
