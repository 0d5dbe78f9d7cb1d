//! The data plugins share (bus facts 1.5, `data`).

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::Bus;
use crate::interop;

impl Bus {
    /// Reads `Plugin.key`, or one's own `key`; `undefined` where nothing was stored.
    #[must_use]
    pub(super) fn stored(&self, reader: &str, key: &str) -> JsValue {
        let full_key = if key.contains('.') { key.to_owned() } else { format!("{reader}.{key}") };
        self.state.store.borrow().get(&full_key).cloned().unwrap_or_default()
    }

    /// Stores under `<owner>.<key>` (the prefix is always put before) and publishes a change.
    pub(super) fn store(&self, owner: &str, key: &str, value: JsValue) {
        let last = self.state.store.borrow_mut().insert(format!("{owner}.{key}"), value.clone()).unwrap_or_default();
        if Object::is(&last, &value) {
            return;
        }
        let change = interop::object(&[("last", last), ("value", value.clone()), ("time", interop::now().into())]);
        self.publish(owner, "data", change.clone().into());
        self.publish(owner, &format!("data.{key}"), change.clone().into());
        if let Some(text) = printed(&value) {
            self.publish(owner, &format!("data.{key}:{text}"), change.into());
        }
    }
}

fn printed(value: &JsValue) -> Option<String> {
    value
        .as_string()
        .or_else(|| value.as_bool().map(|value| value.to_string()))
        .or_else(|| value.as_f64().map(|value| value.to_string()))
        .or_else(|| value.is_null().then(|| "null".to_owned()))
}
