//! The event stream at work: frames, the buffer and its ticker, loss and return (transports 2.5, 2.8 and 2.9).

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::GuestChat;
use super::members::{Role, is_connected};
use super::messages::{sender_of, turn_of};
use super::socket::Socket;
use crate::interop;
use crate::timer::{self, Interval, Timer};
use crate::web_chat_service::transport::next::Batch;

/// How often the buffer is handed on, in milliseconds.
const TICK: i32 = 700;
/// The first wait between attempts to open a lost stream again, and the longest, in milliseconds. The real product does not
/// wait at all.
const RETRY: (i32, i32) = (1000, 30_000);
/// So long after the customer's own leave the chat ends, in milliseconds.
const END_AFTER: i32 = 1000;

/// The state of the stream.
#[derive(Default)]
pub struct Stream {
    socket: RefCell<Option<Socket>>,
    /// Goes up with each stream, so that what an older one still says is not heard.
    number: Cell<u32>,
    buffer: RefCell<Vec<JsValue>>,
    ticker: RefCell<Option<Interval>>,
    /// Requests for members under way.
    pending: Cell<u32>,
    /// Set where the real product forgets that no request is under way; the next join helps (transports, traps 1 and 3).
    blocked: Cell<bool>,
    /// The customer's own leave has come: the server may close the stream.
    leaving: Cell<bool>,
    lose_next: Cell<bool>,
    asked: RefCell<HashSet<String>>,
    own_id: RefCell<String>,
    heartbeat: Timer,
}

impl Stream {
    /// Whether events come in.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.socket.borrow().is_some()
    }

    /// The customer's own member; also after the end, when his leave comes in.
    #[must_use]
    pub fn own_id(&self) -> String {
        self.own_id.borrow().clone()
    }

    /// The next batch is dropped.
    pub fn lose_next(&self) {
        self.lose_next.set(true);
    }

    /// Hands nothing on until [`Stream::resume`].
    pub fn hold(&self) {
        self.pending.set(self.pending.get() + 1);
    }

    /// Ends a [`Stream::hold`]; what has come by other ways is not handed on again.
    pub fn resume(&self, known: &[JsValue]) {
        self.pending.set(self.pending.get().saturating_sub(1));
        let ids: HashSet<_> = known.iter().filter_map(|body| interop::get_string(body, "id")).collect();
        let is_new = |body: &JsValue| interop::get_string(body, "id").is_none_or(|id| !ids.contains(&id));
        self.buffer.borrow_mut().retain(is_new);
    }

    /// Forgets everything of an earlier chat.
    pub fn reset(&self, own_id: String) {
        self.own_id.replace(own_id);
        self.buffer.borrow_mut().clear();
        self.asked.borrow_mut().clear();
        self.pending.set(0);
        self.blocked.set(false);
        self.leaving.set(false);
        self.lose_next.set(false);
    }

    /// The chat is over: the rest of the buffer may go out, silence no longer matters.
    pub fn wind_up(&self) {
        self.blocked.set(false);
        self.heartbeat.stop();
    }
}

impl GuestChat {
    /// Opens the stream; `false` where it does not open.
    pub(super) async fn open_stream(self: &Rc<Self>) -> bool {
        let number = self.stream.number.get() + 1;
        self.stream.number.set(number);
        let (frames, closing) = (Rc::downgrade(self), Rc::downgrade(self));
        let on_frame = move |text: String| {
            if let Some(line) = frames.upgrade().filter(|line| line.stream.number.get() == number) {
                line.take_frame(&text);
            }
        };
        let on_close = move || {
            if let Some(line) = closing.upgrade().filter(|line| line.stream.number.get() == number) {
                line.lose_stream();
            }
        };
        let socket = Socket::open(&self.session.text("WebSocketUrl"), on_frame, on_close).await;
        let is_open = socket.is_some();
        self.stream.socket.replace(socket);
        if is_open && self.stream.ticker.borrow().is_none() {
            let line = Rc::downgrade(self);
            let ticker = Interval::every(TICK, move || {
                if let Some(line) = line.upgrade() {
                    line.hand_buffer_on();
                }
            });
            self.stream.ticker.replace(ticker);
        }
        is_open
    }

    fn take_frame(self: &Rc<Self>, text: &str) {
        let Ok(frame) = js_sys::JSON::parse(text) else { return };
        let metadata = interop::get(&frame, "metadata");
        if metadata.is_object() || interop::get_string(&frame, "topicName").as_deref() == Some("channel.metadata") {
            self.watch_heartbeat();
        }
        let body = interop::get(&frame, "eventBody");
        match interop::get_string(&metadata, "type").as_deref() {
            Some("message") => self.take_message(body),
            Some("typing-indicator") => self.take_typing(&body),
            Some("member-change") if !self.desk.is_active() => self.take_late_change(&interop::get(&body, "member")),
            _ => {}
        }
    }

    // After the end an agent's going is still told; during a chat the message of the leave does it (transports 2.8).
    fn take_late_change(self: &Rc<Self>, change: &JsValue) {
        let id = interop::get_string(change, "id").unwrap_or_default();
        if is_connected(change) == Some(false) && self.members.role(&id) == Role::Agent {
            self.announce(&self.members.get(&id), false);
        }
    }

