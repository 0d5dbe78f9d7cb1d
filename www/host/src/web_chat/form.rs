//! The form before the chat.

use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, HtmlInputElement};

use super::texts::Texts;
use crate::dom;
use crate::interop;

/// Field → text key, input type, autofill purpose, required?
const FIELDS: [(&str, &str, &str, &str, bool); 4] = [
    ("firstname", "ChatFormFirstName", "text", "given-name", true),
    ("lastname", "ChatFormLastName", "text", "family-name", true),
    ("email", "ChatFormEmail", "email", "email", false),
    ("subject", "ChatFormSubject", "text", "off", false),
];

/// The form's elements.
pub struct Form {
    /// The `form`.
    pub element: HtmlElement,
    inputs: Vec<(&'static str, HtmlInputElement)>,
    submit: HtmlElement,
    error: HtmlElement,
}

impl Form {
    /// Builds the form with the values of `prefill` (`{firstname, lastname, email, subject}`); `submitted` gets the values
    /// in the same shape.
    ///
    /// # Errors
    /// Outside a page.
    pub fn build(
        texts: &Texts,
        prefill: &JsValue,
        submitted: impl Fn(&Rc<Self>, Object) + 'static,
    ) -> Result<Rc<Self>, JsValue> {
        let element = dom::create("form", "cx-form")?;
        let intro = dom::create_text("p", "cx-form-intro", &texts.get("ChatFormIntro"))?;
        dom::append(&element, &[&intro])?;
        let mut inputs = Vec::new();
        for (name, key, kind, purpose, required) in FIELDS {
            let row = dom::create("div", "cx-form-row")?;
            let label = dom::create_text("label", "cx-label", &texts.get(key))?;
            let id = format!("cx-webchat-form-{name}");
            label.set_attribute("for", &id)?;
            if !required && name == "email" {
                let hint = dom::create_text("span", "cx-label-hint", &format!(" ({})", texts.get("ChatFormOptional")))?;
                dom::append(&label, &[&hint])?;
            }
            let input: HtmlInputElement = dom::create("input", "cx-input")?.unchecked_into();
            input.set_id(&id);
            input.set_name(name);
            input.set_type(kind);
            input.set_required(required);
            input.set_attribute("autocomplete", purpose)?;
            input.set_attribute("data-testid", &format!("chat-{name}"))?;
            input.set_value(&interop::get_string(prefill, name).unwrap_or_default());
            dom::append(&row, &[&label, &input])?;
            dom::append(&element, &[&row])?;
            inputs.push((name, input));
        }
        let error = dom::create("p", "cx-form-error")?;
        error.set_attribute("role", "alert")?;
        error.set_hidden(true);
        let submit = dom::button("cx-btn cx-btn-primary cx-submit", &texts.get("ChatFormSubmit"))?;
        submit.set_attribute("type", "submit")?;
        submit.set_attribute("data-testid", "chat-start")?;
        dom::append(&element, &[&error, &submit])?;
        let form = Rc::new(Self { element, inputs, submit, error });
        let this = Rc::downgrade(&form);
        dom::listen(&form.element, "submit", move |event| {
            event.prevent_default();
            if let Some(form) = this.upgrade() {
                submitted(&form, form.values());
            }
            Ok(())
        })?;
        Ok(form)
    }

    /// What the customer entered.
    #[must_use]
    pub fn values(&self) -> Object {
        let values = Object::new();
        for (name, input) in &self.inputs {
            interop::set(&values, name, input.value().trim());
        }
        values
    }

    /// Shows that a start is on its way, or gives the form back.
    pub fn set_busy(&self, label: &str, busy: bool) {
        self.submit.set_text_content(Some(label));
        dom::toggle_class(&self.submit, "cx-busy", busy);
        let state = if busy {
            self.submit.set_attribute("aria-disabled", "true")
        } else {
            self.submit.remove_attribute("aria-disabled")
        };
        let _refused = state;
    }

    /// Whether a start is on its way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.submit.has_attribute("aria-disabled")
    }

    /// Tells what went wrong; `None` takes it away.
    pub fn set_error(&self, text: Option<&str>) {
        self.error.set_hidden(text.is_none());
        self.error.set_text_content(text);
    }
}
