//! The message box: Enter sends, Shift and Enter begins a new line.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};

use super::WebChat;
use super::surface::Surface;
use super::texts::Texts;
use crate::dom::{self, icons};
use crate::element_list;
use crate::interop;

/// So many lines the box grows to.
const LINES: usize = 4;

/// With so many characters left, and fewer, a screen reader says how many.
const FEW: usize = 20;
const COUNT_ID: &str = "cx-webchat-characters";

/// How long a message may be.
#[derive(Clone, Copy)]
pub struct Limits {
    /// In characters, as the browser counts them: UTF-16 units.
    pub longest: u32,
    /// Whether the customer sees how many are left.
    pub shown: bool,
}

/// The elements below the conversation.
pub struct Composer {
    /// The row.
    pub element: HtmlElement,
    /// The message box.
    pub input: HtmlTextAreaElement,
    /// The send button.
    pub send: HtmlElement,
    /// The paper clip.
    pub attach: HtmlElement,
    /// The field behind it, which the keyboard does not stop at.
    pub file_field: HtmlInputElement,
    /// How many characters are left, where that is shown.
    count: Option<HtmlElement>,
    longest: usize,
}

impl Composer {
    /// Builds the row for messages within `limits`.
    ///
    /// # Errors
    /// Outside a page.
    pub fn build(texts: &Texts, limits: Limits) -> Result<Self, JsValue> {
        let element = dom::create("div", "cx-composer")?;
        let attach = dom::icon_button("cx-attach", "", icons::ATTACH)?;
        texts.name(&attach, "ChatFileAttach");
        attach.set_attribute("data-testid", "chat-attach")?;
        attach.set_hidden(true);
        let file_field: HtmlInputElement = dom::create("input", "cx-file-field")?.unchecked_into();
        file_field.set_type("file");
        file_field.set_multiple(true);
        file_field.set_hidden(true);
        file_field.set_attribute("tabindex", "-1")?;
        file_field.set_attribute("data-testid", "chat-file")?;
        texts.name(&file_field, "ChatFileAttach");
        let input: HtmlTextAreaElement = dom::create("textarea", "cx-input cx-message-input")?.unchecked_into();
        input.set_rows(1);
        input.set_max_length(i32::try_from(limits.longest).unwrap_or(500));
        texts.name(&input, "ChatInput");
        texts.hint(&input, "ChatInputPlaceholder");
        input.set_attribute("data-testid", "chat-input")?;
        let send = dom::icon_button("cx-send", "", icons::SEND)?;
        texts.name(&send, "ChatSend");
        send.set_attribute("data-testid", "chat-send")?;
        dom::append(&element, &[&attach, &file_field, &input, &send])?;
        let count = if limits.shown { Some(dom::create("div", "cx-characters")?) } else { None };
        if let Some(count) = &count {
            count.set_id(COUNT_ID);
            input.set_attribute("aria-describedby", COUNT_ID)?;
            dom::append(&element, &[count])?;
        }
        let longest = usize::try_from(limits.longest).unwrap_or(usize::MAX);
        let composer = Self { element, input, send, attach, file_field, count, longest };
        composer.show_count(texts);
        Ok(composer)
    }

    /// Says how many characters are left, where that is wanted.
    pub fn show_count(&self, texts: &Texts) {
        let Some(count) = &self.count else { return };
        let left = self.longest.saturating_sub(self.input.value().encode_utf16().count());
        let _refused = count.set_attribute("aria-live", if left <= FEW { "polite" } else { "off" });
        count.set_text_content(Some(&texts.fill("ChatCharacters", "count", &left.to_string())));
    }

    /// While a file is on its way there is no other.
    pub fn set_sending_file(&self, sending: bool) {
        let _refused =
            if sending { self.attach.set_attribute("disabled", "") } else { self.attach.remove_attribute("disabled") };
    }

    fn set_text(&self, text: &str, texts: &Texts) {
        self.input.set_value(text);
        self.fit(texts);
    }

    fn fit(&self, texts: &Texts) {
        self.show_count(texts);
        let lines = self.input.value().matches('\n').count() + 1;
        self.input.set_rows(u32::try_from(lines.min(LINES)).unwrap_or(1));
    }
}

impl WebChat {
    pub(super) fn wire_composer(self: &Rc<Self>, surface: &Rc<Surface>) -> Result<(), JsValue> {
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        dom::listen(&surface.composer.input, "keydown", move |event| {
            let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return Ok(()) };
            // Enter also confirms a suggestion of an input method; that must not send.
            if key.key() == "Enter" && !key.shift_key() && !key.is_composing() {
                event.prevent_default();
                chat.send_input(&shown);
            }
            Ok(())
        })?;
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        dom::listen(&surface.composer.send, "click", move |_| {
            chat.send_input(&shown);
            shown.composer.input.focus()
        })?;
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        dom::listen(&surface.composer.input, "input", move |_| {
            shown.composer.fit(&chat.texts);
            Ok(())
        })?;
        let input = element_list::list(vec![surface.composer.input.clone().into()]);
        let _outcome = self
            .plugin
            .command("WebChatService.registerTypingPreviewInput", interop::object(&[("input", input.into())]));
        Ok(())
    }

    fn send_input(self: &Rc<Self>, surface: &Rc<Surface>) {
        let text = surface.composer.input.value();
        if text.trim().is_empty() {
            return;
        }
        surface.composer.set_text("", &self.texts);
        let sent =
            self.plugin.command("WebChatService.sendMessage", interop::object(&[("message", text.clone().into())]));
        // While disconnected the service resolves and sends nothing (bus facts, section 3): the text must not be lost.
        let (chat, shown, kept) = (Rc::clone(self), Rc::clone(surface), text.clone());
        sent.on_done(move |answer| {
            if interop::get_number(&answer, "statusCode") == Some(1.0) {
                chat.give_back(&shown, &kept);
            } else {
                shown.message_sent();
            }
        });
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        sent.on_fail(move |_| chat.give_back(&shown, &text));
    }

    fn give_back(&self, surface: &Surface, text: &str) {
        if surface.composer.input.value().is_empty() {
            surface.composer.set_text(text, &self.texts);
        }
        surface.say_unsent(&self.texts.get("ChatSendFailed"));
    }
}
