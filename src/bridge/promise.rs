//! What comes of a promise, as a call that happens once.

use super::view::dom;
use js_sys::Promise;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Calls `answer` once with what `next` makes of the promise's value.
pub fn then(
    promise: Result<Promise, JsValue>,
    next: impl FnOnce(JsValue) -> Result<JsValue, JsValue> + 'static,
    answer: impl FnOnce(Result<JsValue, JsValue>) + 'static,
) {
    let promise = match promise {
        Ok(promise) => promise,
        Err(error) => return answer(Err(error)),
    };
    let next = Closure::once_into_js(move |value: JsValue| match next(value) {
        Ok(value) => Promise::resolve(&value),
        Err(error) => Promise::reject(&error),
    });
    let answer = Rc::new(Cell::new(Some(answer)));
    let settle = |ok: bool| {
        let answer = answer.clone();
        Closure::once_into_js(move |value: JsValue| {
            if let Some(answer) = answer.take() {
                answer(if ok { Ok(value) } else { Err(value) });
            }
        })
    };
    let chained = dom::call(&promise, "then", &[next]);
    let _ = dom::call(&chained, "then", &[settle(true), settle(false)]);
}
