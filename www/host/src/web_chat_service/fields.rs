//! Bodies of requests: `application/x-www-form-urlencoded` with bracket keys (bus facts, section 3).

use js_sys::encode_uri_component;
use wasm_bindgen::JsValue;

use crate::interop;

/// The fields of one request, in their order.
#[derive(Default)]
pub struct Fields {
    body: String,
}

impl Fields {
    /// Adds a field.
    pub fn put(&mut self, key: &str, value: &str) {
        if !self.body.is_empty() {
            self.body.push('&');
        }
        self.body.push_str(&encode(key));
        self.body.push('=');
        self.body.push_str(&encode(value));
    }

    /// Adds a field per leaf of an object, as `name[key][inner]`.
    pub fn put_tree(&mut self, name: &str, value: &JsValue) {
        if value.is_object() {
            for key in interop::keys(value) {
                self.put_tree(&format!("{name}[{key}]"), &interop::get(value, &key));
            }
        } else {
            self.put(name, &text_of(value));
        }
    }

    /// The encoded body.
    #[must_use]
    pub fn into_body(self) -> String {
        self.body
    }
}

fn encode(text: &str) -> String {
    encode_uri_component(text).as_string().unwrap_or_default().replace("%20", "+")
}

/// A leaf as text; empty for `null` and `undefined`.
#[must_use]
pub fn text_of(value: &JsValue) -> String {
    value
        .as_string()
        .or_else(|| value.as_f64().map(|number| number.to_string()))
        .or_else(|| value.as_bool().map(|flag| flag.to_string()))
        .unwrap_or_default()
}
