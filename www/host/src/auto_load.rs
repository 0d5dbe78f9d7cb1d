//! The plugins that the next page is to load: one list in a cookie, to which everybody adds their own (bus facts 2,
//! `registerAutoLoad`, and 3).

use js_sys::{JSON, Object};
use wasm_bindgen::JsValue;

use crate::cookies::Cookies;
use crate::interop;

const LIST: &str = "_genesys.widgets.app.autoLoadList";

/// Puts plugins on the list (`wanted`) or strikes them off; the others' entries stay.
pub fn set(cookies: &Cookies, plugins: &[&str], wanted: bool) {
    let list = read(cookies).unwrap_or_else(|| Object::new().into());
    for plugin in plugins {
        interop::set(&list, plugin, wanted);
    }
    cookies.set(LIST, &interop::to_json(&list));
}

/// The plugins that earlier pages have put on the list.
#[must_use]
pub fn wanted(cookies: &Cookies) -> Vec<String> {
    let list = read(cookies).unwrap_or_default();
    interop::keys(&list).into_iter().filter(|name| interop::get(&list, name).is_truthy()).collect()
}

fn read(cookies: &Cookies) -> Option<JsValue> {
    cookies.get(LIST).and_then(|text| JSON::parse(&text).ok()).filter(JsValue::is_object)
}
