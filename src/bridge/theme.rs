//! Light or dark: as the integrator says, else as Widgets is, else as the visitor prefers.
//!
//! Contract: bus facts, 6.4. A theme of Widgets is a class name; only `cx-theme-light` and `cx-theme-dark` are its own.

use super::bus::{Plugin, Subscription};
use super::view::dom::{call, get, window};
use crate::core::config::Theme;
use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// Sets `data-theme` on our root and, with [`Theme::Auto`], follows Widgets from now on.
pub fn follow(plugin: &Plugin, theme: Theme, root: &Element) -> Option<Subscription> {
    let dark = match theme {
        Theme::Auto => prefers_dark(),
        fixed => fixed == Theme::Dark,
    };
    put(root, dark);
    if theme != Theme::Auto {
        return None;
    }
    let (asked, told) = (root.clone(), root.clone());
    plugin.ask("App.getTheme", &js_sys::Object::new(), move |answer| {
        if let Ok(class) = answer {
            take(&asked, class);
        }
    });
    Some(plugin.subscribe("App.theme", move |event| take(&told, get(&get(&event, "data"), "theme"))))
}

fn take(root: &Element, class: JsValue) {
    if let Ok(class) = class.dyn_into::<JsString>() {
        put(root, class.includes("dark", 0));
    }
}

fn put(root: &Element, dark: bool) {
    let _ = root.set_attribute("data-theme", if dark { "dark" } else { "light" });
}

fn prefers_dark() -> bool {
    let query = window().map(|page| call(&page.into(), "matchMedia", &["(prefers-color-scheme: dark)".into()]));
    query.is_some_and(|query| get(&query, "matches").is_truthy())
}
