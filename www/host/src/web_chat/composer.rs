//! The message box: Enter sends, Shift and Enter begins a new line.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::KeyboardEvent;

use super::WebChat;
use super::surface::Surface;
use crate::dom;
use crate::element_list;
use crate::interop;

impl WebChat {
    pub(super) fn wire_composer(self: &Rc<Self>, surface: &Rc<Surface>) -> Result<(), JsValue> {
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        dom::listen(&surface.input, "keydown", move |event| {
            let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return Ok(()) };
            // Enter also confirms a suggestion of an input method; that must not send.
            if key.key() == "Enter" && !key.shift_key() && !key.is_composing() {
                event.prevent_default();
                chat.send_input(&shown);
            }
            Ok(())
        })?;
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        dom::listen(&surface.send, "click", move |_| {
            chat.send_input(&shown);
            shown.input.focus()
        })?;
        let field = surface.input.clone();
        dom::listen(&surface.input, "input", move |_| {
            let lines = field.value().matches('\n').count() + 1;
            field.set_rows(u32::try_from(lines.min(4)).unwrap_or(4));
            Ok(())
        })?;
        let input = element_list::list(vec![surface.input.clone().into()]);
        let _outcome = self
            .plugin
            .command("WebChatService.registerTypingPreviewInput", interop::object(&[("input", input.into())]));
        Ok(())
    }

    fn send_input(self: &Rc<Self>, surface: &Rc<Surface>) {
        let text = surface.input.value();
        if text.trim().is_empty() {
            return;
        }
        surface.input.set_value("");
        surface.input.set_rows(1);
        let sent =
            self.plugin.command("WebChatService.sendMessage", interop::object(&[("message", text.clone().into())]));
        // While disconnected the service resolves and sends nothing (bus facts, section 3): the text must not be lost.
        let (chat, shown, kept) = (Rc::clone(self), Rc::clone(surface), text.clone());
        sent.on_done(move |answer| {
            if interop::get_number(&answer, "statusCode") == Some(1.0) {
                chat.give_back(&shown, &kept);
            }
        });
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        sent.on_fail(move |_| chat.give_back(&shown, &text));
    }

    fn give_back(&self, surface: &Surface, text: &str) {
        if surface.input.value().is_empty() {
            surface.input.set_value(text);
        }
        surface.set_notice(Some(&self.texts.get("ChatSendFailed")));
    }
}
