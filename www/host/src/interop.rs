//! JavaScript values by name: the few operations the rest of the crate needs to handle plain objects and functions.
//!
//! Functions given to JavaScript are owned by its garbage collector (`Closure::into_js_value`), because plugins may
//! keep any of them for as long as they like. All of them are `Fn`: the bus re-enters itself.

use js_sys::{Array, Function, JsString, Object, Proxy, Reflect};
use wasm_bindgen::prelude::*;

/// What a function called from JavaScript received: its first four arguments, `undefined` where missing.
pub type Arguments = [JsValue; 4];

/// Makes a JavaScript function of a Rust one. An `Err` is thrown to the JavaScript caller.
pub fn function(body: impl Fn(Arguments) -> Result<JsValue, JsValue> + 'static) -> Function {
    let closure = Closure::<dyn Fn(JsValue, JsValue, JsValue, JsValue) -> Result<JsValue, JsValue>>::new(
        move |a: JsValue, b: JsValue, c: JsValue, d: JsValue| body([a, b, c, d]),
    );
    closure.into_js_value().unchecked_into()
}

/// A function that takes any number of arguments, which a function of Rust cannot. `body` is called with itself, `this` and
/// an array of what was given.
#[must_use]
pub fn taking_any_number(body: &JsValue) -> JsValue {
    Proxy::new(body, &object(&[("apply", body.clone())])).into()
}

/// Reads `target[key]`; `undefined` where there is nothing to read from.
#[must_use]
pub fn get(target: &JsValue, key: &str) -> JsValue {
    Reflect::get(target, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED)
}

/// Reads a path such as `main.theme`; `undefined` as soon as one step is missing.
#[must_use]
pub fn get_path(target: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(target.clone(), |value, key| get(&value, key))
}

/// Reads a text property; `None` for anything that is not a string.
#[must_use]
pub fn get_string(target: &JsValue, key: &str) -> Option<String> {
    get(target, key).as_string()
}

/// Reads a number property; `None` for anything that is not a number.
#[must_use]
pub fn get_number(target: &JsValue, key: &str) -> Option<f64> {
    get(target, key).as_f64()
}

/// Sets `target[key]`; a target that refuses (frozen, not an object) is left as it is.
pub fn set(target: &JsValue, key: &str, value: impl Into<JsValue>) {
    let _refused = Reflect::set(target, &JsValue::from_str(key), &value.into());
}

/// Makes an object of pairs, in their order.
#[must_use]
pub fn object(entries: &[(&str, JsValue)]) -> Object {
    let made = Object::new();
    for (key, value) in entries {
        set(&made, key, value);
    }
    made
}

/// The own enumerable keys of an object in their order; empty for anything else.
#[must_use]
pub fn keys(target: &JsValue) -> Vec<String> {
    // Not by `instanceof`: what comes from another realm, as out of a frame or of a test's sandbox, has another `Object`.
    if !target.is_object() && !target.is_function() {
        return Vec::new();
    }
    Object::keys(target.unchecked_ref::<Object>()).iter().filter_map(|key: JsValue| key.as_string()).collect()
}

/// Copies the own properties of each source onto `target`, later ones over earlier ones.
pub fn assign(target: &Object, sources: &[&JsValue]) {
    for source in sources {
        for key in keys(source) {
            set(target, &key, get(source, &key));
        }
    }
}

/// A deep copy of plain data, as through JSON; `undefined` where the value is no data.
#[must_use]
pub fn deep_copy(value: &JsValue) -> JsValue {
    js_sys::JSON::stringify(value)
        .ok()
        .and_then(|text| js_sys::JSON::parse(&String::from(text)).ok())
        .unwrap_or_default()
}

/// A value as JSON text; empty where it has none.
#[must_use]
pub fn to_json(value: &JsValue) -> String {
    js_sys::JSON::stringify(value).ok().and_then(|text: JsString| text.as_string()).unwrap_or_default()
}

/// The number of elements of an array-like value; 0 for anything else.
#[must_use]
pub fn length(value: &JsValue) -> u32 {
    value.dyn_ref::<Array>().map_or(0, Array::length)
}

/// An array of the given values.
#[must_use]
pub fn array(values: impl IntoIterator<Item = JsValue>) -> Array {
    values.into_iter().collect()
}

/// Milliseconds since 1970 by the browser's clock.
#[must_use]
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// A random identifier in the usual shape of 36 characters; unique enough for names of events, no secret.
#[must_use]
pub fn guid() -> String {
    let mut made = String::with_capacity(36);
    for position in 0..36 {
        match position {
            8 | 13 | 18 | 23 => made.push('-'),
            14 => made.push('4'),
            _ => {
                let digit = (js_sys::Math::random() * 16.0) as u32;
                made.push(char::from_digit(digit, 16).unwrap_or('0'));
            }
        }
    }
    made
}

/// Whether the value is an object (or function) that properties can be read from.
#[must_use]
pub fn is_object(value: &JsValue) -> bool {
    value.is_object() || value.is_function()
}
