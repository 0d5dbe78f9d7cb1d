//! Themes: `main.theme`, `main.themes`, `App.getTheme`, `App.setTheme`, `App.theme` (bus facts 6.4).

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::App;
use crate::dom;
use crate::interop;

const PREFERS_DARK: &str = "(prefers-color-scheme: dark)";

impl App {
    /// Takes `main.theme` (default `light`); `auto` follows the visitor's system, also when that changes.
    pub(super) fn apply_configured_theme(self: &Rc<Self>) {
        let chosen = interop::get_path(&self.config, "main.theme").as_string().unwrap_or_else(|| "light".to_owned());
        self.set_theme(&chosen);
        if chosen == "auto" {
            let query = web_sys::window().and_then(|window| window.match_media(PREFERS_DARK).ok().flatten());
            if let Some(query) = query {
                let app = Rc::clone(self);
                let _refused = dom::listen(&query, "change", move |_| {
                    app.set_theme("auto");
                    Ok(())
                });
            }
        }
    }

    /// Sets a theme by name and tells everybody its class.
    pub(super) fn set_theme(&self, name: &str) {
        let class = self.class_of(name);
        let last = self.theme.replace(class.clone());
        for element in themed(&last) {
            dom::toggle_class(&element, &last, false);
            dom::toggle_class(&element, &class, true);
        }
        self.plugin.set_data("theme", class.clone());
        self.plugin.republish("theme", interop::object(&[("theme", class.into())]));
    }

    /// The class of the current theme.
    pub(super) fn theme_class(&self) -> String {
        self.theme.borrow().clone()
    }

    fn class_of(&self, name: &str) -> String {
        let own = interop::get_path(&self.config, "main.themes");
        if let Some(class) = interop::get_string(&own, name) {
            return class;
        }
        let dark = match name {
            "dark" => true,
            "auto" => prefers_dark(),
            _ => false,
        };
        if dark { "cx-theme-dark".to_owned() } else { "cx-theme-light".to_owned() }
    }
}

fn prefers_dark() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media(PREFERS_DARK).ok().flatten())
        .is_some_and(|query| query.matches())
}

fn themed(class: &str) -> Vec<web_sys::Element> {
    let Ok(document) = dom::document() else { return Vec::new() };
    if class.is_empty() {
        return Vec::new();
    }
    let Ok(found) = document.query_selector_all(&format!(".cx-widget.{class}")) else { return Vec::new() };
    (0..found.length()).filter_map(|position| found.get(position)?.dyn_into().ok()).collect()
}
