//! The commands of WebChat (bus facts 7).

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::drawing::{self, Bubble, Content};
use super::invite::{INVITE, RE_INVITE};
use super::{NOT_OPEN, WebChat, pane};
use crate::bus::Command;
use crate::dom;
use crate::element_list;
use crate::interop;
use crate::web_chat_service::NO_SESSION;

type Body = fn(&Rc<WebChat>, Command) -> Result<(), JsValue>;

impl WebChat {
    pub(super) fn register_commands(self: &Rc<Self>) {
        let commands: [(&str, Body); 14] = [
            ("open", |chat, command| chat.open(&command)),
            ("close", close),
            ("minimize", minimize),
            ("endChat", end_chat),
            ("hide", |chat, command| hide(chat, &command, true)),
            ("show", |chat, command| hide(chat, &command, false)),
            ("injectMessage", inject_message),
            ("showChatButton", |chat, command| want_launcher(chat, &command, true)),
            ("hideChatButton", |chat, command| want_launcher(chat, &command, false)),
            ("invite", |chat, command| chat.invite_by_command(INVITE, &command)),
            ("reInvite", |chat, command| chat.invite_by_command(RE_INVITE, &command)),
            ("showOverlay", pane::show),
            ("hideOverlay", pane::hide),
            ("configure", |chat, command| {
                chat.configure(&command.data)?;
                command.deferred.resolve(JsValue::UNDEFINED);
                Ok(())
            }),
        ];
        for (name, body) in commands {
            let chat = Rc::clone(self);
            self.plugin.register_command(name, move |command| body(&chat, command));
        }
        self.plugin.register_events(&[
            "ready",
            "opened",
            "started",
            "closed",
            "minimized",
            "unminimized",
            "completed",
            "messageAdded",
        ]);
    }
}

// Closing by command ends a running chat without asking: the commander has decided.
fn close(chat: &Rc<WebChat>, command: Command) -> Result<(), JsValue> {
    if chat.open_surface().is_none() {
        command.deferred.reject("already closed");
        return Ok(());
    }
    if chat.has_session() {
        let _never_resolves = chat.plugin.command("WebChatService.endChat", JsValue::UNDEFINED);
    }
    chat.close(false);
    command.deferred.resolve(JsValue::UNDEFINED);
    Ok(())
}

fn minimize(chat: &Rc<WebChat>, command: Command) -> Result<(), JsValue> {
    if chat.open_surface().is_none() {
        command.deferred.reject(NOT_OPEN);
        return Ok(());
    }
    let wanted = interop::get(&command.data, "minimized").as_bool().unwrap_or(!chat.minimized.get());
    chat.fold(wanted, true);
    if let Some(surface) = chat.open_surface() {
        chat.look_for_older(&surface);
    }
    command.deferred.resolve(JsValue::UNDEFINED);
    Ok(())
}

fn want_launcher(chat: &Rc<WebChat>, command: &Command, wanted: bool) -> Result<(), JsValue> {
    chat.want_launcher(wanted)?;
    command.deferred.resolve(JsValue::UNDEFINED);
    Ok(())
}

fn end_chat(chat: &Rc<WebChat>, command: Command) -> Result<(), JsValue> {
    if !chat.has_session() {
        command.deferred.reject(NO_SESSION);
        return Ok(());
    }
    let _never_resolves = chat.plugin.command("WebChatService.endChat", JsValue::UNDEFINED);
    command.deferred.resolve(JsValue::UNDEFINED);
    Ok(())
}

fn hide(chat: &Rc<WebChat>, command: &Command, hidden: bool) -> Result<(), JsValue> {
    if chat.set_hidden(hidden) {
        command.deferred.resolve(JsValue::UNDEFINED);
    } else {
        command.deferred.reject(NOT_OPEN);
    }
    Ok(())
}

/// `injectMessage {type, name, text, custom, bubble}`. Of the markup of type `html` what is allowed is built. Not stored: gone
/// after a reload, not in `getTranscript`.
fn inject_message(chat: &Rc<WebChat>, command: Command) -> Result<(), JsValue> {
    let surface = chat.open_surface().filter(|_| chat.client_joined.get());
    let Some(surface) = surface else {
        command.deferred.reject("Messages can be injected only into an open chat that the client has joined.");
        return Ok(());
    };
    let option = |key: &str| interop::get_string(&command.data, key).unwrap_or_default();
    let (name, text) = (option("name"), option("text"));
    let bubble = Bubble {
        id: None,
        side: "cx-them",
        name: &name,
        text: &text,
        content: if option("type") == "html" { Content::Markup } else { Content::Text },
        pictures: &[],
        time: None,
        bare: interop::get(&command.data, "custom").is_truthy()
            || interop::get(&command.data, "bubble") == JsValue::FALSE,
    };
    surface.read_out(true);
    let style = chat.options.borrow().style;
    let element = drawing::draw_bubble(surface.sheet(), &chat.texts, &bubble, style)?;
    surface.scroll_to_end();
    dom::toggle_class(&element, "cx-injected", true);
    command.deferred.resolve(element_list::list(vec![element.into()]));
    Ok(())
}
