//! The frame of a window: title bar, body, buttons, controls (bus facts 6.1 and 6.4, `Common.Generate.Container`).

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::dom;
use crate::element_list;
use crate::interop;
use crate::markup;

/// A built frame.
pub struct Container {
    /// The whole frame, `div.cx-widget.cx-common-container`.
    pub element: HtmlElement,
    /// Its X, shown only if the frame has the class `cx-close`.
    pub close: HtmlElement,
    /// Its minimise button, shown only if the frame has the class `cx-minimize`.
    pub minimize: HtmlElement,
}

impl Container {
    /// Builds a frame of options `{type, title, subtitle, icon, body, controls, buttons, classes, i18n}`. Strings
    /// in `title`, `subtitle` and `body` are markup, of which [`markup`] builds what is allowed. An element (or a list of one) goes in as it is. `icon` is an element or the name of an icon, `i18n` has the names of
    /// the controls (`{minimize, close}`) in the page's language.
    ///
    /// # Errors
    /// Outside a page.
    pub fn build(options: &JsValue) -> Result<Self, JsValue> {
        let kind = interop::get_string(options, "type").unwrap_or_else(|| "generic".to_owned());
        let kind = match kind.as_str() {
            "toast" => "cx-toast",
            "overlay" => "cx-overlay",
            _ => "cx-generic",
        };
        let element = dom::create("div", &format!("cx-widget cx-common-container {kind}"))?;
        element.set_attribute("role", "dialog")?;
        let controls = interop::get_string(options, "controls").unwrap_or_else(|| "close".to_owned());
        dom::toggle_class(&element, "cx-close", matches!(controls.as_str(), "close" | "all"));
        dom::toggle_class(&element, "cx-minimize", matches!(controls.as_str(), "minimize" | "all"));
        if let Some(classes) = interop::get_string(options, "classes") {
            for class in classes.split_whitespace() {
                dom::toggle_class(&element, class, true);
            }
        }

        let bar = dom::create("div", "cx-titlebar")?;
        let icon = dom::create("div", "cx-icon")?;
        icon.set_attribute("aria-hidden", "true")?;
        match element_list::element_of(&interop::get(options, "icon")) {
            Some(own) => dom::append(&icon, &[&own])?,
            None => {
                let name = interop::get_string(options, "icon").unwrap_or_default();
                dom::append(&icon, &[&dom::icon(dom::icons::named(&name))?])?;
            }
        }
        let title = dom::create("h2", "cx-title")?;
        put_content(&title, &interop::get(options, "title"))?;
        let subtitle = dom::create("div", "cx-subtitle")?;
        put_content(&subtitle, &interop::get(options, "subtitle"))?;
        dom::append(&bar, &[&icon, &title, &subtitle])?;

        let window_controls = dom::create("div", "cx-buttons-window-control")?;
        let words = interop::get(options, "i18n");
        let label = |key: &str, english: &str| interop::get_string(&words, key).unwrap_or_else(|| english.to_owned());
        let minimize = dom::icon_button("cx-button-minimize", &label("minimize", "Minimise"), dom::icons::MINIMIZE)?;
        let close = dom::icon_button("cx-button-close", &label("close", "Close"), dom::icons::CLOSE)?;
        dom::append(&window_controls, &[&minimize, &close])?;

        let body = dom::create("div", "cx-body")?;
        put_content(&body, &interop::get(options, "body"))?;
        let button_bar = buttons(&interop::get(options, "buttons"))?;
        let footer = dom::create("div", "cx-footer")?;
        let smoke = dom::create("div", "cx-smokescreen")?;
        let dialogs = dom::create("div", "cx-dialog-container")?;
        let live = dom::create("div", "cx-live-region cx-visually-hidden")?;
        live.set_attribute("aria-live", "polite")?;
        dom::append(&element, &[&bar, &window_controls, &body, &button_bar, &footer, &smoke, &dialogs, &live])?;
        Ok(Self { element, close, minimize })
    }
}

/// The row of buttons: `{type: 'binary'|'default'|'primary', primary, secondary, text}`; empty without options.
///
/// # Errors
/// Outside a page.
pub fn buttons(options: &JsValue) -> Result<HtmlElement, JsValue> {
    let row = dom::create("div", "cx-button-container")?;
    let label = |key: &str| interop::get_string(options, key);
    match label("type").as_deref() {
        Some("binary") => {
            let secondary =
                dom::button("cx-btn cx-btn-default cx-button-secondary", &label("secondary").unwrap_or_default())?;
            let primary =
                dom::button("cx-btn cx-btn-primary cx-button-primary", &label("primary").unwrap_or_default())?;
            dom::append(&row, &[&secondary, &primary])?;
        }
        Some(kind @ ("default" | "primary")) => {
            let text = label("text").or_else(|| label("primary")).unwrap_or_default();
            let button = dom::button(&format!("cx-btn cx-btn-{kind} cx-button-{kind}"), &text)?;
            dom::append(&row, &[&button])?;
        }
        _ => {}
    }
    Ok(row)
}

/// Puts an element in as it is, and of a string what is allowed of its markup.
///
/// # Errors
/// An element that may not stand there.
pub fn put_content(target: &HtmlElement, content: &JsValue) -> Result<(), JsValue> {
    if let Some(element) = element_list::element_of(content) {
        target.append_child(&element)?;
    } else if let Some(text) = content.as_string() {
        markup::put(target, &text)?;
    }
    Ok(())
}
