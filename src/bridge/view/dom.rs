//! The few DOM calls that all windows share.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement, Window};

/// The page's window; `None` outside a page.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The page's origin as the browser prints it; `"null"` for pages that have none.
pub fn page_origin() -> String {
    window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// The page's document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// A property; `undefined` where there is none.
pub fn get(target: &JsValue, name: &str) -> JsValue {
    Reflect::get(target, &name.into()).unwrap_or_default()
}

/// Calls a method that may not be there; `undefined` when it is not, or throws.
///
/// Why not typed bindings: each costs glue, and most of these are missing in some browser that we serve.
pub fn call(target: &JsValue, method: &str, arguments: &[JsValue]) -> JsValue {
    let arguments: Array = arguments.iter().collect();
    let method = get(target, method).dyn_into::<Function>().ok();
    method.and_then(|method| method.apply(target, &arguments).ok()).unwrap_or_default()
}

/// Creates an element with attributes.
pub(super) fn element(tag: &str, attributes: &[(&str, &str)]) -> Option<HtmlElement> {
    let element = document()?.create_element(tag).ok()?;
    for (name, value) in attributes {
        attribute(&element, name, value);
    }
    element.dyn_into().ok()
}

/// Sets an attribute.
pub fn attribute(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Sets an attribute without a value, or takes it away.
pub(super) fn flag(element: &Element, name: &str, on: bool) {
    let _ = element.toggle_attribute_with_force(name, on);
}

/// Sets a text; a live region is not told the same again. An element without text is hidden.
pub(super) fn text(element: &HtmlElement, text: &str) {
    if element.text_content().is_none_or(|old| old != text) {
        element.set_text_content(Some(text));
    }
    element.set_hidden(text.is_empty());
}

/// Appends children in order.
pub(super) fn append(parent: &Element, children: &[&Element]) {
    for child in children {
        let _ = parent.append_child(child);
    }
}

/// Whole pixels for a style.
pub(super) fn pixels(number: f64) -> String {
    [&(number.round() as i32).to_string(), "px"].concat()
}

/// The element that has the focus, if it is more than the page itself.
pub(super) fn focused() -> Option<HtmlElement> {
    document()?.active_element()?.dyn_into().ok()
}
