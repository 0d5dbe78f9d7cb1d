//! From raw server messages to what plugins get (bus facts, sections 4 and 5).

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;

use super::prefilters::Prefilters;
use crate::interop;

/// All messages of the chat, and the functions that see them first.
#[derive(Default)]
pub struct Transcript {
    preprocessors: RefCell<Vec<Function>>,
    messages: RefCell<Array>,
    originals: RefCell<Array>,
    /// Highest index of an unfiltered message; the next request asks from one above.
    highest: Cell<u32>,
    /// Highest index of a filtered message, so that its arrival is noted once only.
    highest_filtered: Cell<u32>,
    /// The first index that was asked for; what is before it is history.
    lowest: Cell<u32>,
}

/// The messages of an answer, each with whether a prefilter hides it. An expression may depend on where it matched last, so
/// that each message is looked at once only.
pub struct Sifted(Vec<(JsValue, bool)>);

/// What of an answer is left to whoever gets to see it beside the transcript.
#[derive(Clone, Copy)]
pub enum Rest {
    /// All of it, as in 9.0.005.
    Everything,
    /// Hidden messages only where nothing else came, as in 9.0.018.
    HiddenAlone,
    /// Nothing that is hidden.
    Visible,
}

/// What one answer brought: two parallel arrays (in 9.0.005 `originals` also holds filtered messages).
pub struct Batch {
    /// Normalised messages.
    pub messages: Array,
    /// The server's own.
    pub originals: Array,
    /// Whether a filtered message came for the first time: its only trace is `agentTypingStopped`.
    pub filtered_news: bool,
}

impl Transcript {
    /// Adds a preprocessor; it stays for the life of the page (bus facts 4.1).
    pub fn add_preprocessor(&self, preprocessor: Function) {
        self.preprocessors.borrow_mut().push(preprocessor);
    }

    /// The first index wanted from the server.
    #[must_use]
    pub fn position(&self) -> u32 {
        self.highest.get() + 1
    }

    /// Where the messages begin: those before are fetched as history, and are no news when they come.
    pub fn begin_at(&self, first: u32) {
        self.lowest.set(first);
        self.highest.set(first.saturating_sub(1));
        self.highest_filtered.set(first.saturating_sub(1));
    }

    /// The first index that has been asked for.
    #[must_use]
    pub fn oldest(&self) -> u32 {
        self.lowest.get()
    }

    /// Takes the messages of an answer that came before all others, and puts them there. What is hidden has gone from it.
    /// `first` is the index that was asked from.
    ///
    /// # Errors
    /// The exception of a preprocessor.
    pub fn take_old(&self, answer: &JsValue, first: u32) -> Result<Batch, JsValue> {
        let batch = Batch { messages: Array::new(), originals: Array::new(), filtered_news: false };
        let raw = interop::get(answer, "messages");
        for message in raw.dyn_ref::<Array>().into_iter().flat_map(Array::iter) {
            let index = interop::get_number(&message, "index").unwrap_or(0.0) as u32;
            if index < self.lowest.get() {
                batch.messages.push(&self.preprocess(&message, false)?);
                batch.originals.push(&message);
            }
        }
        self.lowest.set(first);
        for (all, old) in [(&self.messages, &batch.messages), (&self.originals, &batch.originals)] {
            let whole = old.concat(&all.borrow());
            all.replace(whole);
        }
        Ok(batch)
    }

    /// Looks which messages of an answer are hidden, and takes them out of the answer itself, as far as `rest` says: before
    /// anybody else gets to see it (bus facts, section 4).
    pub fn sift(answer: &JsValue, filters: &Prefilters, rest: Rest) -> Sifted {
        filters.follow_cookie();
        let raw = interop::get(answer, "messages");
        let Some(raw) = raw.dyn_ref::<Array>() else { return Sifted(Vec::new()) };
        let sifted: Vec<(JsValue, bool)> =
            raw.iter().map(|message| (message.clone(), filters.hide(&message))).collect();
        let visible = interop::array(sifted.iter().filter(|(_, hidden)| !hidden).map(|(message, _)| message.clone()));
        let goes = match rest {
            Rest::Everything => false,
            Rest::HiddenAlone => visible.length() > 0,
            Rest::Visible => true,
        };
        if goes && visible.length() < raw.length() {
            interop::set(answer, "messages", visible);
        }
        Sifted(sifted)
    }

    /// Takes the new messages of an answer that has been sifted.
    ///
    /// # Errors
    /// The exception of a preprocessor; the rest of the answer is then lost, as in the real product.
    pub fn take(&self, sifted: &Sifted, legacy: bool, restoring: bool) -> Result<Batch, JsValue> {
        let mut batch = Batch { messages: Array::new(), originals: Array::new(), filtered_news: false };
        for (message, hidden) in &sifted.0 {
            let index = interop::get_number(message, "index").unwrap_or(0.0) as u32;
            if *hidden {
                if index > self.highest_filtered.get() {
                    self.highest_filtered.set(index);
                    batch.filtered_news = true;
                }
                if legacy && index > self.highest.get() {
                    batch.originals.push(message);
                }
                continue;
            }
            if index <= self.highest.get() {
                continue;
            }
            self.highest.set(index);
            let normalised = self.preprocess(message, restoring)?;
            batch.originals.push(message);
            batch.messages.push(&normalised);
        }
        if batch.messages.length() == 0 {
            batch.originals = Array::new();
        }
        self.keep(&batch);
        Ok(batch)
    }

