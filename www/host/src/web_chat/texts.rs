//! What the window says: what the page's language table (`main.i18n`, section `webchat`) has for a key, else the window's own
//! words in the page's language.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use super::words;
use crate::dom;
use crate::interop;

/// Marks of elements whose words change with the language: their text, their name, what stands in an empty field.
const TEXT: &str = "data-cx-text";
const NAME: &str = "data-cx-name";
const HINT: &str = "data-cx-hint";

/// Texts of the window in the page's language.
#[derive(Default)]
pub struct Texts {
    table: RefCell<JsValue>,
    language: RefCell<String>,
}

impl Texts {
    /// Takes the data of `App.i18n`.
    pub fn take(&self, table: &JsValue) {
        self.table.replace(interop::get(table, "webchat"));
    }

    /// Takes the data of `App.language`, a code.
    pub fn speak(&self, code: &str) {
        code.clone_into(&mut self.language.borrow_mut());
    }

    /// The text of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        let own = interop::get_string(&self.table.borrow(), key);
        own.unwrap_or_else(|| words::word(&self.language.borrow(), key).to_owned())
    }

    /// The text of a key with its one placeholder (`<%name%>`) filled in.
    #[must_use]
    pub fn fill(&self, key: &str, placeholder: &str, value: &str) -> String {
        self.get(key).replace(&format!("<%{placeholder}%>"), value)
    }

    /// The page's own text for a code of an `error`: `Errors` of the section, by the code.
    #[must_use]
    pub fn of_error(&self, code: &str) -> Option<String> {
        interop::get_string(&interop::get(&self.table.borrow(), "Errors"), code)
    }

    /// A size of a file in words.
    #[must_use]
    pub fn size(&self, bytes: f64) -> String {
        let (key, count) = match bytes {
            _ if bytes >= 1_048_576.0 => ("SizeMegabytes", format!("{:.1}", bytes / 1_048_576.0)),
            _ if bytes >= 10_240.0 => ("SizeKilobytes", format!("{:.0}", bytes / 1024.0)),
            _ if bytes >= 1024.0 => ("SizeKilobytes", format!("{:.1}", bytes / 1024.0)),
            _ => ("SizeBytes", format!("{bytes:.0}")),
        };
        self.fill(key, "count", count.trim_end_matches(".0"))
    }

    /// A new element with the text of a key, in whatever language the page turns to.
    ///
    /// # Errors
    /// A tag that is none.
    pub fn element(&self, tag: &str, classes: &str, key: &str) -> Result<HtmlElement, JsValue> {
        let element = dom::create_text(tag, classes, &self.get(key))?;
        element.set_attribute(TEXT, key)?;
        Ok(element)
    }

    /// A push button with such a text.
    ///
    /// # Errors
    /// Outside a page.
    pub fn button(&self, classes: &str, key: &str) -> Result<HtmlElement, JsValue> {
        let button = dom::button(classes, &self.get(key))?;
        button.set_attribute(TEXT, key)?;
        Ok(button)
    }

    /// Names an element for assistive technology by the text of a key; buttons show it as a tip, too.
    pub fn name(&self, element: &Element, key: &str) {
        let _refused = element.set_attribute(NAME, key);
        self.show_name(element, key);
    }

    /// What an empty field shows.
    pub fn hint(&self, field: &Element, key: &str) {
        let _refused = field.set_attribute(HINT, key);
        let _refused = field.set_attribute("placeholder", &self.get(key));
    }

    /// Says everything below `root` in the language of now.
    pub fn translate(&self, root: &Element) {
        each(root, TEXT, |element, key| element.set_text_content(Some(&self.get(key))));
        each(root, NAME, |element, key| self.show_name(element, key));
        each(root, HINT, |element, key| {
            let _refused = element.set_attribute("placeholder", &self.get(key));
        });
    }

    fn show_name(&self, element: &Element, key: &str) {
        let text = self.get(key);
        let _refused = element.set_attribute("aria-label", &text);
        if element.tag_name() == "BUTTON" {
            let _refused = element.set_attribute("title", &text);
        }
    }
}

fn each(root: &Element, mark: &str, change: impl Fn(&Element, &str)) {
    let Ok(found) = root.query_selector_all(&format!("[{mark}]")) else { return };
    let elements = (0..found.length()).filter_map(|position| found.get(position)?.dyn_into::<Element>().ok());
    for element in elements {
        if let Some(key) = element.get_attribute(mark) {
            change(&element, &key);
        }
    }
}
