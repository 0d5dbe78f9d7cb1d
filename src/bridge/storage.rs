//! The ledger's place in `sessionStorage`; a page that forbids storage only loses the memory over reloads.

use super::js::{call_with, call_with_two, get, window};
use wasm_bindgen::JsValue;

const KEY: &str = "cx-speechstorm.ledger";

fn storage() -> JsValue {
    get(&window(), "sessionStorage")
}

/// The stored text, if any.
pub fn read() -> Option<String> {
    call_with(&storage(), "getItem", KEY).as_string()
}

/// Stores a text.
pub fn write(text: &str) {
    call_with_two(&storage(), "setItem", KEY, text);
}