    fn watch_heartbeat(self: &Rc<Self>) {
        if !self.desk.is_active() {
            return;
        }
        let line = Rc::downgrade(self);
        self.stream.heartbeat.start(self.settings().heartbeat_timeout, move || {
            let Some(line) = line.upgrade().filter(|line| line.desk.is_active()) else { return };
            line.desk.publish("disconnected", JsValue::UNDEFINED);
            let socket = line.stream.socket.take();
            // What the old stream still says, its closing too, is not heard any more.
            line.stream.number.set(line.stream.number.get() + 1);
            if let Some(socket) = socket {
                socket.close();
            }
            line.lose_stream();
        });
    }

    fn take_message(self: &Rc<Self>, body: JsValue) {
        let sender = sender_of(&body);
        let is_own = sender == self.stream.own_id();
        let kind = interop::get_string(&body, "bodyType").unwrap_or_default();
        match (kind.as_str(), turn_of(&body)) {
            _ if !self.desk.is_active() => {}
            (_, Some(true)) if is_own => self.stream.blocked.set(true),
            (_, Some(joined)) => self.follow(sender, joined),
            ("standard" | "notice", None) => {
                let is_new = self.stream.asked.borrow_mut().insert(sender.clone());
                if is_new && !self.members.get(&sender).is_object() {
                    self.ask_for(sender);
                }
            }
            _ => self.stream.blocked.set(true),
        }
        self.stream.buffer.borrow_mut().push(body);
    }

    /// Asks who sent a message.
    fn ask_for(self: &Rc<Self>, id: String) {
        self.stream.hold();
        let line = Rc::clone(self);
        spawn_local(async move {
            if let Ok(member) = line.get_member(&id).await {
                line.members.put(&member);
            }
            line.stream.resume(&[]);
        });
    }

    /// Asks for the member that joined or left, and tells plugins.
    fn follow(self: &Rc<Self>, id: String, joined: bool) {
        let is_own = id == self.stream.own_id();
        self.stream.leaving.set(is_own);
        self.stream.hold();
        let line = Rc::clone(self);
        spawn_local(async move {
            let member = line.get_member(&id).await;
            line.stream.resume(&[]);
            line.stream.blocked.set(is_own);
            let Ok(member) = member else { return };
            line.members.put(&member);
            if is_own {
                line.end_if_gone(&member);
            } else if is_connected(&member) == Some(joined) && line.desk.is_active() {
                line.announce(&member, joined);
            }
        });
    }

    /// Ends the chat a second from now where the customer's own member is disconnected.
    fn end_if_gone(self: &Rc<Self>, member: &JsValue) {
        let is_gone = is_connected(member) == Some(false);
        self.stream.leaving.set(is_gone);
        self.stream.blocked.set(is_gone);
        if is_gone {
            let line = Rc::downgrade(self);
            timer::later(END_AFTER, move || {
                if let Some(line) = line.upgrade().filter(|line| line.desk.is_active()) {
                    line.finish();
                }
                Ok(())
            });
        }
    }

    /// One tick: hands the whole buffer on as one batch, once nothing is under way that it needs.
    fn hand_buffer_on(self: &Rc<Self>) {
        let stream = &self.stream;
        if stream.pending.get() > 0 || stream.blocked.get() {
            return;
        }
        let bodies = stream.buffer.take();
        if bodies.is_empty() {
            if !self.desk.is_active() {
                let ticker = stream.ticker.take();
                // Not dropped here: this runs inside the ticker's own task.
                timer::later(0, move || {
                    drop(ticker);
                    Ok(())
                });
            }
            return;
        }
        let ids: HashSet<_> = bodies.iter().filter_map(|body| interop::get_string(body, "id")).collect();
        // One duplicate, and the whole batch is lost: transports, trap 2.
        let has_duplicate = ids.len() < bodies.len();
        if !has_duplicate && !stream.lose_next.replace(false) {
            self.publish_live(&bodies);
        }
    }

    fn lose_stream(self: &Rc<Self>) {
        self.stream.socket.take();
        self.stream.heartbeat.stop();
        if self.desk.is_active() && !self.stream.leaving.get() {
            spawn_local(Rc::clone(self).reopen_stream());
        }
    }

    async fn reopen_stream(self: Rc<Self>) {
        let mut wait = 0;
        while !self.open_stream().await {
            let number = self.stream.number.get();
            wait = if wait == 0 { RETRY.0 } else { (wait * 2).min(RETRY.1) };
            timer::pause(wait).await;
            if !self.desk.is_active() || self.stream.number.get() != number {
                return;
            }
        }
        if !self.desk.is_active() {
            return;
        }
        self.desk.publish("reconnected", JsValue::UNDEFINED);
        self.catch_up().await;
    }

    /// Asks for what was missed. Nothing is replayed on the stream itself.
    async fn catch_up(self: &Rc<Self>) {
        self.stream.hold();
        let last = self.session.text("lastMessageId");
        let query = if last.is_empty() { String::new() } else { format!("?after={last}") };
        let missed: Vec<JsValue> = match self.get_all_messages(&query).await {
            Ok(missed) => missed.iter().collect(),
            Err(_) => Vec::new(),
        };
        if let Ok(members) = self.get_members().await {
            self.members.put_all(&members);
        }
        self.stream.resume(&missed);
        if self.desk.is_active() {
            self.publish_replayed(&missed, Batch::default());
        }
        let own = self.get_member(&self.stream.own_id()).await;
        if own.is_ok_and(|own| is_connected(&own) == Some(false)) && self.desk.is_active() {
            self.finish();
        }
    }
}
