//! "End this chat?": asked inside the window, answered with mouse or keyboard.

use wasm_bindgen::prelude::*;
use web_sys::KeyboardEvent;

use super::surface::Surface;
use super::texts::Texts;
use crate::dom;

/// Asks unless it is asked already; `confirmed` runs on yes.
///
/// # Errors
/// Outside a page.
pub fn ask(surface: &Surface, texts: &Texts, confirmed: impl Fn() + 'static) -> Result<(), JsValue> {
    if surface.element.query_selector(".cx-confirm")?.is_some() {
        return Ok(());
    }
    let shade = dom::create("div", "cx-confirm")?;
    let dialog = dom::create("div", "cx-confirm-dialog")?;
    dialog.set_attribute("role", "alertdialog")?;
    dialog.set_attribute("aria-modal", "true")?;
    dialog.set_attribute("aria-labelledby", "cx-confirm-title")?;
    dialog.set_attribute("aria-describedby", "cx-confirm-body")?;
    let title = dom::create_text("h3", "cx-confirm-title", &texts.get("ConfirmCloseTitle"))?;
    title.set_id("cx-confirm-title");
    let body = dom::create_text("p", "cx-confirm-body", &texts.get("ConfirmCloseBody"))?;
    body.set_id("cx-confirm-body");
    let row = dom::create("div", "cx-button-container")?;
    let keep = dom::button("cx-btn cx-btn-default", &texts.get("ConfirmCloseCancel"))?;
    keep.set_attribute("data-testid", "chat-confirm-cancel")?;
    let end = dom::button("cx-btn cx-btn-primary", &texts.get("ConfirmCloseConfirm"))?;
    end.set_attribute("data-testid", "chat-confirm-end")?;
    dom::append(&row, &[&keep, &end])?;
    dom::append(&dialog, &[&title, &body, &row])?;
    dom::append(&shade, &[&dialog])?;
    dom::append(&surface.element, &[&shade])?;

    let (gone, back) = (shade.clone(), surface.close.clone());
    let dismiss = move || -> Result<(), JsValue> {
        gone.remove();
        back.focus()
    };
    let on_keep = dismiss.clone();
    dom::listen(&keep, "click", move |_| on_keep())?;
    let gone = shade.clone();
    dom::listen(&end, "click", move |_| {
        gone.remove();
        confirmed();
        Ok(())
    })?;
    // Only two stops inside: Tab goes to the other one.
    let (first, last) = (keep.clone(), end.clone());
    dom::listen(&shade, "keydown", move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return Ok(()) };
        match key.key().as_str() {
            "Escape" => {
                event.stop_propagation();
                dismiss()
            }
            "Tab" => {
                event.prevent_default();
                let on_first = dom::document()?.active_element().is_some_and(|element| element == *first);
                if on_first { last.focus() } else { first.focus() }
            }
            _ => Ok(()),
        }
    })?;
    keep.focus()
}
