//! Which requests over CometD a message answers (backend 1.8). Servers send answers and news down one channel, and neither
//! says what it is. But they answer in order, each client is told each message once unless it asks for it again, and an
//! answer holds what its request has left in the transcript. Where that does not tell, a request remembers what may have
//! been its answer: a customer whose message counts as lost, although it was delivered, sends it twice.

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
    /// What came while it waited, and may have been the answer: some requests leave no trace that tells, and some servers
    /// alter what customers write.
    perhaps: Option<JsValue>,
}

impl Waiting {
    fn is_for_text(&self) -> bool {
        matches!(self.mark, Mark::Text(_))
    }

    fn is_for_page(&self) -> bool {
        matches!(self.mark, Mark::From(_))
    }

    fn is_for_trace(&self) -> bool {
        matches!(self.mark, Mark::Trace)
    }
}

/// What a message means to the requests that wait.
pub struct Settled {
    /// Whether it answers one of them, and is not news alone.
    pub is_answer: bool,
    /// Whether one of them has asked for messages from an index on, so that none is missing.
    pub is_page: bool,
    /// Those that wait no more, the oldest first: what to call, and the answer to call it with.
    pub calls: Vec<(Function, JsValue)>,
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

    /// Finds the requests that a message settles.
    #[must_use]
    pub fn take(&self, message: &JsValue) -> Settled {
        let mut waiting = self.waiting.borrow_mut();
        if status_of(message) != 0 {
            return refuse(&mut waiting, message);
        }
        let entries = Entries::of(message, self.told.get());
        self.told.set(entries.told.max(entries.last));
        let mut answered = answered_by_text(&waiting, &entries);
        if answered.is_empty() {
            answered = answered_by_form(&mut waiting, &entries, message);
        }
        settle(&mut waiting, &answered, &entries, message)
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

/// A refusal is that of the oldest request. Those that may have been answered before have been; and where that is only a
/// guess, a message of the customer is not given up before its time is over.
fn refuse(waiting: &mut VecDeque<Waiting>, message: &JsValue) -> Settled {
    let oldest = waiting.iter().position(|one| one.perhaps.is_none()).unwrap_or(0);
    let passed = waiting.drain(..oldest).filter_map(|one| Some((one.resolve, one.perhaps?)));
    let mut calls: Vec<(Function, JsValue)> = passed.collect();
    let is_answer = !waiting.is_empty();
    match waiting.front_mut().filter(|one| one.is_for_text() && !calls.is_empty()) {
        Some(one) => one.perhaps = Some(message.clone()),
        None => calls.extend(waiting.pop_front().map(|one| (one.resolve, message.clone()))),
    }
    Settled { is_answer, is_page: false, calls }
}

/// The numbers of the requests whose very text has come; each text is for one of them.
fn answered_by_text(waiting: &VecDeque<Waiting>, entries: &Entries) -> Vec<u32> {
    let mut answered = Vec::new();
    for text in entries.said() {
        let is_own = |one: &&Waiting| matches!(&one.mark, Mark::Text(own) if own.trim() == text.trim());
        let one = waiting.iter().filter(is_own).find(|one| !answered.contains(&one.number));
        answered.extend(one.map(|one| one.number));
    }
    answered
}

/// The number of the request that a message fits without a known text, if any; otherwise notes whose answer it may be.
fn answered_by_form(waiting: &mut VecDeque<Waiting>, entries: &Entries, message: &JsValue) -> Vec<u32> {
    // Something that the customer has written, and a request that waits for such: it is no trace of another one.
    let is_altered = waiting.iter().any(Waiting::is_for_text) && entries.said().next().is_some();
    if is_altered && let Some(one) = waiting.iter_mut().find(|one| one.is_for_text() && one.perhaps.is_none()) {
        one.perhaps = Some(message.clone());
    }
    let fits = |one: &&Waiting| entries.fit(&one.mark) && !(is_altered && one.is_for_trace());
    // Answers come in order: what may have been answered is passed over.
    let unanswered = waiting.iter().filter(fits).find(|one| one.perhaps.is_none());
    let found = unanswered.or_else(|| waiting.iter().find(fits)).map(|one| one.number);
    if found.is_none() {
        for one in waiting.iter_mut().filter(|one| one.is_for_trace()) {
            one.perhaps.get_or_insert_with(|| message.clone());
        }
    }
    found.into_iter().collect()
}

/// Takes out the requests that are answered, and the older ones that must have been: those that may have been answered
/// before, and those whose messages these are as well.
fn settle(waiting: &mut VecDeque<Waiting>, answered: &[u32], entries: &Entries, message: &JsValue) -> Settled {
    let newest = answered.iter().copied().max().unwrap_or(0);
    let mut settled = Settled { is_answer: !answered.is_empty(), is_page: false, calls: Vec::new() };
    for mut one in std::mem::take(waiting) {
        let is_passed = one.number < newest;
        let is_page = is_passed && one.is_for_page() && entries.fit(&one.mark);
        let answer = if answered.contains(&one.number) || is_page {
            settled.is_page |= one.is_for_page();
            Some(message.clone())
        } else {
            one.perhaps.take_if(|_| is_passed)
        };
        match answer {
            Some(answer) => settled.calls.push((one.resolve, answer)),
            None => waiting.push_back(one),
        }
    }
    settled
}

/// The transcript's part in a message.
struct Entries {
    all: Vec<JsValue>,
    first: Option<u32>,
    last: u32,
    /// The highest index that had been told before.
    told: u32,
}

impl Entries {
    fn of(message: &JsValue, told: u32) -> Self {
        let list = interop::get(message, "messages");
        let all: Vec<JsValue> = list.dyn_ref::<Array>().map_or_else(Vec::new, |list| list.iter().collect());
        let indexes = all.iter().filter_map(index_of);
        let (first, last) = (indexes.clone().min(), indexes.max().unwrap_or(0));
        Self { all, first, last, told }
    }

    fn fit(&self, mark: &Mark) -> bool {
        match mark {
            Mark::Anything => true,
            // Some indexes are not the customer's to see: a page may begin above what was asked for. Nothing at all is no
            // answer where something has been told before.
            Mark::From(first) => {
                self.told == 0 || self.first.map_or(*first > self.told, |own| own <= self.told.max(*first))
            }
            Mark::Text(_) => false,
            Mark::Trace => self.all.is_empty() || self.by_client().next().is_some(),
        }
    }

    /// What the customer has written, as far as it had not been told: an older page of the chat may have the same text.
    fn said(&self) -> impl Iterator<Item = String> {
        let is_new = move |entry: &&JsValue| index_of(entry).is_none_or(|index| index > self.told);
        let is_message = |entry: &&JsValue| interop::get_string(entry, "type").as_deref() == Some("Message");
        let new = self.by_client().filter(is_new).filter(is_message);
        new.map(|entry| interop::get_string(entry, "text").unwrap_or_default())
    }

    fn by_client(&self) -> impl Iterator<Item = &JsValue> {
        let own = |entry: &&JsValue| interop::get_path(entry, "from.type").as_string().as_deref() == Some("Client");
        self.all.iter().filter(own)
    }
}

fn index_of(entry: &JsValue) -> Option<u32> {
    interop::get_number(entry, "index").map(|index| index as u32)
}
