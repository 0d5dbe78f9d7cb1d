//! The few DOM calls that all windows share.

use crate::bridge::js::{self, call_with_two, get};
use crate::core::text::decimal;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement, Window};

/// The page's window; `None` outside a page.
pub fn window() -> Option<Window> {
    js::window().dyn_into().ok()
}

/// The page's origin as the browser prints it; `"null"` for pages that have none.
pub fn page_origin() -> String {
    get(&get(&js::window(), "location"), "origin").as_string().unwrap_or_default()
}

/// The page's document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// The first element that the selector finds.
pub fn find(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok()?
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

/// Sets a custom property of our stylesheet.
pub(super) fn style(element: &Element, name: &str, value: String) {
    call_with_two(&get(element, "style"), "setProperty", ["--cx-speechstorm-", name].concat(), value);
}

/// Whole pixels for a style.
pub(super) fn pixels(number: f64) -> String {
    [&decimal(number.round() as u32), "px"].concat()
}

/// The element that has the focus, if it is more than the page itself.
pub(super) fn focused() -> Option<HtmlElement> {
    document()?.active_element()?.dyn_into().ok()
}
