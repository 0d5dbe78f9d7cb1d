//! One tab owns the MicroApp: every tab of a site restores the same chat and sees the same request (bus facts, 0.13).
//!
//! A Web Lock is the ownership; taking it over steals the lock. A `BroadcastChannel` tells the others that a MicroApp is
//! over. Pages without https have no locks: there the tabs agree over the channel ([`crate::core::ownership`]).

use super::frame_channel;
use super::js_error::set;
use super::listener::Listener;
use super::timer::Timeout;
use crate::core::event::Event;
use crate::core::ownership::{Message, Outcome, Ownership};
use js_sys::{Function, Object, Promise, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

const NAME: &str = "cx-speechstorm";
/// Milliseconds to wait for a lock, or for an objection.
const PATIENCE: f64 = 500.0;

type Report = Rc<dyn Fn(Event)>;

/// This tab among the others.
pub struct Tabs {
    report: Report,
    /// Resolves the promise that holds our lock.
    let_go: Rc<RefCell<Option<Function>>>,
    /// The interaction id of the last claim.
    chat: Rc<RefCell<String>>,
    /// Our standing where there are no locks.
    ownership: Rc<RefCell<Ownership>>,
    deadline: RefCell<Option<Timeout>>,
    channel: Option<BroadcastChannel>,
    _heard: Option<Listener>,
}

impl Tabs {
    /// Listens to the other tabs; everything that comes of it goes to `report`.
    pub fn new(report: impl Fn(Event) + 'static) -> Tabs {
        let report: Report = Rc::new(report);
        let channel = BroadcastChannel::new(NAME).ok();
        let chat: Rc<RefCell<String>> = Rc::default();
        let ownership = Rc::new(RefCell::new(Ownership::new(frame_channel::nonce().unwrap_or_default())));
        let (to, ours, standing, answers) = (report.clone(), chat.clone(), ownership.clone(), channel.clone());
        let _heard = channel.as_ref().map(|channel| {
            Listener::new(channel, "message", move |event| {
                let text = event.dyn_into::<MessageEvent>().ok().and_then(|event| event.data().as_string());
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
        let Some((locks, request)) = lock_manager() else { return self.claim_by_asking(chat, steal) };
        let options = Object::new();
        if steal {
            set(&options, "steal", &true.into());
        } else {
            // Why a little patience: a lock that this tab, or this tab before a reload, has just given up is free only soon.
            match give_up_after(PATIENCE) {
                Some(signal) => set(&options, "signal", &signal),
                None => set(&options, "ifAvailable", &true.into()),
            }
        }
        let owned = Rc::new(Cell::new(false));
        let (slot, granted, owns) = (self.let_go.clone(), report.clone(), owned.clone());
        let hold = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            if lock.is_null() {
                granted(Event::Claimed(false));
                return JsValue::UNDEFINED;
            }
            owns.set(true);
            let held = Promise::new(&mut |resolve, _| drop(slot.replace(Some(resolve))));
            granted(Event::Claimed(true));
            held.into()
        });
        let name = [NAME, ":", chat].concat();
        let Ok(promise) = request.call3(&locks, &name.into(), &options, &hold) else {
            return report(Event::Claimed(true));
        };
        // Rejected when our patience is over, or when another tab steals the lock that we had.
        let lost = Closure::once_into_js(move |_: JsValue| {
            report(if owned.get() { Event::TakenOver } else { Event::Claimed(false) });
        });
        if let Ok(caught) = Reflect::get(&promise, &"catch".into()).and_then(JsCast::dyn_into::<Function>) {
            let _ = caught.call1(&promise, &lost);
        }
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
        if let Some(let_go) = self.let_go.take() {
            let _ = let_go.call0(&JsValue::UNDEFINED);
        }
        self.ownership.borrow_mut().release();
        if let Some(index) = index {
            tell(self.channel.as_ref(), &Message::Over(self.chat.borrow().clone(), index));
        }
    }
}

/// Tells the other tabs; a posted message runs no script here.
fn tell(channel: Option<&BroadcastChannel>, message: &Message) {
    if let Some(channel) = channel {
        let _ = channel.post_message(&message.text().into());
    }
}

/// `AbortSignal.timeout`, where the browser has it.
fn give_up_after(milliseconds: f64) -> Option<JsValue> {
    let page = super::view::window()?;
    let signals = Reflect::get(&page, &"AbortSignal".into()).ok()?;
    let timeout: Function = Reflect::get(&signals, &"timeout".into()).ok()?.dyn_into().ok()?;
    timeout.call1(&signals, &milliseconds.into()).ok()
}

fn lock_manager() -> Option<(JsValue, Function)> {
    let page = super::view::window()?;
    let navigator = Reflect::get(&page, &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}
