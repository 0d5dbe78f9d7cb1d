//! The channel to the MicroApp's frame: protocol 2, and both protocols as one.
//!
//! [`FrameChannel`] is the handshake with one document and what follows; [`FrameLink`] is a frame through all the documents
//! that it loads, heard over both protocols. What the messages are, and when a channel is up: [`crate::core::channel`].

use super::frame_messages;
use super::js::{self, call, call_with, create, get, one, set, try_call, two};
use super::listener::Listener;
use crate::core::channel::{self, Ear, Record, ToFrame, Via};
use crate::core::frame_protocol::{self, FromFrame};
use crate::core::origin::Origin;
use crate::core::text::decimal;
use js_sys::{Array, Object, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, HtmlIFrameElement};

/// 128 random bits in hex; `None` where the browser has none to give.
pub fn nonce() -> Option<String> {
    let bytes = create("Uint8Array", one(16.into())).ok()?;
    let bytes = try_call(&get(&js::window(), "crypto"), "getRandomValues", one(bytes)).ok()?;
    let mut text = String::new();
    for at in 0..16 {
        let byte = get(&bytes, &decimal(at)).as_f64()? as u32;
        text.extend([char::from_digit(byte >> 4, 16)?, char::from_digit(byte & 15, 16)?]);
    }
    Some(text)
}

/// How far the handshake is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Asked,
    Up,
    Closed,
}

/// The channel to one document of a frame.
#[must_use = "dropping it closes the port"]
pub struct FrameChannel {
    end: Rc<End>,
    _messages: Listener,
}

/// Our end of the channel.
struct End {
    port: EventTarget,
    state: Cell<State>,
    waiting: RefCell<Vec<ToFrame>>,
}

impl FrameChannel {
    /// Asks the document that `frame` shows now, if it is of `origin`, for the handshake with `nonce`.
    ///
    /// To be called when the document has loaded, once; for the next document, drop this one and open another.
    pub fn open(
        frame: &HtmlIFrameElement,
        origin: &Origin,
        nonce: String,
        heard: impl Fn(FromFrame) + 'static,
    ) -> Option<FrameChannel> {
        let pair = create("MessageChannel", Array::new()).ok()?;
        let hello = Object::new();
        set(&hello, "speechstorm", channel::VERSION);
        set(&hello, "nonce", nonce.as_str());
        let message = two(hello.into(), origin.text().into());
        message.push(&one(get(&pair, "port2")));
        try_call(&get(frame, "contentWindow"), "postMessage", message).ok()?;
        let port = get(&pair, "port1").unchecked_into();
        let end = Rc::new(End { port, state: Cell::new(State::Asked), waiting: RefCell::default() });
        let ours = end.clone();
        let _messages = Listener::new(&end.port, "message", move |event| {
            ours.hear(&Message(get(&event, "data")), &nonce, &heard);
        });
        call(&end.port, "start");
        Some(FrameChannel { end, _messages })
    }

    /// Sends now, or as soon as the channel is up; of several that wait, the latest of a type.
    pub fn send(&self, message: ToFrame) {
        match self.end.state.get() {
            State::Asked => message.supersede(&mut self.end.waiting.borrow_mut()),
            State::Up => self.end.post(&message),
            State::Closed => {}
        }
    }

    /// Whether the document has answered.
    pub fn is_up(&self) -> bool {
        self.end.state.get() == State::Up
    }
}

impl Drop for FrameChannel {
    fn drop(&mut self) {
        self.end.close();
    }
}

impl End {
    fn hear(&self, message: &Message, nonce: &str, heard: &impl Fn(FromFrame)) {
        match self.state.get() {
            State::Asked if channel::is_answer(message, nonce) => {
                self.state.set(State::Up);
                heard(FromFrame::Alive);
                for message in self.waiting.take() {
                    self.post(&message);
                }
            }
            State::Asked => self.close(),
            State::Up => {
                if let Some(message) = channel::parse(message) {
                    heard(message);
                }
            }
            State::Closed => {}
        }
    }

    fn post(&self, message: &ToFrame) {
        let (kind, text) = message.members();
        let object = Object::new();
        set(&object, "type", kind);
        if let Some(text) = text {
            set(&object, "text", text);
        }
        call_with(&self.port, "postMessage", object);
    }

