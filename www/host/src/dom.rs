//! Building elements. Text goes in as text only: no member of this module takes markup, which is [`crate::markup`]'s.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget, HtmlElement};

use crate::direction;
use crate::interop;

const SVG: &str = "http://www.w3.org/2000/svg";

/// Properties of styles whose numbers have no unit: their names without dashes, in lower case.
const WITHOUT_UNIT: [&str; 13] = [
    "aspectratio",
    "columncount",
    "fillopacity",
    "flex",
    "flexgrow",
    "flexshrink",
    "fontweight",
    "lineheight",
    "opacity",
    "order",
    "scale",
    "zindex",
    "zoom",
];

/// The page's document.
///
/// # Errors
/// Outside a page.
pub fn document() -> Result<Document, JsValue> {
    web_sys::window().and_then(|window| window.document()).ok_or_else(|| JsValue::from_str("no document"))
}

/// Whether nobody can see the page: another tab is in front of it, or its window is folded.
#[must_use]
pub fn is_hidden() -> bool {
    document().is_ok_and(|document| document.hidden())
}

/// A new element with classes (may be empty).
///
/// # Errors
/// A name that is no element name.
pub fn create(tag: &str, classes: &str) -> Result<HtmlElement, JsValue> {
    let element: HtmlElement = document()?.create_element(tag)?.unchecked_into();
    if !classes.is_empty() {
        element.set_class_name(classes);
    }
    Ok(element)
}

/// A new element with classes and text.
///
/// # Errors
/// As [`create`].
pub fn create_text(tag: &str, classes: &str, text: &str) -> Result<HtmlElement, JsValue> {
    let element = create(tag, classes)?;
    element.set_text_content(Some(text));
    Ok(element)
}

/// Puts a text in place of what an element has: what is isolated in it ([`direction::isolate`]) becomes a `bdi`, so that the
/// text of the element is the sentence alone.
///
/// # Errors
/// Outside a page.
pub fn put_isolated(target: &Element, text: &str) -> Result<(), JsValue> {
    target.set_text_content(None);
    for (position, piece) in text.split([direction::ISOLATE, direction::END]).enumerate() {
        if position % 2 == 1 {
            let value = create_text("bdi", "", piece)?;
            append(target, &[&value])?;
        } else if !piece.is_empty() {
            target.append_child(&document()?.create_text_node(piece))?;
        }
    }
    Ok(())
}

/// A push button with a visible label.
///
/// # Errors
/// As [`create`].
pub fn button(classes: &str, label: &str) -> Result<HtmlElement, JsValue> {
    let button = create_text("button", classes, label)?;
    button.set_attribute("type", "button")?;
    Ok(button)
}

/// A push button that shows an icon and has a name for assistive technology.
///
/// # Errors
/// As [`create`].
pub fn icon_button(classes: &str, label: &str, path: &str) -> Result<HtmlElement, JsValue> {
    let button = button(classes, "")?;
    button.set_attribute("aria-label", label)?;
    button.set_attribute("title", label)?;
    let drawing = icon(path)?;
    button.append_child(&drawing)?;
    Ok(button)
}

/// A decorative icon of 24 × 24 units drawn by one path.
///
/// # Errors
/// Outside a page.
pub fn icon(path: &str) -> Result<Element, JsValue> {
    let document = document()?;
    let drawing = document.create_element_ns(Some(SVG), "svg")?;
    drawing.set_attribute("viewBox", "0 0 24 24")?;
    drawing.set_attribute("class", "cx-svg")?;
    drawing.set_attribute("aria-hidden", "true")?;
    drawing.set_attribute("focusable", "false")?;
    let line = document.create_element_ns(Some(SVG), "path")?;
    line.set_attribute("d", path)?;
    drawing.append_child(&line)?;
    Ok(drawing)
}

