//! The form before the chat.

use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use super::form_fields::{Field, KNOWN, Kind, Label};
use super::texts::Texts;
use crate::dom;
use crate::element_list;
use crate::interop;

/// What the page's own checks get besides the elements: the stand-in for jQuery, the bus, Common.
#[derive(Clone)]
pub struct Helpers {
    /// `window.CXBus`.
    pub bus: JsValue,
    /// `_genesys.widgets.common`.
    pub common: JsValue,
}

/// The form's elements.
pub struct Form {
    /// The `form`.
    pub element: HtmlElement,
    rows: Vec<Row>,
    submit: HtmlElement,
    error: HtmlElement,
    helpers: Helpers,
}

struct Row {
    field: Field,
    input: HtmlElement,
    label: HtmlElement,
    fault: HtmlElement,
}

impl Form {
    /// Builds the form; `submitted` is called when everything that must be filled in is, and nothing is wrong.
    ///
    /// # Errors
    /// Outside a page.
    pub fn build(
        texts: &Rc<Texts>,
        fields: Vec<Field>,
        helpers: Helpers,
        submitted: impl Fn(&Rc<Self>) + 'static,
    ) -> Result<Rc<Self>, JsValue> {
        let element = dom::create("form", "cx-form")?;
        // What is wrong is said here, in the page's language, and not by the browser.
        element.set_attribute("novalidate", "")?;
        let intro = texts.element("p", "cx-form-intro", "ChatFormIntro")?;
        dom::append(&element, &[&intro])?;
        let mut rows = Vec::new();
        for field in fields {
            let row = Row::build(field, texts)?;
            row.attach(&element)?;
            rows.push(row);
        }
        let error = dom::create("p", "cx-form-error")?;
        error.set_attribute("role", "alert")?;
        error.set_hidden(true);
        let submit = texts.button("cx-btn cx-btn-primary cx-submit", "ChatFormSubmit")?;
        submit.set_attribute("type", "submit")?;
        submit.set_attribute("data-testid", "chat-start")?;
        dom::append(&element, &[&error, &submit])?;
        let form = Rc::new(Self { element, rows, submit, error, helpers });
        let (this, words) = (Rc::downgrade(&form), Rc::clone(texts));
        dom::listen(&form.element, "submit", move |event| {
            event.prevent_default();
            let Some(form) = this.upgrade() else { return Ok(()) };
            if form.check(&words, &event)? {
                submitted(&form);
            }
            Ok(())
        })?;
        for position in 0..form.rows.len() {
            form.watch(position, texts)?;
        }
        Ok(form)
    }

