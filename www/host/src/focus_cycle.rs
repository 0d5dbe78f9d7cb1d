//! Keeping the keyboard inside a dialog: `Common.overlayFocusCycle` (bus facts 6.4), and what the host's own dialogs use.

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::dom;

/// What the Tab key can reach.
const STOPS: &str = "a[href], button:not([disabled]), input:not([disabled]):not([type=hidden]), select:not([disabled]), \
                     textarea:not([disabled]), iframe, [tabindex]:not([tabindex=\"-1\"])";

/// The elements inside that the Tab key reaches, in their order. What is not shown has no place on the screen.
#[must_use]
pub fn stops(root: &Element) -> Vec<HtmlElement> {
    let Ok(found) = root.query_selector_all(STOPS) else { return Vec::new() };
    let elements = (0..found.length()).filter_map(|position| found.get(position)?.dyn_into::<HtmlElement>().ok());
    elements.filter(|element| element.get_client_rects().length() > 0).collect()
}

/// From the last stop Tab goes to the first, and back with Shift. It ends with the element.
///
/// # Errors
/// Never in practice.
pub fn keep_inside(root: &Element) -> Result<(), JsValue> {
    let inside = root.clone();
    dom::listen(root, "keydown", move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>().filter(|key| key.key() == "Tab") else { return Ok(()) };
        let stops = stops(&inside);
        let (Some(first), Some(last)) = (stops.first(), stops.last()) else { return Ok(()) };
        let active = dom::document()?.active_element();
        let at = |stop: &HtmlElement| active.as_ref().is_some_and(|element| element == &**stop);
        let target = match key.shift_key() {
            true if at(first) => last,
            false if at(last) => first,
            _ => return Ok(()),
        };
        event.prevent_default();
        target.focus()
    })
}

/// Gives the keyboard to the first stop inside, else to the element itself.
pub fn enter(root: &HtmlElement) {
    let target = stops(root).into_iter().next().unwrap_or_else(|| {
        let _refused = root.set_attribute("tabindex", "-1");
        root.clone()
    });
    let _refused = target.focus();
}
