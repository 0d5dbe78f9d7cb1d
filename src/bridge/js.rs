//! What the page's objects have and can do, by name.
//!
//! Why not typed bindings: each costs glue of its own on both sides, and many of these are missing in some browser that we
//! serve. What is not there, and what throws, gives `undefined`.

use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: JsValue;

    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn reflect_get(target: &JsValue, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = apply)]
    fn reflect_apply(function: &JsValue, target: &JsValue, arguments: &Array) -> Result<JsValue, JsValue>;
}

/// The page's window; `undefined` outside a page.
pub fn window() -> JsValue {
    WINDOW.with(Clone::clone)
}

/// A property of an object; what is no object, such as a string, has none.
pub fn get(target: &JsValue, name: &str) -> JsValue {
    reflect_get(target, name).unwrap_or_default()
}

/// Calls a method.
pub fn call(target: &JsValue, method: &str) -> JsValue {
    try_call(target, method, Array::new()).unwrap_or_default()
}

/// Calls a method with an argument.
pub fn call_with(target: &JsValue, method: &str, argument: impl Into<JsValue>) -> JsValue {
    try_call(target, method, one(argument.into())).unwrap_or_default()
}

/// Calls a method with two arguments.
pub fn call_with_two(target: &JsValue, method: &str, first: impl Into<JsValue>, second: impl Into<JsValue>) -> JsValue {
    try_call(target, method, two(first.into(), second.into())).unwrap_or_default()
}

/// Calls a method.
///
/// # Errors
/// What it throws; a `TypeError` when it is not there.
pub fn try_call(target: &JsValue, method: &str, arguments: Array) -> Result<JsValue, JsValue> {
    reflect_apply(&get(target, method), target, &arguments)
}

/// One argument.
pub fn one(argument: JsValue) -> Array {
    let arguments = Array::new();
    arguments.push(&argument);
    arguments
}

/// Two arguments.
pub fn two(first: JsValue, second: JsValue) -> Array {
    let arguments = one(first);
    arguments.push(&second);
    arguments
}