    /// What the customer entered: what the chat service knows by its name, everything else in `userData`.
    #[must_use]
    pub fn values(&self) -> Object {
        let (values, user_data) = (Object::new(), Object::new());
        for row in &self.rows {
            let name = row.field.name.as_str();
            interop::set(if KNOWN.contains(&name) { &values } else { &user_data }, name, row.value());
        }
        if !interop::keys(&user_data).is_empty() {
            interop::set(&values, "userData", user_data);
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

    /// A field that was wrong is looked at again with each change, one with `validateWhileTyping` always.
    fn watch(self: &Rc<Self>, position: usize, texts: &Rc<Texts>) -> Result<(), JsValue> {
        let Some(row) = self.rows.get(position) else { return Ok(()) };
        let (this, words) = (Rc::downgrade(self), Rc::clone(texts));
        dom::listen(&row.input, "input", move |event| {
            let Some(form) = this.upgrade() else { return Ok(()) };
            let Some(row) = form.rows.get(position) else { return Ok(()) };
            if row.field.while_typing || row.input.get_attribute("aria-invalid").as_deref() == Some("true") {
                row.check(&form, &words, &event)?;
            }
            Ok(())
        })
    }

    /// Whether all is well; the keyboard goes to the first field that is not.
    fn check(&self, texts: &Texts, event: &JsValue) -> Result<bool, JsValue> {
        let mut first: Option<&Row> = None;
        for row in &self.rows {
            if !row.check(self, texts, event)? {
                first = first.or(Some(row));
            }
        }
        match first {
            None => Ok(true),
            Some(row) => row.input.focus().map(|()| false),
        }
    }
}

impl Row {
    fn build(field: Field, texts: &Texts) -> Result<Self, JsValue> {
        let label = match &field.label {
            Label::Key(key) => texts.element("label", "cx-label", key)?,
            Label::Words(words) => dom::create_text("label", "cx-label", words)?,
        };
        label.set_attribute("for", &field.id)?;
        let input = match field.kind {
            Kind::Area => dom::create("textarea", "cx-input")?,
            Kind::Choice => choice(&field)?,
            Kind::Tick => dom::create("input", "cx-tick")?,
            Kind::Line(_) | Kind::Hidden => dom::create("input", "cx-input")?,
        };
        let kind = match field.kind {
            Kind::Line(kind) => Some(kind),
            Kind::Tick => Some("checkbox"),
            Kind::Hidden => Some("hidden"),
            Kind::Area | Kind::Choice => None,
        };
        if let Some(kind) = kind {
            input.set_attribute("type", kind)?;
        }
        input.set_id(&field.id);
        input.set_attribute("name", &field.name)?;
        input.set_attribute("autocomplete", field.autocomplete)?;
        input.set_attribute("data-testid", &format!("chat-{}", field.name))?;
        if field.required {
            input.set_attribute("required", "")?;
        }
        if !field.placeholder.is_empty() {
            input.set_attribute("placeholder", &field.placeholder)?;
        }
        if let Some(longest) = field.longest {
            input.set_attribute("maxlength", &longest.to_string())?;
        }
        if field.kind == Kind::Tick {
            interop::set(&input, "checked", field.value == "true");
        } else if !field.value.is_empty() || field.kind != Kind::Choice {
            interop::set(&input, "value", field.value.as_str());
        }
        let fault = dom::create("p", "cx-field-error")?;
        fault.set_id(&format!("{}-error", field.id));
        fault.set_hidden(true);
        if field.optional {
            // Beside the label's own words, which change with the language.
            let hint = texts.element("span", "cx-label-hint", "ChatFormOptional")?;
            let words = dom::create("span", "cx-label-row")?;
            dom::append(&words, &[&label, &hint])?;
            return Ok(Self { field, input, label: words, fault });
        }
        Ok(Self { field, input, label, fault })
    }

    fn attach(&self, form: &Element) -> Result<(), JsValue> {
        if self.field.kind == Kind::Hidden {
            return dom::append(form, &[&self.input]);
        }
        let tick = self.field.kind == Kind::Tick;
        let row = dom::create("div", if tick { "cx-form-row cx-form-tick" } else { "cx-form-row" })?;
        let parts: [&Element; 3] =
            if tick { [&self.input, &self.label, &self.fault] } else { [&self.label, &self.input, &self.fault] };
        dom::append(&row, &parts)?;
        dom::append(form, &[&row])
    }

    fn value(&self) -> JsValue {
        if self.field.kind == Kind::Tick {
            return interop::get(&self.input, "checked");
        }
        interop::get_string(&self.input, "value").unwrap_or_default().trim().into()
    }

    fn check(&self, form: &Form, texts: &Texts, event: &JsValue) -> Result<bool, JsValue> {
        let value = self.value();
        let empty = value == JsValue::FALSE || value.as_string().is_some_and(|text| text.is_empty());
        let fault = if self.field.required && empty {
            Some("ChatFormRequired")
        } else if self.is_refused(form, event)? {
            Some("ChatFormInvalid")
        } else {
            None
        };
        let text = fault.map(|key| texts.get(key));
        self.fault.set_hidden(text.is_none());
        self.fault.set_text_content(text.as_deref());
        if fault.is_some() {
            self.input.set_attribute("aria-invalid", "true")?;
            self.input.set_attribute("aria-describedby", &self.fault.id())?;
        } else {
            self.input.remove_attribute("aria-invalid")?;
            self.input.remove_attribute("aria-describedby")?;
        }
        Ok(fault.is_none())
    }

    /// By the browser, for an address of the wrong shape, or by the page.
    fn is_refused(&self, form: &Form, event: &JsValue) -> Result<bool, JsValue> {
        let shape = interop::get_path(&self.input, "validity.typeMismatch");
        let Some(validate) = &self.field.validate else { return Ok(shape.is_truthy()) };
        let list = |element: &Element| JsValue::from(element_list::list(vec![element.clone()]));
        let arguments = Array::new();
        arguments.push(event);
        arguments.push(&list(&form.element));
        arguments.push(&list(&self.input));
        arguments.push(&list(&self.label));
        arguments.push(&element_list::jquery());
        arguments.push(&form.helpers.bus);
        arguments.push(&form.helpers.common);
        let answer: JsValue = validate.apply(&JsValue::UNDEFINED, &arguments)?;
        Ok(shape.is_truthy() || answer == JsValue::FALSE)
    }
}

fn choice(field: &Field) -> Result<HtmlElement, JsValue> {
    let input = dom::create("select", "cx-input")?;
    for (value, words) in &field.options {
        let option = dom::create_text("option", "", words)?;
        option.set_attribute("value", value)?;
        dom::append(&input, &[&option])?;
    }
    Ok(input)
}