    fn keep(&self, batch: &Batch) {
        for (all, new) in [(&self.messages, &batch.messages), (&self.originals, &batch.originals)] {
            let all = all.borrow().clone();
            for message in new.iter() {
                all.push(&message);
            }
        }
    }

    // The return value goes to the next preprocessor, but the copy itself goes on: only changes in place count.
    fn preprocess(&self, raw: &JsValue, restoring: bool) -> Result<JsValue, JsValue> {
        let copy = interop::deep_copy(raw);
        let preprocessors = self.preprocessors.borrow().clone();
        let mut handed = copy.clone();
        for preprocessor in preprocessors {
            handed = preprocessor.call1(&JsValue::UNDEFINED, &handed)?;
        }
        let message = normalise(&copy, restoring);
        // What a preprocessor has written, or taken away, stays so.
        if interop::get(&copy, "text") == interop::get(raw, "text")
            && let Some(content) = structured_content(&copy)
        {
            interop::set(&message, "text", content);
        }
        Ok(message.into())
    }

    /// Hands a normalised message round the preprocessors; what they return replaces it (transports 1.2).
    ///
    /// # Errors
    /// The exception of a preprocessor.
    pub fn hand_round(&self, message: JsValue) -> Result<JsValue, JsValue> {
        let preprocessors = self.preprocessors.borrow().clone();
        preprocessors.iter().try_fold(message, |message, preprocessor| {
            let returned: JsValue = preprocessor.call1(&JsValue::UNDEFINED, &message)?;
            Ok(if returned.is_truthy() { returned } else { message })
        })
    }

    /// Adds to what `getTranscript` gives; older messages go to the front.
    pub fn append(&self, messages: &Array, originals: &Array, old: bool) {
        for (all, new) in [(&self.messages, messages), (&self.originals, originals)] {
            let known = all.borrow().clone();
            // Older ones come newest first.
            let joined = if old { new.slice(0, new.length()).reverse().concat(&known) } else { known.concat(new) };
            all.replace(joined);
        }
    }

    /// The times of the first and the last message, in milliseconds; `None` without messages.
    #[must_use]
    pub fn span(&self) -> (Option<f64>, Option<f64>) {
        let messages = self.messages.borrow();
        let time = |position: u32| interop::get_number(&messages.get(position), "timestamp");
        (time(0), messages.length().checked_sub(1).and_then(time))
    }

    /// `{messages, originalMessages}`, the whole chat so far.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let copy = |all: &RefCell<Array>| JsValue::from(all.borrow().slice(0, u32::MAX));
        interop::object(&[("messages", copy(&self.messages)), ("originalMessages", copy(&self.originals))])
    }

    /// Forgets the messages (not the preprocessors).
    pub fn reset(&self) {
        self.messages.replace(Array::new());
        self.originals.replace(Array::new());
        self.highest.set(0);
        self.highest_filtered.set(0);
        self.lowest.set(0);
    }
}

fn normalise(raw: &JsValue, restoring: bool) -> Object {
    let from = interop::get(raw, "from");
    let kind = interop::get(raw, "type");
    let message = interop::object(&[
        ("text", interop::get(raw, "text")),
        ("type", kind.clone()),
        ("index", interop::get(raw, "index")),
        ("timestamp", interop::get(raw, "utcTime")),
        ("html", interop::get(raw, "html")),
        ("bubble", interop::get(raw, "bubble")),
        ("userData", interop::get(raw, "userData")),
        (
            "from",
            interop::object(&[
                ("id", interop::get(&from, "participantId")),
                ("type", party_type(raw, &from)),
                ("name", interop::get(&from, "nickname")),
            ])
            .into(),
        ),
    ]);
    if restoring {
        interop::set(&message, "restoring", true);
    }
    match kind.as_string().as_deref() {
        Some("TypingStarted") => interop::set(&message, "isTyping", true),
        Some("TypingStopped") => interop::set(&message, "isTyping", false),
        Some("FileUploaded") => {
            let data = interop::get(raw, "userData");
            let details = interop::object(&[
                ("id", interop::get(&data, "file-id")),
                ("name", interop::get(&data, "file-name")),
                ("size", interop::get(&data, "file-size")),
            ]);
            interop::set(&message, "fileDetails", details);
        }
        _ => {}
    }
    message
}

/// The sender's type; `Bot` also by the style the server gives the party (bus facts, section 3).
fn party_type(raw: &JsValue, from: &JsValue) -> JsValue {
    let info = nested(raw, ["eventAttributes", "GCTI_SYSTEM", "party-info"]);
    match interop::get_string(&info, "style").as_deref() {
        Some("BOT") => "Bot".into(),
        _ => interop::get(from, "type"),
    }
}

/// The rich text of a bot, which stands in place of `text` (bus facts 5; backend 1.4); `None` where there is none.
fn structured_content(raw: &JsValue) -> Option<JsValue> {
    let place = nested(raw, ["eventAttributes", "structured-content", "genesys-chat"]);
    Some(interop::get(&place, "content")).filter(|content| !content.is_undefined() && !content.is_null())
}

fn nested(raw: &JsValue, steps: [&str; 3]) -> JsValue {
    steps.iter().fold(raw.clone(), |inner, step| parsed(interop::get(&inner, step)))
}

/// What a text in JSON says, as servers nest it; anything else as it is.
fn parsed(value: JsValue) -> JsValue {
    match value.as_string() {
        Some(text) => js_sys::JSON::parse(&text).unwrap_or_default(),
        None => value,
    }
}