    fn close(&self) {
        self.state.set(State::Closed);
        call(&self.port, "close");
    }
}

/// What came over the port: a copy that the browser made, so there are no getters in it, but own members only are read
/// because the page may have put others on `Object.prototype`.
struct Message(JsValue);

impl Message {
    fn own(&self, member: &str) -> Option<JsValue> {
        let descriptor = Reflect::get_own_property_descriptor(self.0.dyn_ref::<Object>()?, &member.into()).ok()?;
        Some(get(&descriptor, "value"))
    }
}

impl Record for Message {
    fn text(&self, member: &str, most: usize) -> Option<String> {
        frame_messages::text(&self.own(member)?, most)
    }

    fn number(&self, member: &str) -> Option<f64> {
        self.own(member)?.as_f64()
    }

    fn texts(&self, member: &str, most: usize, most_each: usize) -> Option<Vec<String>> {
        js::texts(&self.own(member)?, most, &|entry| frame_messages::text(entry, most_each))
    }
}

/// A frame over both protocols, through all documents that it loads.
#[must_use = "dropping it ends the conversation"]
pub struct FrameLink {
    frame: HtmlIFrameElement,
    origin: Origin,
    shared: Rc<Shared>,
    _strings: Option<Listener>,
    _loads: Listener,
}

struct Shared {
    heard: Box<dyn Fn(FromFrame)>,
    ear: RefCell<Ear>,
    channel: RefCell<Option<FrameChannel>>,
    /// What every new document has to be told.
    told: RefCell<Vec<ToFrame>>,
}

impl FrameLink {
    /// Listens to `frame` from now on and asks each document that it loads from `origin` for a channel.
    pub fn open(frame: &HtmlIFrameElement, origin: &Origin, heard: impl Fn(FromFrame) + 'static) -> FrameLink {
        let shared = Rc::new(Shared {
            heard: Box::new(heard),
            ear: RefCell::default(),
            channel: RefCell::default(),
            told: RefCell::default(),
        });
        let strings = Rc::downgrade(&shared);
        let _strings = frame_messages::listen(frame, origin, move |message| hear(&strings, Via::String, message));
        let (loaded, document, from) = (Rc::downgrade(&shared), frame.clone(), origin.clone());
        let _loads = Listener::new(frame, "load", move |_| {
            if let Some(shared) = loaded.upgrade() {
                shared.shake_hands(&document, &from, loaded.clone());
            }
        });
        FrameLink { frame: frame.clone(), origin: origin.clone(), shared, _strings, _loads }
    }

    /// Tells this document and those that follow, unless they know; without protocol 2 nothing happens. A question is for
    /// this document alone.
    pub fn tell(&self, message: ToFrame) {
        if message != ToFrame::Ping {
            if self.shared.told.borrow().contains(&message) {
                return;
            }
            message.clone().supersede(&mut self.shared.told.borrow_mut());
        }
        self.send(message);
    }

    /// Tells the app to end, over both protocols.
    pub fn hang_up(&self) {
        frame_messages::post(&self.frame, &self.origin, frame_protocol::HANGUP);
        self.send(ToFrame::Hangup);
    }

    /// Whether the document that is shown speaks protocol 2.
    pub fn is_up(&self) -> bool {
        self.shared.channel.borrow().as_ref().is_some_and(FrameChannel::is_up)
    }

    fn send(&self, message: ToFrame) {
        // Posting to a port runs no script here, so the borrow is safe.
        if let Some(channel) = self.shared.channel.borrow().as_ref() {
            channel.send(message);
        }
    }
}

impl Shared {
    fn shake_hands(&self, frame: &HtmlIFrameElement, origin: &Origin, this: Weak<Shared>) {
        let heard = move |message| hear(&this, Via::Port, message);
        let channel = nonce().and_then(|nonce| FrameChannel::open(frame, origin, nonce, heard));
        if let Some(channel) = &channel {
            self.told.borrow().iter().for_each(|message| channel.send(message.clone()));
        }
        drop(self.channel.replace(channel));
    }
}

fn hear(shared: &Weak<Shared>, via: Via, message: FromFrame) {
    let Some(shared) = shared.upgrade() else { return };
    let heeds = shared.ear.borrow_mut().heeds(via, &message, js_sys::Date::now());
    if heeds {
        (shared.heard)(message);
    }
}
