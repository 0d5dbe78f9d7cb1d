//! One tab owns the MicroApp: every tab of a site restores the same chat and sees the same request (bus facts, 0.13).
//!
//! A Web Lock is the ownership; taking it over steals the lock. A `BroadcastChannel` tells the others that a MicroApp is
//! over. Pages without https have no locks: there the tabs agree over the channel ([`crate::core::ownership`]).

use super::callback::once;
use super::frame_channel;
use super::js::{self, call_with, create, get, one, set};
use super::listener::Listener;
use super::promise::settled;
use super::timer::Timeout;
use crate::core::event::{Event, Report};
use crate::core::ownership::{Message, Outcome, Ownership};
use js_sys::Object;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

const NAME: &str = "cx-speechstorm";
/// Milliseconds to wait for a lock, or for an objection.
const PATIENCE: f64 = 500.0;

/// This tab among the others.
pub struct Tabs {
    report: Report,
    /// Resolves the promise that holds our lock.
    let_go: Rc<Cell<JsValue>>,
    /// The interaction id of the last claim.
    chat: Rc<RefCell<String>>,
    /// Our standing where there are no locks.
    ownership: Rc<RefCell<Ownership>>,
    deadline: RefCell<Option<Timeout>>,
    channel: Option<EventTarget>,
    _heard: Option<Listener>,
}

impl Tabs {
    /// Listens to the other tabs; everything that comes of it goes to `report`.
    pub fn new(report: Report) -> Tabs {
        let channel: Option<EventTarget> =
            create("BroadcastChannel", one(NAME.into())).ok().map(JsCast::unchecked_into);
        let chat: Rc<RefCell<String>> = Rc::default();
        let ownership = Rc::new(RefCell::new(Ownership::new(frame_channel::nonce().unwrap_or_default())));
        let (to, ours, standing, answers) = (report.clone(), chat.clone(), ownership.clone(), channel.clone());
        let _heard = channel.as_ref().map(|channel| {
            Listener::new(channel, "message", move |event| {
                let text = get(&event, "data").as_string();
                let Some(message) = text.as_deref().and_then(Message::parse) else { return };
                if let Message::Over(chat, index) = &message
                    && *ours.borrow() == *chat
                {
                    to(Event::OverElsewhere(*index));
                }
                let outcome = standing.borrow_mut().hear(&message);
                match outcome {
                    Outcome::Nothing => {}
                    Outcome::Tell(message) => tell(answers.as_ref(), &message),
                    Outcome::Refused => to(Event::Claimed(false)),
                    Outcome::TakenOver => to(Event::TakenOver),
                }
            })
        });
        Tabs { report, let_go: Rc::default(), chat, ownership, deadline: RefCell::default(), channel, _heard }
    }

    /// Becomes the owner of the chat's MicroApps, if no other tab is or if it may `steal`; reports `Claimed`, and later
    /// `TakenOver` when another tab steals it.
    pub fn claim(&self, chat: &str, steal: bool) {
        self.chat.replace(chat.to_owned());
        let report = self.report.clone();
        let locks = get(&get(&js::window(), "navigator"), "locks");
        if !locks.is_object() {
            return self.claim_by_asking(chat, steal);
        }
        let options = Object::new();
        if steal {
            set(&options, "steal", true);
        } else {
            // Why a little patience: a lock that this tab, or this tab before a reload, has just given up is free only soon.
            let signal = call_with(&get(&js::window(), "AbortSignal"), "timeout", PATIENCE);
            if signal.is_undefined() { set(&options, "ifAvailable", true) } else { set(&options, "signal", signal) }
        }
        let owned = Rc::new(Cell::new(false));
        let (let_go, granted, owns) = (self.let_go.clone(), report.clone(), owned.clone());
        let hold = once(move |lock| {
            if lock.is_null() {
                granted(Event::Claimed(false));
                return JsValue::UNDEFINED;
            }
            owns.set(true);
            // The lock is ours until this is resolved.
            let held = create(
                "Promise",
                one(once(move |resolve| {
                    let_go.set(resolve);
                    JsValue::UNDEFINED
                })),
            );
            granted(Event::Claimed(true));
            held.unwrap_or_default()
        });
        let request = js::two([NAME, ":", chat].concat().into(), options.into());
        request.push(&hold);
        let Ok(promise) = js::try_call(&locks, "request", request) else { return report(Event::Claimed(true)) };
        // Rejected when our patience is over, or when another tab steals the lock that we had.
        let lost = move |end: Result<JsValue, JsValue>| {
            if end.is_err() {
                report(if owned.get() { Event::TakenOver } else { Event::Claimed(false) });
            }
        };
        settled(&promise, Box::new(lost));
    }

    fn claim_by_asking(&self, chat: &str, steal: bool) {
        let report = self.report.clone();
        if self.channel.is_none() {
            return report(Event::Claimed(true));
        }
        if steal {
            tell(self.channel.as_ref(), &self.ownership.borrow_mut().steal(chat));
            return report(Event::Claimed(true));
        }
        tell(self.channel.as_ref(), &self.ownership.borrow_mut().claim(chat));
        let ownership = self.ownership.clone();
        self.deadline.replace(Some(Timeout::new(PATIENCE, move || {
            let ours = ownership.borrow_mut().unopposed();
            if ours {
                report(Event::Claimed(true));
            }
        })));
    }

    /// Gives the ownership up and tells the others that the MicroApp of this index is over.
    pub fn release(&self, index: Option<u32>) {
        let let_go = self.let_go.take();
        if !let_go.is_undefined() {
            call_with(&let_go, "call", JsValue::UNDEFINED);
        }
        self.ownership.borrow_mut().release();
        if let Some(index) = index {
            tell(self.channel.as_ref(), &Message::Over(self.chat.borrow().clone(), index));
        }
    }
}

/// Tells the other tabs; a posted message runs no script here.
fn tell(channel: Option<&EventTarget>, message: &Message) {
    if let Some(channel) = channel {
        call_with(channel, "postMessage", message.text());
    }
}
