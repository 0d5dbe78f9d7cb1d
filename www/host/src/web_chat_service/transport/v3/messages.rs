//! Raw messages → normalised messages and events about participants (transports 3.3 and 3.5).

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use super::V3;
use super::polling::data_of;
use crate::interop;
use crate::web_chat_service::fields::text_of;
use crate::web_chat_service::transport::http::Reply;
use crate::web_chat_service::transport::next::{Batch, Incoming};

/// Which messages have been taken, and where to go on.
#[derive(Default)]
pub struct Positions {
    seen: RefCell<HashSet<String>>,
    /// Key and index of the newest and of the oldest message.
    newest: RefCell<Option<(String, String)>>,
    oldest: RefCell<Option<(String, String)>>,
}

impl Positions {
    /// The index of the message handled last.
    #[must_use]
    pub fn last(&self) -> Option<String> {
        self.newest.borrow().as_ref().map(|(_, index)| index.clone())
    }

    /// The same without its dash, as it is compared and kept in the cookie.
    #[must_use]
    pub fn last_key(&self) -> Option<String> {
        self.newest.borrow().as_ref().map(|(key, _)| key.clone())
    }

    /// The index of the oldest message.
    #[must_use]
    pub fn first(&self) -> Option<String> {
        self.oldest.borrow().as_ref().map(|(_, index)| index.clone())
    }

    /// Takes a message in; `false` where it has been taken before.
    fn admit(&self, key: &str, index: &str) -> bool {
        if !self.seen.borrow_mut().insert(key.to_owned()) {
            return false;
        }
        let position = Some((key.to_owned(), index.to_owned()));
        if self.newest.borrow().as_ref().is_none_or(|(newest, _)| newest.as_str() < key) {
            self.newest.replace(position.clone());
        }
        if self.oldest.borrow().as_ref().is_none_or(|(oldest, _)| oldest.as_str() > key) {
            self.oldest.replace(position);
        }
        true
    }

    /// Forgets everything, for a new chat.
    pub fn reset(&self) {
        self.seen.borrow_mut().clear();
        self.newest.replace(None);
        self.oldest.replace(None);
    }
}

/// The messages of an answer.
pub(super) fn messages_of(reply: &Reply) -> Array {
    interop::get(&data_of(reply), "messages").dyn_into().unwrap_or_default()
}

/// The index without its first dash: the key for order and duplicates.
fn key_of(raw: &JsValue) -> String {
    text_of(&interop::get(raw, "index")).replacen('-', "", 1)
}

impl V3 {
    /// Works through an answer with messages: its messages, then the end of the chat if it names one.
    ///
    /// # Errors
    /// The exception of a preprocessor.
    pub(super) async fn take_answer(self: &Rc<Self>, reply: &Reply, batch: Batch) -> Result<(), JsValue> {
        let news = self.sort_out(&messages_of(reply), false).await;
        for raw in &news {
            self.publish_side_event(raw);
        }
        let taken = self.hand_on(&news, batch);
        if let (Some(last), true) = (news.last(), self.desk.is_active()) {
            self.session.remember_index(&key_of(last));
            self.hand_to_site();
        }
        if interop::get(&data_of(reply), "chatEnded").is_truthy() {
            self.finish_by_server();
        }
        taken
    }

    /// An answer with older messages, newest first. What happened in it is history.
    ///
    /// # Errors
    /// The exception of a preprocessor.
    pub(super) async fn take_older(self: &Rc<Self>, reply: &Reply) -> Result<(), JsValue> {
        let news = self.sort_out(&messages_of(reply), true).await;
        self.hand_on(&news, Batch { restoring: false, old: true })
    }

