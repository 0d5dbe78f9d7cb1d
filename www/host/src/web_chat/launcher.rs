//! The button on the page that opens the chat.

use std::cell::{Cell, RefCell};

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::texts::Texts;
use crate::body;
use crate::direction;
use crate::dom::{self, icons};

/// The launcher; on the page from `App.ready` on unless `webchat.chatButton.enabled` is `false`, and else from
/// `showChatButton` on.
#[derive(Default)]
pub struct Launcher {
    element: RefCell<Option<HtmlElement>>,
    wanted: Cell<bool>,
}

impl Launcher {
    /// Puts the button on the page.
    ///
    /// # Errors
    /// Outside a page.
    pub fn mount(&self, texts: &Texts, theme: &str, pressed: impl Fn() + 'static) -> Result<(), JsValue> {
        if self.element.borrow().is_some() {
            return Ok(());
        }
        let element = dom::button(&format!("cx-widget cx-webchat-chat-button {theme}"), "")?;
        element.set_attribute("data-testid", "chat-launcher")?;
        let drawing = dom::icon(icons::CHAT)?;
        let text = texts.element("span", "cx-webchat-chat-button-text", "ChatButton")?;
        dom::append(&element, &[&drawing, &text])?;
        dom::listen(&element, "click", move |_| {
            pressed();
            Ok(())
        })?;
        body::append(&element)?;
        self.element.replace(Some(element));
        Ok(())
    }

    /// Whether it has been put on the page.
    #[must_use]
    pub fn is_mounted(&self) -> bool {
        self.element.borrow().is_some()
    }

    /// Takes down whether the page wants it: what was said last counts, by `chatButton.enabled` or by command.
    pub fn want(&self, wanted: bool) {
        self.wanted.set(wanted);
    }

    /// Says it in the language of now.
    pub fn speak(&self, texts: &Texts, language: &str) {
        if let Some(element) = self.element.borrow().as_ref() {
            texts.translate(element);
            direction::apply(element, language);
        }
    }

    /// Shows it where it is wanted and the window is `closed`, and hides it else.
    pub fn set_shown(&self, closed: bool) {
        if let Some(element) = self.element.borrow().as_ref() {
            element.set_hidden(!(closed && self.wanted.get()));
        }
    }

    /// Gives it the keyboard, for a window that was closed.
    pub fn focus(&self) {
        let element = self.element.borrow().clone();
        if let Some(element) = element {
            let _refused = element.focus();
        }
    }
}
