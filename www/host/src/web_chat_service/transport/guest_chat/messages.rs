//! Event bodies → normalised messages and events about participants (transports 2.8 to 2.10).

use std::rc::Rc;

use js_sys::{Date, Object};
use wasm_bindgen::JsValue;

use super::GuestChat;
use super::members::Role;
use crate::interop;
use crate::timer;
use crate::web_chat_service::transport::next::{Batch, Incoming};

/// The sender's id.
pub(super) fn sender_of(body: &JsValue) -> String {
    interop::get_path(body, "sender.id").as_string().unwrap_or_default()
}

/// A join (`Some(true)`), a leave (`Some(false)`), or a text.
pub(super) fn turn_of(body: &JsValue) -> Option<bool> {
    match interop::get_string(body, "bodyType").as_deref() {
        Some("member-join") => Some(true),
        Some("member-leave") => Some(false),
        _ => None,
    }
}

/// The name of a normalised message's type.
fn type_of(turn: Option<bool>) -> &'static str {
    match turn {
        Some(true) => "ParticipantJoined",
        Some(false) => "ParticipantLeft",
        None => "Message",
    }
}

fn time_of(body: &JsValue) -> f64 {
    Date::new(&interop::get(body, "timestamp")).get_time()
}

impl GuestChat {
    /// The batch that the event stream brought since the last tick. Joins and leaves have no sender in it: those have been
    /// announced already.
    pub(super) fn publish_live(self: &Rc<Self>, bodies: &[JsValue]) {
        let mut typing_over = false;
        for body in bodies {
            let sender = sender_of(body);
            let (role, turn) = (self.members.role(&sender), turn_of(body));
            if turn == Some(false) && sender == self.stream.own_id() {
                self.desk.publish_participant("clientDisconnected", body);
            } else if turn == Some(false) && role == Role::Agent && self.members.are_listed() {
                self.desk.publish_participant("agentDisconnected", body);
                typing_over = true;
            }
            if turn.is_none() && role == Role::Agent {
                typing_over |= self.desk.forget_agent_typing();
            }
        }
        let incoming = bodies.iter().map(|body| {
            let from = turn_of(body).is_none().then(|| self.sender(body, true));
            self.incoming(body, from, false)
        });
        self.hand_on(incoming.collect(), Batch::default());
        if typing_over {
            self.desk.publish("agentTypingStopped", JsValue::UNDEFINED);
        }
        if let Some(last) = bodies.last().filter(|_| self.desk.is_active()) {
            self.session.set("lastMessageId", &interop::get_string(last, "id").unwrap_or_default());
        }
    }

    /// Messages that were asked for after a gap or a reload, oldest first.
    pub(super) fn publish_replayed(self: &Rc<Self>, bodies: &[JsValue], batch: Batch) {
        let mut incoming = Vec::new();
        for body in bodies {
            let from = match turn_of(body) {
                None => Some(self.sender(body, false)),
                Some(joined) => self.replay_turn(body, joined),
            };
            incoming.push(self.incoming(body, from, batch.restoring));
        }
        if let Some(last) = bodies.last() {
            self.session.set("lastMessageId", &interop::get_string(last, "id").unwrap_or_default());
        }
        self.hand_on(incoming, batch);
    }

    /// A page of older messages, newest first. What happened in it is history: no events but `messageReceived`.
    pub(super) fn publish_older(self: &Rc<Self>, bodies: &[JsValue]) {
        let bots = self.settings().bot_events;
        let incoming = bodies.iter().map(|body| {
            // Who is not announced comes and goes without a sender here, too.
            let role = self.members.role(&sender_of(body));
            let is_told = turn_of(body).is_none_or(|joined| event_of(role, joined, bots).is_some());
            self.incoming(body, is_told.then(|| self.sender(body, false)), false)
        });
        self.hand_on(incoming.collect(), Batch { restoring: false, old: true });
    }

    fn hand_on(&self, incoming: Vec<Incoming>, batch: Batch) {
        if incoming.is_empty() {
            return;
        }
        if let Err(error) = self.desk.publish_messages(incoming, batch) {
            // The next batch is lost as well: transports 1.2.
            self.stream.lose_next();
            timer::report(error);
        }
    }

    /// A replayed join or leave: the sender and the event, unless it only repeats the last one.
    fn replay_turn(&self, body: &JsValue, joined: bool) -> Option<Object> {
        let id = sender_of(body);
        let role = self.members.role(&id);
        let event = event_of(role, joined, self.settings().bot_events)?;
        if !self.members.turn(&id, joined) {
            return None;
        }
        let name = self.name_of(&id);
        if role == Role::Agent {
            self.desk.note_agent(&id, &name, false, joined, &time_of(body).into());
        }
        self.desk.publish_participant(event, body);
        Some(interop::object(&[("type", type_name(role).into()), ("name", name)]))
    }

