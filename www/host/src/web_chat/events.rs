//! What the chat's events do to the window.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use super::WebChat;
use super::drawing::{self, Drawn};
use super::refusals;
use super::surface::{Page, Surface};
use crate::element_list;
use crate::interop;

/// What has been drawn: the event's data, the normalised message and the server's own.
pub(super) struct Added<'a> {
    pub(super) data: &'a JsValue,
    pub(super) message: &'a JsValue,
    pub(super) original: JsValue,
}

type Reaction = fn(&Rc<WebChat>, &JsValue) -> Result<(), JsValue>;

impl WebChat {
    pub(super) fn subscribe_to_chat(self: &Rc<Self>) {
        let reactions: [(&str, Reaction); 21] = [
            ("App.i18n", |chat, table| {
                chat.texts.take(table);
                chat.translate();
                Ok(())
            }),
            ("App.language", |chat, code| {
                chat.texts.speak(&code.as_string().unwrap_or_default());
                chat.translate();
                Ok(())
            }),
            ("App.closeAll", |chat, _| {
                chat.close(false);
                Ok(())
            }),
            ("WebChatService.started", started),
            ("WebChatService.restored", |chat, _| {
                let data = interop::object(&[("restoring", true.into())]);
                let _outcome = chat.plugin.command("WebChat.open", data);
                Ok(())
            }),
            ("WebChatService.restoreTimeout", WebChat::re_invite),
            ("WebChatService.restoreFailed", WebChat::re_invite),
            ("WebChatService.messageReceived", message_received),
            ("WebChatService.clientConnected", |chat, _| {
                chat.client_joined.set(true);
                Ok(())
            }),
            ("WebChatService.clientDisconnected", |chat, _| {
                chat.client_joined.set(false);
                Ok(())
            }),
            ("WebChatService.agentConnected", agent_connected),
            ("WebChatService.agentDisconnected", agent_typed),
            ("WebChatService.agentTypingStarted", agent_typing),
            ("WebChatService.agentTypingStopped", agent_typed),
            ("WebChatService.agentTypingTimeout", agent_typed),
            ("WebChatService.disconnected", connection_lost),
            ("WebChatService.chatServerWentOffline", connection_lost),
            ("WebChatService.reconnected", |chat, _| {
                if let Some(surface) = chat.open_surface() {
                    surface.set_notice(None);
                }
                Ok(())
            }),
            ("WebChatService.capabilitiesChanged", |chat, _| {
                if let Some(surface) = chat.open_surface() {
                    chat.show_attach(&surface);
                }
                Ok(())
            }),
            ("WebChatService.error", refusals::tell),
            ("WebChatService.ended", ended),
        ];
        for (event, reaction) in reactions {
            let chat = Rc::clone(self);
            self.plugin.subscribe(event, move |data| reaction(&chat, data));
        }
    }

    /// Draws one `messageReceived`; each drawn message is told by `messageAdded` (bus facts 7).
    pub(super) fn draw_all(&self, surface: &Surface, data: &JsValue) -> Result<(), JsValue> {
        if interop::get(data, "oldMessages").is_truthy() {
            return self.draw_older(surface, data);
        }
        let (messages, originals) = (interop::get(data, "messages"), interop::get(data, "originalMessages"));
        let Some(messages) = messages.dyn_ref::<Array>() else { return Ok(()) };
        let style = self.options.borrow().style;
        for (position, message) in messages.iter().enumerate() {
            self.look_at_idle_time(surface, &message);
            let element = match drawing::draw(surface.sheet(), &self.texts, &message, style)? {
                Drawn::Nothing => continue,
                Drawn::Line(element) => {
                    surface.idle.hide();
                    element
                }
                Drawn::Message { element, unread } => {
                    surface.idle.hide();
                    if unread {
                        surface.set_waiting(false);
                        self.unread.add(!self.minimized.get());
                    }
                    element
                }
            };
            surface.scroll_to_end();
            let original = interop::get(&originals, &position.to_string());
            let added = Added { data, message: &message, original };
            self.publish_added(surface, added, element.into(), &self.last_html);
        }
        self.show_unread();
        Ok(())
    }

    fn look_at_idle_time(&self, surface: &Surface, message: &JsValue) {
        match interop::get_string(message, "type").as_deref() {
            Some("Notice") => surface.set_typing(None),
            Some("IdleAlert") => {
                surface.idle.show(&self.texts, message);
                surface.scroll_to_end();
            }
            Some("IdleClose") => {
                surface.idle.hide();
                self.closed_by_silence.set(true);
            }
            _ => {}
        }
    }

