//! Light or dark: as the integrator says, else as Widgets is, else as the visitor prefers.
//!
//! Contract: bus facts, 6.4. A theme of Widgets is a class name; only `cx-theme-light` and `cx-theme-dark` are its own.

use super::js::{call_with, get, window};
use super::view::dom::attribute;
use crate::core::config::Theme;
use wasm_bindgen::prelude::*;
use web_sys::Element;

const ATTRIBUTE: &str = "data-theme";
const DARK: &str = "dark";

/// Sets `data-theme` on our root. With [`Theme::Auto`], [`follow`] is to be called with what Widgets says.
pub fn set(root: &Element, theme: Theme) {
    let dark = match theme {
        Theme::Auto => {
            let query = call_with(&window(), "matchMedia", "(prefers-color-scheme: dark)");
            get(&query, "matches").is_truthy()
        }
        fixed => fixed == Theme::Dark,
    };
    put(root, dark);
}

/// Takes over the class of `App.getTheme` or `App.theme`.
pub fn follow(root: &Element, class: JsValue) {
    if let Some(class) = class.as_string() {
        // Why not `contains`: its searcher is larger than this whole module.
        put(root, class.as_bytes().windows(DARK.len()).any(|part| part == DARK.as_bytes()));
    }
}

/// Whether our root is dark now.
pub fn is_dark(root: &Element) -> bool {
    root.get_attribute(ATTRIBUTE).is_some_and(|theme| theme == DARK)
}

fn put(root: &Element, dark: bool) {
    attribute(root, ATTRIBUTE, if dark { DARK } else { "light" });
}
