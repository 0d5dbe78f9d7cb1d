//! Rust functions that JavaScript can call.
//!
//! Why all of one of two kinds, and boxed: each further type of closure costs its own glue, many times over.

use wasm_bindgen::prelude::*;

/// A function that can be called as long as it is kept.
pub type Callback = Closure<dyn FnMut(JsValue)>;

/// Makes a function that is called with one argument.
pub fn callback(call: impl FnMut(JsValue) + 'static) -> Callback {
    Closure::wrap(Box::new(call) as Box<dyn FnMut(JsValue)>)
}

/// Makes a function that can be called once, and frees itself then.
pub fn once(call: impl FnOnce(JsValue) -> JsValue + 'static) -> JsValue {
    boxed(Box::new(call))
}

fn boxed(call: Box<dyn FnOnce(JsValue) -> JsValue>) -> JsValue {
    Closure::once_into_js(call)
}
