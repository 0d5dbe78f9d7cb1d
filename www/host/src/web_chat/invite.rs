//! Questions to the customer in the Toaster: the invite to a chat, and the re-invite after one that could not be restored
//! (bus facts, sections 3 and 5).

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::WebChat;
use crate::bus::{Command, Deferred};
use crate::dom;
use crate::element_list;
use crate::emulate::OLD_PREFIX;
use crate::interop;

/// A customer who has declined is not asked again by itself.
const DECLINED: &str = "_genesys.widgets.webchat.autoInvite.disabled";

/// What a question says, by the keys of its texts.
#[derive(Clone, Copy)]
pub(super) struct Question {
    title: &'static str,
    body: &'static str,
    accept: &'static str,
    decline: &'static str,
}

pub(super) const INVITE: Question =
    Question { title: "InviteTitle", body: "InviteBody", accept: "InviteAccept", decline: "InviteReject" };
pub(super) const RE_INVITE: Question =
    Question { title: "ReInviteTitle", body: "ReInviteBody", accept: "ReInviteAccept", decline: "ReInviteReject" };

impl WebChat {
    /// `restoreTimeout` and `restoreFailed`: `WebChat.closed`, then the re-invite, where the earlier page had its window
    /// open. A window that is open on this page stays: only a plugin can have asked for the chat then.
    pub(super) fn re_invite(self: &Rc<Self>, _: &JsValue) -> Result<(), JsValue> {
        if self.open_surface().is_some() {
            return Ok(());
        }
        let was_open = self.was_open();
        self.forget_window();
        self.plugin.publish("closed", JsValue::UNDEFINED);
        if was_open {
            self.ask(RE_INVITE, &Deferred::new());
        }
        Ok(())
    }

    /// The commands `invite` and `reInvite`: refused while the customer has a chat before them.
    pub(super) fn invite_by_command(self: &Rc<Self>, question: Question, command: &Command) -> Result<(), JsValue> {
        if self.open_surface().is_some() || self.has_session() {
            command.deferred.reject("The chat is open already.");
        } else {
            self.ask(question, &command.deferred);
        }
        Ok(())
    }

    /// `webchat.autoInvite {enabled, timeToInviteSeconds, inviteTimeoutSeconds}`: asks by itself after a while (5 s), and
    /// takes the question away again after another (30 s).
    pub(super) fn plan_invite(self: &Rc<Self>, section: &JsValue) {
        let options = interop::get(section, "autoInvite");
        if !interop::get(&options, "enabled").is_truthy() || self.cookies.get(DECLINED).is_some() {
            return;
        }
        let milliseconds =
            |key: &str, default: f64| (interop::get_number(&options, key).unwrap_or(default) * 1000.0) as i32;
        let (wait, stay) = (milliseconds("timeToInviteSeconds", 5.0), milliseconds("inviteTimeoutSeconds", 30.0));
        let chat = Rc::clone(self);
        self.invite_timer.start(wait, move || {
            // It may have been switched off since.
            let wanted = interop::get_path(&chat.section, "autoInvite.enabled").is_truthy();
            if !wanted || chat.open_surface().is_some() || chat.has_session() {
                return;
            }
            let shown = Deferred::new();
            chat.ask(INVITE, &shown);
            let later = Rc::clone(&chat);
            shown.on_done(move |answer| {
                let gone = Rc::clone(&later);
                later.invite_timer.start(stay, move || gone.tell("Toaster.close"));
                later.forget_invite_with_its_toast(&answer);
            });
        });
    }

    /// Once the invite is gone, what the Toaster shows is somebody else's, and nothing that this timer may close.
    fn forget_invite_with_its_toast(self: &Rc<Self>, answer: &JsValue) {
        let Some(name) = interop::get_path(answer, "events.close").as_string() else { return };
        let (chat, event) = (Rc::clone(self), name.strip_prefix(OLD_PREFIX).unwrap_or(&name).to_owned());
        let closed = event.clone();
        self.plugin.subscribe(&event, move |_| {
            chat.invite_timer.stop();
            chat.plugin.unsubscribe(&closed);
            Ok(())
        });
    }

    /// Opens the question in the Toaster; `outcome` settles as that does.
    fn ask(self: &Rc<Self>, question: Question, outcome: &Deferred) {
        let buttons = interop::object(&[
            ("type", "binary".into()),
            ("primary", self.texts.get(question.accept).into()),
            ("secondary", self.texts.get(question.decline).into()),
        ]);
        let words = interop::object(&[("close", self.texts.get("ToastClose").into())]);
        let data = interop::object(&[
            ("type", "generic".into()),
            ("title", self.texts.get(question.title).into()),
            ("body", self.texts.get(question.body).into()),
            ("icon", "chat".into()),
            ("controls", "close".into()),
            ("buttons", buttons.into()),
            ("i18n", words.into()),
        ]);
        let chat = Rc::clone(self);
        let opened = self.plugin.command("Toaster.open", data);
        opened.on_done(move |answer| {
            let Some(content) = element_list::element_of(&interop::get(&answer, "html")) else { return };
            if let Ok(Some(title)) = content.query_selector(".cx-title") {
                title.set_id("cx-invite-title");
                let _refused = content.set_attribute("aria-labelledby", "cx-invite-title");
            }
            chat.on_press(&content, ".cx-button-primary", |chat| chat.tell("WebChat.open"));
            chat.on_press(&content, ".cx-button-secondary", |chat| {
                chat.cookies.set(DECLINED, "true");
                chat.tell("Toaster.close");
            });
            // The X is the Toaster's; that the customer has declined is ours to remember.
            chat.on_press(&content, ".cx-button-close", |chat| chat.cookies.set(DECLINED, "true"));
        });
        opened.forward_to(outcome);
    }

    fn on_press(self: &Rc<Self>, content: &web_sys::Element, selector: &str, work: fn(&WebChat)) {
        if let Ok(Some(button)) = content.query_selector(selector) {
            let chat = Rc::clone(self);
            let _refused = dom::listen(&button, "click", move |_| {
                chat.invite_timer.stop();
                work(&chat);
                Ok(())
            });
        }
    }

    fn tell(&self, command: &str) {
        let _outcome = self.plugin.command(command, JsValue::UNDEFINED);
    }
}
