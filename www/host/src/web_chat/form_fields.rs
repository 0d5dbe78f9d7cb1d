//! What the form asks for: the stock fields, or those of `formJSON` (`WebChat.open`, `webchat.form`; bus facts 7).

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use super::texts::Texts;
use crate::interop;

/// Fields that the chat service knows; all others go into the user data.
pub const KNOWN: [&str; 5] = ["nickname", "firstname", "lastname", "email", "subject"];

/// Marks words that stand in the page's language table: `@i18n:webchat.KEY`.
const LOOK_UP: &str = "@i18n:webchat.";

/// What one field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text; with which `type`.
    Line(&'static str),
    /// Several lines.
    Area,
    /// One of several.
    Choice,
    /// Yes or no.
    Tick,
    /// Not shown.
    Hidden,
}

/// One field.
pub struct Field {
    /// What the value is called.
    pub name: String,
    /// The `id` of its element.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// The label's text key, or the label itself.
    pub label: Label,
    /// What the empty field shows.
    pub placeholder: String,
    /// What browsers may fill in.
    pub autocomplete: &'static str,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether its label says that it may be left empty.
    pub optional: bool,
    /// At most so many characters.
    pub longest: Option<u32>,
    /// Its value at first.
    pub value: String,
    /// The values of a choice, each with its words.
    pub options: Vec<(String, String)>,
    /// The page's own check: `(event, form, input, label, jQuery, CXBus, Common)` gives `false` for what is wrong.
    pub validate: Option<Function>,
    /// Whether it is checked with each key.
    pub while_typing: bool,
}

/// A label.
pub enum Label {
    /// By the key of a text of the window.
    Key(&'static str),
    /// As it is.
    Words(String),
}

/// Stock field → text key, type, what browsers may fill in, must it be filled in?
const STOCK: [(&str, &str, &str, &str, bool); 4] = [
    ("firstname", "ChatFormFirstName", "text", "given-name", true),
    ("lastname", "ChatFormLastName", "text", "family-name", true),
    ("email", "ChatFormEmail", "email", "email", false),
    ("subject", "ChatFormSubject", "text", "off", false),
];

/// The fields of a definition `{inputs: [{name, id, type, label, placeholder, maxlength, value, options, required, validate,
/// validateWhileTyping}]}`, or the stock ones without it. `wrapper`, which is markup, counts for nothing. `prefill` has
/// values by name.
#[must_use]
pub fn read(definition: &JsValue, prefill: &JsValue, texts: &Texts) -> Vec<Field> {
    let mut fields: Vec<Field> = match interop::get(definition, "inputs").dyn_ref::<Array>() {
        None => STOCK.iter().map(stock).collect(),
        Some(inputs) => inputs.iter().filter_map(|input: JsValue| own(&input, texts)).collect(),
    };
    for field in &mut fields {
        if let Some(value) = interop::get_string(prefill, &field.name) {
            field.value = value;
        }
    }
    fields
}

fn stock(
    &(name, key, kind, autocomplete, required): &(&'static str, &'static str, &'static str, &'static str, bool),
) -> Field {
    Field {
        name: name.to_owned(),
        id: format!("cx-webchat-form-{name}"),
        kind: Kind::Line(kind),
        label: Label::Key(key),
        placeholder: String::new(),
        autocomplete,
        required,
        optional: name == "email",
        longest: None,
        value: String::new(),
        options: Vec::new(),
        validate: None,
        while_typing: false,
    }
}

fn own(input: &JsValue, texts: &Texts) -> Option<Field> {
    let name = interop::get_string(input, "name").filter(|name| !name.is_empty())?;
    let words = |key: &str| {
        let text = interop::get_string(input, key).unwrap_or_default();
        text.strip_prefix(LOOK_UP).map_or(text.clone(), |key| texts.get(key))
    };
    let longest = interop::get(input, "maxlength");
    let longest = longest.as_f64().or_else(|| longest.as_string()?.parse().ok());
    let known = STOCK.iter().find(|(stock, ..)| *stock == name);
    let label = match (words("label"), known) {
        (label, Some((_, key, ..))) if label.is_empty() => Label::Key(key),
        (label, _) => Label::Words(label),
    };
    let options = interop::get(input, "options").dyn_ref::<Array>().cloned().unwrap_or_default();
    let value = interop::get(input, "value");
    Some(Field {
        id: interop::get_string(input, "id").unwrap_or_else(|| format!("cx-webchat-form-{name}")),
        kind: kind(&interop::get_string(input, "type").unwrap_or_default()),
        label,
        placeholder: words("placeholder"),
        autocomplete: known.map_or("off", |(_, _, _, purpose, _)| purpose),
        required: interop::get(input, "required").is_truthy(),
        optional: false,
        longest: longest.map(|longest| longest as u32),
        value: value.as_string().or_else(|| value.as_f64().map(|number| number.to_string())).unwrap_or_default(),
        options: options.iter().map(|option: JsValue| choice(&option)).collect(),
        validate: interop::get(input, "validate").dyn_into().ok(),
        while_typing: interop::get(input, "validateWhileTyping").is_truthy(),
        name,
    })
}

fn kind(name: &str) -> Kind {
    match name {
        "textarea" => Kind::Area,
        "select" => Kind::Choice,
        "checkbox" => Kind::Tick,
        "hidden" => Kind::Hidden,
        "email" => Kind::Line("email"),
        "tel" => Kind::Line("tel"),
        "number" => Kind::Line("number"),
        "date" => Kind::Line("date"),
        "url" => Kind::Line("url"),
        _ => Kind::Line("text"),
    }
}

/// An option is a word, or `{text, value}`.
fn choice(option: &JsValue) -> (String, String) {
    let text = option.as_string().or_else(|| interop::get_string(option, "text")).unwrap_or_default();
    let value = interop::get_string(option, "value").unwrap_or_else(|| text.clone());
    (value, text)
}
