//! When the server is asked for messages (transports 3.4).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Storage};

use super::V3;
use crate::dom;
use crate::interop;
use crate::timer::{self, Timer};
use crate::web_chat_service::transport::http::Reply;
use crate::web_chat_service::transport::next::Batch;

/// Which tab polls: `"true"` while one does.
const LOCK: &str = "_genesys.widgets.chatPollPending";

/// HTTP status of a server that is asked too often: the client's own pace stays.
const TOO_MANY: u16 = 429;

/// The state of polling.
#[derive(Default)]
pub struct Poll {
    timer: Timer,
    running: Cell<bool>,
    paused: Cell<bool>,
    holds_lock: Cell<bool>,
    /// Goes up with each start, stop and pause: the answer to an earlier poll is then ignored.
    turn: Cell<u32>,
    /// What the poll under way is given up with.
    abort: RefCell<Option<AbortController>>,
    wait: Cell<f64>,
    /// After a pause, and after a poll that was given up, the position is named.
    with_index: Cell<bool>,
    disconnected: Cell<bool>,
}

impl Poll {
    /// Whether polls are made, now or after a pause.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.running.get()
    }

    /// For a new chat, which has no position yet.
    pub fn reset(&self) {
        self.with_index.set(false);
    }
}

impl V3 {
    /// Polls at once, and from then on.
    pub(super) fn start_polling(self: &Rc<Self>) {
        let poll = &self.poll;
        poll.running.set(true);
        poll.paused.set(false);
        poll.wait.set(self.settings().poll_timeout);
        self.poll_now();
    }

    /// Stops polling and publishes `pollingStopped`; nothing where nothing runs.
    pub(super) fn stop_polling(&self) {
        if self.poll.running.replace(false) {
            self.abandon_poll();
            self.poll.disconnected.set(false);
            self.desk.publish("pollingStopped", JsValue::UNDEFINED);
        }
    }

    /// Polls no more until [`V3::continue_polling`]; an answer on its way is not taken.
    pub(super) fn pause_polling(&self) {
        self.poll.paused.set(true);
        self.abandon_poll();
    }

    /// Goes on after the message handled last.
    pub(super) fn continue_polling(self: &Rc<Self>) {
        if self.poll.paused.replace(false) {
            self.poll.with_index.set(true);
            if self.poll.is_on() {
                self.poll_now();
            }
        }
    }

    fn abandon_poll(&self) {
        self.poll.turn.set(self.poll.turn.get() + 1);
        self.poll.timer.stop();
        if let Some(abort) = self.poll.abort.take() {
            abort.abort();
            // The server counts as delivered what the lost answer had in it.
            self.poll.with_index.set(true);
        }
        self.release_lock();
    }

    fn poll_later(self: &Rc<Self>) {
        let line = Rc::downgrade(self);
        self.poll.timer.start(self.poll.wait.get() as i32, move || {
            if let Some(line) = line.upgrade() {
                line.poll_now();
            }
        });
    }

    fn poll_now(self: &Rc<Self>) {
        if !self.poll.running.get() || self.poll.paused.get() {
            return;
        }
        self.poll.timer.stop();
        let turn = self.poll.turn.get() + 1;
        self.poll.turn.set(turn);
        if !self.take_lock() {
            self.poll_later();
            return;
        }
        self.desk.publish("pollingStarted", JsValue::UNDEFINED);
        let missed = self.session.is_behind(self.positions.last_key().as_deref());
        let last = self.positions.last().filter(|_| self.poll.with_index.replace(false) || missed);
        let abort = AbortController::new().ok();
        self.poll.abort.replace(abort.clone());
        let line = Rc::clone(self);
        spawn_local(async move {
            let query: Vec<_> = last.iter().map(|index| ("index", index.as_str())).collect();
            let reply = line.get_messages(&query, abort).await;
            if line.poll.turn.get() == turn {
                line.poll.abort.take();
                line.release_lock();
                line.take_poll(&reply).await;
            }
        });
    }

    async fn take_poll(self: &Rc<Self>, reply: &Reply) {
        let turn = self.poll.turn.get();
        if reply.is_good() {
            self.poll.wait.set(self.settings().poll_timeout);
            if self.poll.disconnected.replace(false) {
                self.desk.publish("reconnected", JsValue::UNDEFINED);
            }
            if let Err(error) = self.take_answer(reply, Batch::default()).await {
                // A preprocessor threw: nothing polls until something starts it again (transports 1.2).
                self.poll.running.set(false);
                timer::report(error);
            }
        } else {
            if reply.status != TOO_MANY {
                self.poll.wait.set(self.poll.wait.get() * self.settings().poll_growth);
            }
            if reply.status != 0 {
                self.take_failure(reply);
            } else if !self.poll.disconnected.replace(true) {
                self.desk.publish("disconnected", JsValue::UNDEFINED);
            }
        }
        if self.poll.turn.get() == turn && self.poll.running.get() {
            self.poll_later();
        }
    }

    /// Takes the lock that tabs share; `false` where another tab has it. Without storage there are no other tabs.
    fn take_lock(self: &Rc<Self>) -> bool {
        let Some(storage) = storage() else { return true };
        let is_held = storage.get_item(LOCK).ok().flatten().as_deref() == Some("true");
        if is_held && !self.poll.holds_lock.get() {
            return false;
        }
        self.poll.holds_lock.set(true);
        let _full = storage.set_item(LOCK, "true");
        true
    }

    fn release_lock(&self) {
        if let Some(storage) = storage().filter(|_| self.poll.holds_lock.replace(false)) {
            let _full = storage.set_item(LOCK, "false");
        }
    }

    /// A page that goes away gives the lock back. The real product does not, and no tab polls after it.
    pub(super) fn release_lock_with_page(self: &Rc<Self>) {
        let line = Rc::downgrade(self);
        if let Some(window) = web_sys::window() {
            let _never = dom::listen(&window, "pagehide", move |_| {
                if let Some(line) = line.upgrade() {
                    line.release_lock();
                }
                Ok(())
            });
        }
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The messages of an answer; `undefined` where it has no data.
pub(super) fn data_of(reply: &Reply) -> JsValue {
    interop::get(&reply.json(), "data")
}
