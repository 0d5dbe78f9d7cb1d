//! The page's body, which a script in the head comes before.

use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use crate::dom;

/// Appends an element to the body: at once, or as soon as the page has one.
///
/// # Errors
/// Outside a page.
pub fn append(element: &HtmlElement) -> Result<(), JsValue> {
    let document = dom::document()?;
    if let Some(body) = document.body() {
        return dom::append(&body, &[element]);
    }
    let element = element.clone();
    dom::listen(&document, "DOMContentLoaded", move |_| {
        let body = dom::document()?.body().ok_or("no body")?;
        dom::append(&body, &[&element])
    })
}

/// Whether elements can be on the page already.
pub fn is_there() -> bool {
    dom::document().is_ok_and(|document| document.body().is_some())
}
