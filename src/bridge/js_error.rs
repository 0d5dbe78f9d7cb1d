//! Errors as JavaScript sees them.

use super::js::set;
use crate::core::config::Fault;
use crate::core::error::Error;
use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

/// An `Error` with `name`, `code` and `remedy`, for rejected commands.
pub fn of(error: Error) -> JsValue {
    let js = js_sys::Error::new(error.message());
    set(&js, "name", "CXSpeechStormError");
    describe(&js, error);
    js.into()
}

/// The same for a faulty configuration, with the list `faults` of `{option, expected}`.
pub fn of_faults(faults: &[Fault]) -> JsValue {
    let js = of(Error::BadConfig);
    set(&js, "faults", fault_list(faults));
    js
}

/// The data of a `failed` event: `{code, message, remedy}`.
pub fn event_data(error: Error) -> Object {
    let data = Object::new();
    set(&data, "message", error.message());
    describe(&data, error);
    data
}

/// The list of `{option, expected}`.
pub fn fault_list(faults: &[Fault]) -> JsValue {
    faults
        .iter()
        .map(|fault| {
            let entry = Object::new();
            set(&entry, "option", fault.option);
            set(&entry, "expected", fault.expected);
            entry
        })
        .collect::<Array>()
        .into()
}

fn describe(target: &JsValue, error: Error) {
    set(target, "code", error.code());
    set(target, "remedy", error.remedy());
}
