//! One tab owns the MicroApp: every tab of a site restores the same chat and sees the same request (bus facts, 0.13).
//!
//! A Web Lock is the ownership; taking it over steals the lock. A `BroadcastChannel` tells the others that a MicroApp is
//! over. Where the browser has no locks, every tab owns what it opens, as before.

use super::js_error::set;
use super::listener::Listener;
use crate::core::event::Event;
use js_sys::{Function, Object, Promise, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

const NAME: &str = "cx-speechstorm";
/// Milliseconds to wait for a lock.
const PATIENCE: f64 = 500.0;

type Report = Rc<dyn Fn(Event)>;

/// This tab among the others.
pub struct Tabs {
    report: Report,
    /// Resolves the promise that holds our lock.
    let_go: Rc<RefCell<Option<Function>>>,
    /// The interaction id of the last claim.
    chat: Rc<RefCell<String>>,
    channel: Option<BroadcastChannel>,
    _heard: Option<Listener>,
}

impl Tabs {
    /// Listens to the other tabs; everything that comes of it goes to `report`.
    pub fn new(report: impl Fn(Event) + 'static) -> Tabs {
        let report: Report = Rc::new(report);
        let channel = BroadcastChannel::new(NAME).ok();
        let chat: Rc<RefCell<String>> = Rc::default();
        let (to, ours) = (report.clone(), chat.clone());
        let _heard = channel.as_ref().map(|channel| {
            Listener::new(channel, "message", move |event| {
                let over = event.dyn_into::<MessageEvent>().ok().and_then(|event| event.data().as_string());
                let Some((index, chat)) = over.as_deref().and_then(|over| over.split_once(' ')) else { return };
                if let (true, Ok(index)) = (*ours.borrow() == chat, index.parse()) {
                    to(Event::OverElsewhere(index));
                }
            })
        });
        Tabs { report, let_go: Rc::default(), chat, channel, _heard }
    }

    /// Becomes the owner of the chat's MicroApps, if no other tab is or if it may `steal`; reports `Claimed`, and later
    /// `TakenOver` when another tab steals it.
    pub fn claim(&self, chat: &str, steal: bool) {
        self.chat.replace(chat.to_owned());
        let report = self.report.clone();
        let Some((locks, request)) = lock_manager() else { return report(Event::Claimed(true)) };
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

    /// Gives the ownership up and tells the others that the MicroApp of this index is over.
    pub fn release(&self, index: Option<u32>) {
        if let Some(let_go) = self.let_go.take() {
            let _ = let_go.call0(&JsValue::UNDEFINED);
        }
        if let (Some(channel), Some(index)) = (&self.channel, index) {
            let over = [&index.to_string(), " ", &self.chat.borrow()].concat();
            let _ = channel.post_message(&over.into());
        }
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