    /// A member came or went just now: a message made up for it, then the event (transports 2.8).
    pub(super) fn announce(self: &Rc<Self>, member: &JsValue, joined: bool) {
        let id = interop::get_string(member, "id").unwrap_or_default();
        let role = self.members.role(&id);
        let bots = self.settings().bot_events;
        let (Some(event), Role::Agent | Role::Workflow) = (event_of(role, joined, bots), role) else { return };
        self.members.turn(&id, joined);
        let (name, now) = (self.name_of(&id), interop::now());
        let message = interop::object(&[
            ("type", type_of(Some(joined)).into()),
            ("text", "".into()),
            ("from", interop::object(&[("type", type_name(role).into()), ("name", name.clone())]).into()),
            ("index", now.into()),
            ("timestamp", now.into()),
            ("restoring", false.into()),
            ("avatar", interop::get(member, "avatarImageUrl")),
        ]);
        let message = JsValue::from(message);
        self.hand_on(vec![Incoming { original: message.clone(), message }], Batch::default());
        if role == Role::Agent {
            self.desk.note_agent(&id, &name, false, joined, &now.into());
        }
        self.desk.publish_participant(event, member);
    }

    /// `typing-indicator`: only an agent's counts.
    pub(super) fn take_typing(&self, body: &JsValue) {
        let id = sender_of(body);
        if self.members.role(&id) == Role::Agent {
            let avatar = interop::get(&self.members.get(&id), "avatarImageUrl");
            let from = interop::object(&[("name", self.name_of(&id)), ("id", id.as_str().into()), ("avatar", avatar)]);
            self.desk.agent_typing(&interop::object(&[("from", from.into())]));
        }
    }

    fn incoming(&self, body: &JsValue, from: Option<Object>, restoring: bool) -> Incoming {
        let turn = turn_of(body);
        let member = self.members.get(&sender_of(body));
        if member.is_object() {
            interop::set(body, "role", interop::get(&member, "role"));
            interop::set(body, "state", interop::get(&member, "state"));
        }
        if turn.is_some() {
            interop::set(body, "lastEvent", type_of(turn));
        }
        let time = time_of(body);
        let message = interop::object(&[("type", type_of(turn).into())]);
        if turn.is_none() {
            interop::set(&message, "text", interop::get(body, "body"));
        }
        interop::set(&message, "restoring", restoring);
        interop::set(&message, "index", time);
        interop::set(&message, "timestamp", time);
        interop::set(&message, "id", interop::get(body, "id"));
        let avatar = interop::get(&member, "avatarImageUrl");
        if avatar.is_string() {
            interop::set(&message, "avatar", avatar);
        }
        if let Some(from) = from {
            interop::set(&message, "from", from);
        }
        Incoming { original: body.clone(), message: message.into() }
    }

    fn sender(&self, body: &JsValue, with_id: bool) -> Object {
        let id = sender_of(body);
        let role = self.members.role(&id);
        let from = Object::new();
        if with_id || matches!(role, Role::Unknown | Role::Acd) {
            interop::set(&from, "id", id.as_str());
        }
        match role {
            Role::Agent | Role::Customer => {
                interop::set(&from, "name", self.name_of(&id));
                interop::set(&from, "type", type_name(role));
            }
            Role::Workflow => {
                let notice = interop::get_string(body, "bodyType").as_deref() == Some("notice");
                interop::set(&from, "type", if notice { "External" } else { type_name(role) });
            }
            Role::Acd | Role::Unknown => {}
        }
        from
    }

    fn name_of(&self, id: &str) -> JsValue {
        let name = interop::get(&self.members.get(id), "displayName");
        match self.members.role(id) {
            Role::Agent if !name.is_string() => "Agent".into(),
            _ => name,
        }
    }
}

fn type_name(role: Role) -> &'static str {
    match role {
        Role::Agent => "Agent",
        Role::Workflow => "Bot",
        _ => "Client",
    }
}

/// The event of a join or a leave; `None` where nobody is told.
fn event_of(role: Role, joined: bool, bots: bool) -> Option<&'static str> {
    match (role, joined) {
        (Role::Agent, true) => Some("agentConnected"),
        (Role::Agent, false) => Some("agentDisconnected"),
        (Role::Customer, true) => Some("clientConnected"),
        (Role::Customer, false) => Some("clientDisconnected"),
        (Role::Workflow, true) if bots => Some("botConnected"),
        (Role::Workflow, false) if bots => Some("botDisconnected"),
        _ => None,
    }
}