/// Appends all children in order.
///
/// # Errors
/// A child that may not stand there.
pub fn append(parent: &Element, children: &[&Element]) -> Result<(), JsValue> {
    for child in children {
        parent.append_child(child)?;
    }
    Ok(())
}

/// Calls `body` on each such event. The listener lives and dies with the element.
///
/// # Errors
/// Never in practice.
pub fn listen(
    target: &EventTarget,
    event: &str,
    body: impl Fn(Event) -> Result<(), JsValue> + 'static,
) -> Result<(), JsValue> {
    let listener = interop::function(move |[event, ..]| body(event.unchecked_into()).map(|()| JsValue::UNDEFINED));
    target.add_event_listener_with_callback(event, &listener)
}

/// Keeps an element out of what an agent sees while co-browsing, where the options say `cobrowseVisible: false`.
///
/// # Errors
/// Never in practice.
pub fn hide_from_cobrowse(element: &Element, options: &JsValue) -> Result<(), JsValue> {
    if interop::get(options, "cobrowseVisible") == JsValue::FALSE {
        element.set_attribute("data-gcb-service-node", "true")?;
    }
    Ok(())
}

/// A length of a style: a number is one of pixels, a text is taken as it is.
#[must_use]
pub fn css_length(value: &JsValue) -> Option<String> {
    value.as_string().or_else(|| value.as_f64().map(|pixels| format!("{pixels}px")))
}

/// The value of a property of a style, by its name in CSS or in scripts: as [`css_length`], but a number stays one where the
/// property's numbers have no unit.
#[must_use]
pub fn css_value(property: &str, value: &JsValue) -> Option<String> {
    let name = property.replace('-', "").to_ascii_lowercase();
    let plain = value.as_f64().filter(|_| WITHOUT_UNIT.contains(&name.as_str()));
    plain.map(|number| number.to_string()).or_else(|| css_length(value))
}

/// Puts a class on or takes it off.
pub fn toggle_class(element: &Element, class: &str, on: bool) {
    let _refused = element.class_list().toggle_with_force(class, on);
}

/// Icons: outlines of our own drawing.
pub mod icons {
    /// A speech bubble.
    pub const CHAT: &str = "M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z";
    /// A cross.
    pub const CLOSE: &str = "M6 6l12 12M18 6L6 18";
    /// A low bar.
    pub const MINIMIZE: &str = "M6 18h12";
    /// An arrow head that points up.
    pub const UNFOLD: &str = "M6 15l6-6 6 6";
    /// A paper plane.
    pub const SEND: &str = "M3 11.5L21 4l-6.5 17-3-7.5z M11.5 13.5L21 4";
    /// A bell.
    pub const NOTICE: &str = "M6 17h12l-1.5-2.5V10a4.5 4.5 0 0 0-9 0v4.5zM10.5 20h3";
    /// A paper clip.
    pub const ATTACH: &str =
        "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8L10 17a1.8 1.8 0 0 1-2.5-2.5L15 7";
    /// A sheet of paper with a folded corner.
    pub const FILE: &str = "M6 3h8l5 5v13H6zM14 3v5h5";
    /// An arrow down onto a line.
    pub const DOWNLOAD: &str = "M12 4v11M7 11l5 5 5-5M5 20h14";
    /// An arrow that leaves a box.
    pub const OPEN: &str = "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6";
    /// A clock.
    pub const CLOCK: &str = "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18zM12 7v5l3.5 2";

    /// The icon of this name (`Common.Generate.Icon`, `icon` of containers); a bell for names it does not know.
    #[must_use]
    pub fn named(name: &str) -> &'static str {
        match name {
            "attach" => ATTACH,
            "chat" => CHAT,
            "clock" => CLOCK,
            "close" => CLOSE,
            "download" => DOWNLOAD,
            "file" => FILE,
            "minimize" => MINIMIZE,
            "open" => OPEN,
            "send" => SEND,
            _ => NOTICE,
        }
    }
}
