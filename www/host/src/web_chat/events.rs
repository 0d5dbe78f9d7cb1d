//! What the chat's events do to the window.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use super::WebChat;
use super::drawing::{self, Drawn};
use super::refusals;
use super::surface::{Page, Surface};
use crate::direction;
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
            ("WebChatService.restored", restored),
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
            ("WebChatService.agentDisconnected", agent_disconnected),
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

/// Nothing of an earlier chat stays: whoever has started this one, its messages count from 1 again.
fn started(chat: &Rc<WebChat>, _: &JsValue) -> Result<(), JsValue> {
    chat.start_anew();
    if let Some(surface) = chat.open_surface() {
        chat.remember_window();
        surface.begin_anew();
        if !chat.minimized.get() {
            surface.focus();
        }
    }
    Ok(())
}

/// The window opens with the chat of the earlier page. One that is open already, at its form or after another chat, turns
/// to it.
fn restored(chat: &Rc<WebChat>, _: &JsValue) -> Result<(), JsValue> {
    let Some(surface) = chat.open_surface() else {
        let data = interop::object(&[("restoring", true.into())]);
        let _outcome = chat.plugin.command("WebChat.open", data);
        return Ok(());
    };
    if surface.is_ended() {
        chat.start_anew();
    } else if surface.page() == Page::Chat {
        return Ok(());
    }
    chat.remember_window();
    surface.begin_anew();
    chat.take_up(&surface)?;
    if !chat.minimized.get() {
        surface.focus();
    }
    Ok(())
}

fn message_received(chat: &Rc<WebChat>, data: &JsValue) -> Result<(), JsValue> {
    chat.history.borrow_mut().push(as_it_is_now(data));
    match chat.open_surface() {
        Some(surface) if surface.page() == Page::Chat => {
            // Not every transport marks what it restores.
            let is_marked = ["restoring", "oldMessages"].iter().any(|mark| interop::get(data, mark).is_truthy());
            surface.read_out(!is_marked && !chat.unread.is_recalling());
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
    // Over Guest Chat the message is the member itself, without `from` (transports 2.8).
    let named = ["message.from.name", "message.displayName"].iter().find_map(|path| name_at(data, path));
    if let Some(name) = named.or_else(|| connected_agents(data).pop()) {
        chat.partner.replace(name);
    }
    if let Some(surface) = chat.open_surface() {
        surface.set_waiting(false);
        surface.set_partner(&chat.partner.borrow());
    }
    Ok(())
}

/// Below the title stands somebody who is still there, or nobody.
fn agent_disconnected(chat: &Rc<WebChat>, data: &JsValue) -> Result<(), JsValue> {
    let mut others = connected_agents(data);
    chat.agent_joined.set(!others.is_empty());
    if !others.contains(&chat.partner.borrow()) {
        chat.partner.replace(others.pop().unwrap_or_default());
    }
    if let Some(surface) = chat.open_surface() {
        surface.set_partner(&chat.partner.borrow());
    }
    agent_typed(chat, data)
}

/// The names of the agents that an event lists as connected.
fn connected_agents(data: &JsValue) -> Vec<String> {
    let agents = interop::get(data, "agents");
    let agents = interop::keys(&agents).into_iter().map(|id| interop::get(&agents, &id));
    let connected = agents.filter(|agent| interop::get(agent, "connected").is_truthy());
    connected.filter_map(|agent| name_at(&agent, "name")).collect()
}

fn name_at(data: &JsValue, path: &str) -> Option<String> {
    interop::get_path(data, path).as_string().filter(|name| !name.is_empty())
}

/// Over GMS the data are the server's answer, over other transports they name who types (transports 2.8).
fn agent_typing(chat: &Rc<WebChat>, data: &JsValue) -> Result<(), JsValue> {
    let Some(surface) = chat.open_surface() else { return Ok(()) };
    let messages = interop::get(data, "messages");
    let last = interop::get(&messages, &interop::length(&messages).saturating_sub(1).to_string());
    let named = interop::get_path(data, "from.name").as_string();
    let text = match named.or_else(|| interop::get_path(&last, "from.nickname").as_string()) {
        Some(name) => chat.texts.fill("ChatTyping", "name", &direction::isolate(&name)),
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
    // The chat that the customer is about to start is another one: `endChat` publishes an end without a chat, too, over
    // the transports other than GMS.
    if chat.open_surface().is_some_and(|surface| surface.page() == Page::Form) {
        return Ok(());
    }
    chat.forget_window();
    if let Some(surface) = chat.open_surface() {
        let silence = chat.closed_by_silence.get();
        surface.set_ended(&chat.texts.get(if silence { "ChatEndedIdle" } else { "ChatEnded" }));
        chat.plugin.publish("completed", JsValue::UNDEFINED);
    }
    Ok(())
}
