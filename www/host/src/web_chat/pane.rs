//! A page of a plugin inside the window: `WebChat.showOverlay` and `WebChat.hideOverlay` (bus facts 7).
//!
//! It takes the place of the conversation (or the form); the message box stays unless `hideFooter` is set. What the facts
//! leave open is decided here: the customer can close it, by its X or Escape, unless it is `static`; `mode` becomes a
//! class.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::WebChat;
use super::surface::Surface;
use crate::bus::Command;
use crate::dom::{self, icons};
use crate::element_list;
use crate::focus_cycle;
use crate::interop;

const PANE: &str = ".cx-overlay-pane";

/// `showOverlay {html, static?, hideFooter?, mode}`.
pub(super) fn show(chat: &Rc<WebChat>, command: Command) -> Result<(), JsValue> {
    let Some(surface) = chat.open_surface() else {
        command.deferred.reject(super::NOT_OPEN);
        return Ok(());
    };
    let Some(content) = element_list::element_of(&interop::get(&command.data, "html")) else {
        command.deferred.reject("WebChat.showOverlay needs an element in the property \"html\".");
        return Ok(());
    };
    if of(&surface).is_some() {
        command.deferred.reject("An overlay is shown already.");
        return Ok(());
    }
    let pane = build(chat, &surface, &content, &command.data)?;
    place(&surface, &pane)?;
    focus_cycle::enter(&pane);
    command.deferred.resolve(element_list::list(vec![content]));
    Ok(())
}

/// `hideOverlay`.
pub(super) fn hide(chat: &Rc<WebChat>, command: Command) -> Result<(), JsValue> {
    match chat.open_surface() {
        None => command.deferred.reject(super::NOT_OPEN),
        Some(surface) if take_away(&surface) => command.deferred.resolve(JsValue::UNDEFINED),
        Some(_) => command.deferred.reject("No overlay is shown."),
    }
    Ok(())
}

/// Takes a pane along when the window turns to another page.
pub(super) fn follow(surface: &Surface) {
    if let Some(pane) = of(surface) {
        let _refused = place(surface, &pane);
    }
}

fn build(
    chat: &Rc<WebChat>,
    surface: &Rc<Surface>,
    content: &Element,
    options: &JsValue,
) -> Result<HtmlElement, JsValue> {
    let pane = dom::create("div", "cx-overlay-pane")?;
    pane.set_attribute("role", "region")?;
    pane.set_attribute("data-testid", "chat-overlay")?;
    dom::toggle_class(&pane, "cx-hide-footer", interop::get(options, "hideFooter").is_truthy());
    if let Some(mode) = interop::get_string(options, "mode").filter(|mode| !mode.contains(char::is_whitespace)) {
        dom::toggle_class(&pane, &format!("cx-mode-{mode}"), true);
    }
    if !interop::get(options, "static").is_truthy() {
        let close = dom::icon_button("cx-overlay-close", "", icons::CLOSE)?;
        chat.texts.name(&close, "OverlayClose");
        dom::append(&pane, &[&close])?;
        let shown = Rc::clone(surface);
        dom::listen(&close, "click", move |_| {
            take_away(&shown);
            Ok(())
        })?;
        let shown = Rc::clone(surface);
        dom::listen(&pane, "keydown", move |event| {
            if event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape") {
                event.stop_propagation();
                take_away(&shown);
            }
            Ok(())
        })?;
    }
    let body = dom::create("div", "cx-overlay-content")?;
    dom::append(&body, &[content])?;
    dom::append(&pane, &[&body])?;
    Ok(pane)
}

/// Puts the pane before the message box, or behind the form.
fn place(surface: &Surface, pane: &HtmlElement) -> Result<(), JsValue> {
    let page = surface.page_element();
    if let Some(before) = pane.parent_element() {
        dom::toggle_class(&before, "cx-covered", false);
    }
    dom::toggle_class(&page, "cx-covered", true);
    let footer = Some(&surface.composer.element).filter(|footer| page.contains(Some(footer)));
    page.insert_before(pane, footer.map(|footer| footer.as_ref())).map(|_| ())
}

fn of(surface: &Surface) -> Option<HtmlElement> {
    surface.element.query_selector(PANE).ok().flatten().and_then(|pane| pane.dyn_into().ok())
}

fn take_away(surface: &Surface) -> bool {
    let Some(pane) = of(surface) else { return false };
    if let Some(page) = pane.parent_element() {
        dom::toggle_class(&page, "cx-covered", false);
    }
    pane.remove();
    surface.focus();
    true
}
