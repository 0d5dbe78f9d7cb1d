//! Bodies of requests: `application/x-www-form-urlencoded` with bracket keys, the same in many parts with a file, or as an
//! object for CometD (bus facts, section 3).

use js_sys::{Object, encode_uri_component};
use wasm_bindgen::JsValue;
use web_sys::{File, FormData};

use crate::interop;

/// The fields of one request, in their order.
#[derive(Default)]
pub struct Fields {
    leaves: Vec<(String, String)>,
    object: Object,
    file: Option<(String, File)>,
}

impl Fields {
    /// Adds a field.
    pub fn put(&mut self, key: &str, value: &str) {
        interop::set(&self.object, key, value);
        self.leaves.push((key.to_owned(), value.to_owned()));
    }

    /// Adds an object: a field per leaf, as `name[key][inner]`.
    pub fn put_tree(&mut self, name: &str, value: &JsValue) {
        interop::set(&self.object, name, value.clone());
        self.put_leaves(name, value);
    }

    fn put_leaves(&mut self, name: &str, value: &JsValue) {
        if value.is_object() {
            for key in interop::keys(value) {
                self.put_leaves(&format!("{name}[{key}]"), &interop::get(value, &key));
            }
        } else {
            self.leaves.push((name.to_owned(), text_of(value)));
        }
    }

    /// Adds a file, for [`Fields::into_parts`].
    pub fn attach(&mut self, key: &str, file: File) {
        self.file = Some((key.to_owned(), file));
    }

    /// The fields in one line, encoded.
    #[must_use]
    pub fn into_line(self) -> String {
        let pairs = self.leaves.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// The fields and the file in parts of their own.
    ///
    /// # Errors
    /// The browser's own, which has none for texts and files.
    pub fn into_parts(self) -> Result<FormData, JsValue> {
        let parts = FormData::new()?;
        for (key, value) in &self.leaves {
            parts.append_with_str(key, value)?;
        }
        if let Some((key, file)) = &self.file {
            parts.append_with_blob_and_filename(key, file, &file.name())?;
        }
        Ok(parts)
    }

    /// The fields as an object, in which objects are not flattened.
    #[must_use]
    pub fn into_object(self) -> Object {
        self.object
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