    /// `messageAdded`; `last` holds the element that was drawn before, and this one from now on.
    pub(super) fn publish_added(
        &self,
        surface: &Surface,
        added: Added<'_>,
        element: web_sys::Element,
        last: &RefCell<JsValue>,
    ) {
        let Added { data, message, original } = added;
        let id = element.id();
        let html: JsValue = element_list::list(vec![element]).into();
        let previous = last.replace(html.clone());
        self.plugin.publish(
            "messageAdded",
            interop::object(&[
                ("data", data.clone()),
                ("message", message.clone()),
                ("originalMessage", original),
                ("html", html),
                ("transcript", surface.transcript.clone().into()),
                ("index", interop::get(message, "index")),
                ("id", id.into()),
                ("prevMessageHTML", previous),
            ]),
        );
    }
}

fn started(chat: &Rc<WebChat>, _: &JsValue) -> Result<(), JsValue> {
    if let Some(surface) = chat.open_surface() {
        surface.show(Page::Chat);
        surface.set_waiting(true);
        if !chat.minimized.get() {
            surface.focus();
        }
    }
    Ok(())
}

fn message_received(chat: &Rc<WebChat>, data: &JsValue) -> Result<(), JsValue> {
    chat.history.borrow_mut().push(as_it_is_now(data));
    match chat.open_surface() {
        Some(surface) if surface.page() == Page::Chat => {
            chat.draw_all(&surface, data)?;
            chat.unread.end_recall();
            chat.look_for_older(&surface);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Subscribers share the data of an event: whoever takes messages out of it hides none from a window that opens later (bus
/// facts 2, "Bundle mode").
fn as_it_is_now(data: &JsValue) -> JsValue {
    let copy = Object::new();
    interop::assign(&copy, &[data]);
    for list in ["messages", "originalMessages"] {
        if let Some(all) = interop::get(data, list).dyn_ref::<Array>() {
            interop::set(&copy, list, all.slice(0, all.length()));
        }
    }
    copy.into()
}

fn agent_connected(chat: &Rc<WebChat>, data: &JsValue) -> Result<(), JsValue> {
    chat.agent_joined.set(true);
    if let Some(name) = interop::get_path(data, "message.from.name").as_string() {
        chat.partner.replace(name);
    }
    if let Some(surface) = chat.open_surface() {
        surface.set_waiting(false);
        surface.set_partner(&chat.partner.borrow());
    }
    Ok(())
}

/// Over GMS the data are the server's answer, over other transports they name who types (transports 2.8).
fn agent_typing(chat: &Rc<WebChat>, data: &JsValue) -> Result<(), JsValue> {
    let Some(surface) = chat.open_surface() else { return Ok(()) };
    let messages = interop::get(data, "messages");
    let last = interop::get(&messages, &interop::length(&messages).saturating_sub(1).to_string());
    let named = interop::get_path(data, "from.name").as_string();
    let text = match named.or_else(|| interop::get_path(&last, "from.nickname").as_string()) {
        Some(name) => chat.texts.fill("ChatTyping", "name", &name),
        None => chat.texts.get("ChatTypingUnnamed"),
    };
    surface.set_typing(Some(&text));
    Ok(())
}

fn agent_typed(chat: &Rc<WebChat>, _: &JsValue) -> Result<(), JsValue> {
    if let Some(surface) = chat.open_surface() {
        surface.set_typing(None);
    }
    Ok(())
}

fn connection_lost(chat: &Rc<WebChat>, _: &JsValue) -> Result<(), JsValue> {
    if let Some(surface) = chat.open_surface() {
        surface.set_notice(Some(&chat.texts.get("ChatDisconnected")));
    }
    Ok(())
}

fn ended(chat: &Rc<WebChat>, _: &JsValue) -> Result<(), JsValue> {
    chat.client_joined.set(false);
    chat.forget_window();
    if let Some(surface) = chat.open_surface() {
        let silence = chat.closed_by_silence.get();
        surface.set_ended(&chat.texts.get(if silence { "ChatEndedIdle" } else { "ChatEnded" }));
        chat.plugin.publish("completed", JsValue::UNDEFINED);
    }
    Ok(())
}
