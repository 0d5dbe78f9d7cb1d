//! The re-invite after a chat that could not be restored: shown in the Toaster (bus facts, section 5).

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::WebChat;
use crate::bus::Deferred;
use crate::dom;
use crate::element_list;
use crate::interop;

impl WebChat {
    /// `restoreTimeout`: `WebChat.closed`, then the re-invite, where the earlier page had its window open.
    pub(super) fn re_invite(self: &Rc<Self>, _: &JsValue) -> Result<(), JsValue> {
        let was_open = self.was_open();
        self.forget_window();
        self.plugin.publish("closed", JsValue::UNDEFINED);
        if was_open {
            self.show_invite(&Deferred::new());
        }
        Ok(())
    }

    /// Opens the question in the Toaster; `outcome` settles as that does.
    pub(super) fn show_invite(self: &Rc<Self>, outcome: &Deferred) {
        let buttons = interop::object(&[
            ("type", "binary".into()),
            ("primary", self.texts.get("ChatFormSubmit").into()),
            ("secondary", self.texts.get("ReInviteReject").into()),
        ]);
        let data = interop::object(&[
            ("type", "generic".into()),
            ("title", self.texts.get("ReInviteTitle").into()),
            ("body", self.texts.get("ReInviteBody").into()),
            ("controls", "close".into()),
            ("buttons", buttons.into()),
        ]);
        let chat = Rc::clone(self);
        let opened = self.plugin.command("Toaster.open", data);
        opened.on_done(move |answer| {
            let Some(content) = element_list::element_of(&interop::get(&answer, "html")) else { return };
            chat.answer_with(&content, ".cx-button-primary", "WebChat.open");
            chat.answer_with(&content, ".cx-button-secondary", "Toaster.close");
        });
        opened.forward_to(outcome);
    }

    fn answer_with(self: &Rc<Self>, content: &web_sys::Element, selector: &str, command: &'static str) {
        if let Ok(Some(button)) = content.query_selector(selector) {
            let chat = Rc::clone(self);
            let _refused = dom::listen(&button, "click", move |_| {
                let _outcome = chat.plugin.command(command, JsValue::UNDEFINED);
                Ok(())
            });
        }
    }
}
