//! What comes of a promise, as a call that happens once.

use super::callback::once;
use super::js::call_with_two;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What is called with a promise's value, or with the reason of its failure.
pub type Answer = Box<dyn FnOnce(Result<JsValue, JsValue>)>;

/// Calls `answer` once with what becomes of the promise; `undefined` is what came of a call that failed.
pub fn settled(promise: &JsValue, answer: Answer) {
    if promise.is_undefined() {
        return answer(Err(JsValue::UNDEFINED));
    }
    let (done, failed) = either(answer);
    call_with_two(promise, "then", done, failed);
}

/// Two functions, for a value and for a reason; who is called first gives the answer.
pub fn either(answer: Answer) -> (JsValue, JsValue) {
    let answer = Rc::new(Cell::new(Some(answer)));
    (half(answer.clone(), true), half(answer, false))
}

fn half(answer: Rc<Cell<Option<Answer>>>, ok: bool) -> JsValue {
    once(move |value| {
        if let Some(answer) = answer.take() {
            answer(if ok { Ok(value) } else { Err(value) });
        }
        JsValue::UNDEFINED
    })
}
