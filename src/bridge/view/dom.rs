//! The few DOM calls that all windows share.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, Window};

/// The page's window; `None` outside a page.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The page's document.
pub(super) fn document() -> Option<Document> {
    window()?.document()
}

/// Creates an element with attributes.
pub(super) fn element(tag: &str, attributes: &[(&str, &str)]) -> Option<HtmlElement> {
    let element = document()?.create_element(tag).ok()?;
    for (name, value) in attributes {
        let _ = element.set_attribute(name, value);
    }
    element.dyn_into().ok()
}

/// Creates a button with a text.
pub(super) fn button(class: &str, text: &str) -> Option<HtmlElement> {
    let button = element("button", &[("type", "button"), ("class", class)])?;
    button.set_text_content(Some(text));
    Some(button)
}

/// Appends children in order.
pub(super) fn append(parent: &Element, children: &[&Element]) {
    for child in children {
        let _ = parent.append_child(child);
    }
}
