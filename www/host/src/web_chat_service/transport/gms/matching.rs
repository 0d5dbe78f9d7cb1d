//! Which request over CometD a message answers (backend 1.8). Servers send answers and news down one channel, and neither
//! says what it is. But they answer in order, each client is told each message once unless it asks for it again, and an
//! answer holds what its request has left in the transcript.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use super::answers::status_of;
use crate::interop;

/// How an answer is known.
pub enum Mark {
    /// Whatever comes: before it has asked, a client is told of nothing.
    Anything,
    /// Messages from this index on, which the client may have been told before.
    From(u32),
    /// The customer's own message of this text.
    Text(String),
    /// Nothing new, or something of the customer's own.
    Trace,
}

impl Mark {
    /// That of a request: its operation and its data.
    #[must_use]
    pub fn of(operation: &str, data: &JsValue) -> Self {
        match operation {
            "sendMessage" => Self::Text(interop::get_string(data, "message").unwrap_or_default()),
            "requestNotifications" => {
                let first = interop::get_string(data, "transcriptPosition").and_then(|text| text.parse().ok());
                first.map_or(Self::Anything, Self::From)
            }
            "requestChat" => Self::Anything,
            _ => Self::Trace,
        }
    }
}

/// A request that waits for its answer.
struct Waiting {
    number: u32,
    mark: Mark,
    resolve: Function,
    /// What came while it waited, and may have been the answer: some requests leave no trace that tells.
    perhaps: Option<JsValue>,
}

/// All requests that wait, the oldest first.
#[derive(Default)]
pub struct Requests {
    waiting: RefCell<VecDeque<Waiting>>,
    last: Cell<u32>,
    /// The highest index that the server has told; 0 before the first.
    told: Cell<u32>,
}

impl Requests {
    /// A number for a request that is about to be sent.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.last.set(self.last.get() + 1);
        self.last.get()
    }

    /// Lets a request wait; `resolve` gets its answer.
    pub fn wait(&self, number: u32, mark: Mark, resolve: Function) {
        self.waiting.borrow_mut().push_back(Waiting { number, mark, resolve, perhaps: None });
    }

    /// The oldest request that a message answers; `None` for news.
    #[must_use]
    pub fn answered_by(&self, message: &JsValue) -> Option<Function> {
        let entries = Entries::of(message);
        let is_refusal = status_of(message) != 0;
        let mut waiting = self.waiting.borrow_mut();
        let found = waiting.iter().position(|one| is_refusal || entries.fit(&one.mark, self.told.get()));
        self.told.set(self.told.get().max(entries.last));
        if found.is_none() {
            for one in waiting.iter_mut().filter(|one| matches!(one.mark, Mark::Trace)) {
                one.perhaps.get_or_insert_with(|| message.clone());
            }
        }
        found.and_then(|position| waiting.remove(position)).map(|one| one.resolve)
    }

    /// Lets a request wait no more; what may have been its answer.
    pub fn forget(&self, number: u32) -> Option<JsValue> {
        let mut waiting = self.waiting.borrow_mut();
        let position = waiting.iter().position(|one| one.number == number)?;
        waiting.remove(position)?.perhaps
    }

    /// All that wait, who do so no more, and of whose chat nothing is known any more.
    pub fn give_up(&self) -> Vec<Function> {
        self.told.set(0);
        self.waiting.take().into_iter().map(|one| one.resolve).collect()
    }
}

/// The transcript's part in a message.
struct Entries {
    all: Vec<JsValue>,
    first: Option<u32>,
    last: u32,
}

impl Entries {
    fn of(message: &JsValue) -> Self {
        let list = interop::get(message, "messages");
        let all: Vec<JsValue> = list.dyn_ref::<Array>().map_or_else(Vec::new, |list| list.iter().collect());
        let indexes = all.iter().filter_map(|entry| interop::get_number(entry, "index").map(|index| index as u32));
        let (first, last) = (indexes.clone().min(), indexes.max().unwrap_or(0));
        Self { all, first, last }
    }

    fn fit(&self, mark: &Mark, told: u32) -> bool {
        match mark {
            Mark::Anything => true,
            // Some indexes are not the customer's to see: a page may begin above what was asked for. Nothing at all is no
            // answer where something has been told before.
            Mark::From(first) => told == 0 || self.first.map_or(*first > told, |own| own <= told.max(*first)),
            Mark::Text(text) => self.by_client().any(|entry| {
                let is_message = interop::get_string(entry, "type").as_deref() == Some("Message");
                is_message && interop::get_string(entry, "text").as_ref() == Some(text)
            }),
            Mark::Trace => self.all.is_empty() || self.by_client().next().is_some(),
        }
    }

    fn by_client(&self) -> impl Iterator<Item = &JsValue> {
        let own = |entry: &&JsValue| interop::get_path(entry, "from.type").as_string().as_deref() == Some("Client");
        self.all.iter().filter(own)
    }
}