    /// The messages that have not come before, in their order, with their pictures.
    async fn sort_out(&self, messages: &Array, newest_first: bool) -> Vec<JsValue> {
        let mut news: Vec<(String, JsValue)> = messages.iter().map(|raw| (key_of(&raw), raw)).collect();
        news.sort_by(|(one, _), (other, _)| one.cmp(other));
        news.retain(|(key, raw)| self.positions.admit(key, &text_of(&interop::get(raw, "index"))));
        if newest_first {
            news.reverse();
        }
        let mut ready = Vec::new();
        for (_, raw) in news {
            self.fetch_pictures(&raw).await;
            ready.push(raw);
        }
        ready
    }

    fn hand_on(&self, raws: &[JsValue], batch: Batch) -> Result<(), JsValue> {
        if raws.is_empty() {
            return Ok(());
        }
        let incoming = raws.iter().map(|raw| Incoming { original: original(raw), message: normalised(raw) });
        self.desk.publish_messages(incoming.collect(), batch)
    }

    /// The event of a join, a leave, typing or its end; before `messageReceived`.
    fn publish_side_event(&self, raw: &JsValue) {
        let from = interop::get(raw, "from");
        let party = party_type(&from);
        let is_agent = matches!(party.as_str(), "Agent" | "Supervisor");
        let kind = interop::get_string(raw, "type").unwrap_or_default();
        match kind.as_str() {
            "ParticipantJoined" | "ParticipantLeft" => {
                let joined = kind == "ParticipantJoined";
                if is_agent {
                    let id = text_of(&interop::get(&from, "participantId"));
                    let supervisor = party == "Supervisor";
                    // Nobody learns when: transports 3.5.
                    self.desk.note_agent(&id, &name_of(&from), supervisor, joined, &JsValue::UNDEFINED);
                }
                let mut event = party;
                if let Some(first) = event.get_mut(..1) {
                    first.make_ascii_lowercase();
                }
                event.push_str(if joined { "Connected" } else { "Disconnected" });
                self.desk.publish_participant(&event, &original(raw));
            }
            "TypingStarted" if party != "Client" => {
                self.desk.agent_typing(&interop::object(&[("from", sender(&from).into())]));
            }
            "Text" | "Message" | "PushUrl" | "Notice" | "TypingStopped" if is_agent => {
                self.desk.forget_agent_typing();
                self.desk.publish("agentTypingStopped", JsValue::UNDEFINED);
            }
            _ => {}
        }
    }
}

/// The entry of `originalMessages`: raw, with the sender's type, name and id as plugins know them.
fn original(raw: &JsValue) -> JsValue {
    let copy = interop::deep_copy(raw);
    let from = interop::get(&copy, "from");
    if from.is_object() {
        interop::set(&from, "type", party_type(&from));
        interop::set(&from, "name", name_of(&from));
        interop::set(&from, "id", interop::get(&from, "participantId"));
    }
    copy
}

fn normalised(raw: &JsValue) -> JsValue {
    let message = interop::deep_copy(raw);
    let key = key_of(raw);
    let kind = interop::get_string(raw, "type").unwrap_or_default();
    interop::set(&message, "type", if kind == "Text" { "Message" } else { kind.as_str() });
    interop::set(&message, "iTempIndex", key.parse::<f64>().unwrap_or_default());
    interop::set(&message, "index", key);
    interop::set(&message, "timestamp", interop::get(raw, "utcTime"));
    interop::set(&message, "from", sender(&interop::get(raw, "from")));
    if kind == "PushUrl" {
        interop::set(&message, "text", interop::get(raw, "url"));
    }
    message
}

fn sender(from: &JsValue) -> Object {
    interop::object(&[
        ("name", name_of(from)),
        ("type", party_type(from).into()),
        ("participantId", interop::get(from, "participantId")),
    ])
}

fn party_type(from: &JsValue) -> String {
    let given = interop::get_string(from, "type").unwrap_or_default();
    if given == "Customer" { "Client".to_owned() } else { given }
}

fn name_of(from: &JsValue) -> JsValue {
    let nickname = interop::get(from, "nickname");
    if nickname.is_truthy() { nickname } else { interop::get(from, "firstName") }
}
