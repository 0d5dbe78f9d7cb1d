//! The core's half of the browser's edge: what JavaScript calls, and what is called in JavaScript. Its other half is
//! `pkg-template/edge/`.
//!
//! Only texts and numbers cross, and the page's half never throws back. While a call is under way the page may call in again:
//! what it tells meanwhile waits in the inbox.

use crate::core::border::{self, Page};
use crate::core::card_guard;
use crate::core::channel::{self, Ear, Record, Via};
use crate::core::config::Config;
use crate::core::effect::Effect;
use crate::core::error::Error;
use crate::core::event::{Event, Line};
use crate::core::frame_policy;
use crate::core::frame_protocol::{self, FromFrame};
use crate::core::launch::Chat;
use crate::core::machine::Machine;
use crate::core::options::{Given, Options};
use crate::core::origin::Origin;
use crate::core::ownership::{Message, Outcome, Ownership};
use crate::core::text::cut;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The page's half: the class `Edge` of `pkg-template/edge/edge.js`.
    pub type Edge;

    #[wasm_bindgen(method)]
    fn put(this: &Edge, name: &str, value: &str);
    #[wasm_bindgen(method)]
    fn act(this: &Edge, what: &str, text: &str, number: f64);
    #[wasm_bindgen(js_namespace = Date)]
    fn now() -> f64;
}

impl Page for Edge {
    fn put(&self, name: &str, value: &str) {
        Edge::put(self, name, value);
    }

    fn act(&self, what: &str, text: &str, number: f64) {
        Edge::act(self, what, text, number);
    }
}

/// The core as the page's half holds it. Freeing it is full teardown.
#[wasm_bindgen]
pub struct Core {
    edge: Edge,
    origin: String,
    machine: RefCell<Machine>,
    options: RefCell<Options>,
    /// The first option of the configuration that is under way that was of the wrong type.
    wrong: Cell<Option<&'static str>>,
    /// What the page has given for its next event.
    given: RefCell<Vec<(String, String)>>,
    lines: RefCell<Vec<Line>>,
    sent: Cell<Option<f64>>,
    inbox: RefCell<Vec<Event>>,
    busy: Cell<bool>,
    ear: RefCell<Ear>,
    /// The origin of the frame that is there.
    app: RefCell<Option<Origin>>,
    /// This tab among the others, where there are no locks.
    ownership: RefCell<Ownership>,
    /// The interaction id of the last claim.
    chat: RefCell<String>,
}

#[wasm_bindgen]
impl Core {
    /// A core with nothing open; `origin` is the page's.
    #[wasm_bindgen(constructor)]
    pub fn new(edge: Edge, origin: String) -> Core {
        #[cfg(feature = "diagnostics")]
        console_error_panic_hook::set_once();
        let (config, _) = Config::check(&Options::default(), &origin);
        Core {
            edge,
            origin,
            machine: RefCell::new(Machine::new(config)),
            options: RefCell::default(),
            wrong: Cell::default(),
            given: RefCell::default(),
            lines: RefCell::default(),
            sent: Cell::default(),
            inbox: RefCell::default(),
            busy: Cell::new(false),
            ear: RefCell::default(),
            app: RefCell::default(),
            ownership: RefCell::new(Ownership::new(String::new())),
            chat: RefCell::default(),
        }
    }

    /// Gives a value to the next event, under a name.
    pub fn give(&self, name: String, value: String) {
        self.given.borrow_mut().push((name, value));
    }

    /// Something has happened: one of the names of [`border::event`], or of those here, which need more than a text and a number.
    pub fn event(&self, what: &str, text: String, number: f64) {
        let mut given = Values(self.given.take());
        let yes = number != 0.0;
        match what {
            // What was remembered over a reload, and `tab`, an id that no other tab has.
            "start" => {
                self.ownership.replace(Ownership::new(given.text("tab")));
                self.machine.borrow_mut().recall(&text);
            }
            // A hidden line of those that `lines` is about: its index, the text, `sender`, `nickname`, `restoring` if it is;
            // when it was sent, if that is known, `sent` says before.
            "sent" => self.sent.set(Some(number)),
            "line" => self.lines.borrow_mut().push(Line {
                index: number as u32,
                sender: given.text("sender"),
                nickname: given.take("nickname"),
                restoring: given.take("restoring").is_some(),
                text,
                sent: self.sent.take(),
            }),
            "lines" => self.dispatch(Event::Lines(self.lines.take())),
            // The chat's session data: `interaction`, `key` and `user`, or none of them.
            "session" => self.dispatch(Event::Session(given.chat(text))),
            // The bus command `open`: the token; `message` and the chat's session data, or none of them.
            "open" => {
                let message = given.text("message");
                self.dispatch(Event::Open { command: number as u32, token: text, chat: given.chat(message) });
            }
            // An option of the configuration that is under way, by the type of its value, `kind`, its `name`, and whether it is
            // of a `lower` rank than those before.
            "option" => self.option(&mut given, text, number),
            "configure" => self.configure(yes),
            // An error of the page's half, by its code: puts `message`, `code` and `remedy`.
            "describe" => {
                let known = [Error::BadCommand, Error::BadConfig, Error::CommandTimeout];
                let error = known.into_iter().find(|error| error.code() == text).unwrap_or(Error::Cancelled);
                border::put_error(error, &self.edge);
            }
            "state" => {
                // The answer runs nothing that could come back here.
                border::state(&self.machine.borrow().snapshot(), &self.edge);
            }
            // A text that the customer wrote: puts it as `masked`, if a card number had to be.
            "mask" => {
                if let Some(masked) = card_guard::mask(&text) {
                    self.edge.put("masked", &masked);
                }
            }
            // A string from the frame, over protocol 1.
            "frameText" => self.hear(Via::String, frame_protocol::parse(&text)),
            // A message from the frame, over protocol 2: its type, and its `text`, number and `names`, one a line.
            "frameMessage" => {
                let (kind, text, names) = (text, given.take("text"), given.take("names"));
                self.hear(Via::Port, channel::parse(&Members { kind, text, number, names }));
            }
            "violated" => self.violated(&text),
            "tabHeard" => self.hear_tab(&text),
            "tabClaim" => self.claim_by_asking(yes),
            "tabSilence" => {
                let ours = self.ownership.borrow_mut().unopposed();
                if ours {
                    self.dispatch(Event::Claimed(true));
                }
            }
            _ => {
                if let Some(event) = border::event(what, text, number) {
                    self.dispatch(event);
                }
            }
        }
    }
}

impl Core {
    /// Gives the machine one event, and those that come up meanwhile, and has carried out what it says.
    fn dispatch(&self, event: Event) {
        self.inbox.borrow_mut().push(event);
        if self.busy.replace(true) {
            return;
        }
        loop {
            let events = self.inbox.take();
            if events.is_empty() {
                break;
            }
            for event in events {
                let effects = self.machine.borrow_mut().step(event, now());
                for effect in effects {
                    self.carry_out(&effect);
                }
            }
        }
        self.busy.set(false);
    }

    fn option(&self, given: &mut Values, text: String, number: f64) {
        let value = match given.text("kind").as_str() {
            "string" => Given::Text(text),
            "number" => Given::Number(number),
            "boolean" => Given::Flag(number != 0.0),
            // So many texts, one a line.
            "list" if number == 0.0 => Given::List(Vec::new()),
            "list" => Given::List(lines_of(&text)),
            _ => Given::Other,
        };
        let lower = given.take("lower").is_some();
        let set = self.options.borrow_mut().set(&given.text("name"), value, lower);
        if let Err(name) = set {
            self.wrong.set(self.wrong.get().or(Some(name)));
        }
    }

    /// Puts the options in force and puts the faults. `asks`: the page has a hook that must be asked before anything opens.
    fn configure(&self, asks: bool) {
        let (mut config, faults) = Config::check(&self.options.borrow(), &self.origin);
        config.asks_page = asks;
        border::configured(&config, &self.edge);
        self.machine.borrow_mut().configure(config);
        for fault in faults {
            self.edge.put(fault.option, fault.expected);
        }
        // Why the others count all the same: a number written as a text must not switch off the customer's consent.
        if let Some(option) = self.wrong.take() {
            self.edge.put(option, "another type");
        }
    }

    fn carry_out(&self, effect: &Effect) {
        match effect {
            Effect::Claim(chat, _) => drop(self.chat.replace(chat.clone())),
            Effect::Release(index) => {
                self.ownership.borrow_mut().release();
                if let Some(index) = index {
                    self.tell_tabs(&Message::Over(self.chat.borrow().clone(), *index));
                }
            }
            Effect::LoadFrame(launch) => {
                self.ear.take();
                self.app.replace(Some(launch.origin.clone()));
            }
            _ => {}
        }
        let config = self.machine.borrow().config().clone();
        border::carry_out(effect, &config, &self.origin, &self.edge);
    }

    fn hear(&self, via: Via, message: Option<FromFrame>) {
        let Some(message) = message else { return };
        let heeds = self.ear.borrow_mut().heeds(via, &message, now());
        if heeds {
            self.dispatch(Event::FromFrame(message));
        }
    }

    /// A policy of the page was violated, by the directive and the address; by our frame, it will never load.
    fn violated(&self, text: &str) {
        let (directive, uri) = cut(text, b' ').unwrap_or_default();
        let ours = self.app.borrow().as_ref().is_some_and(|app| frame_policy::is_blocked(app, uri, directive));
        if ours {
            self.dispatch(Event::FrameBlocked);
        }
    }

    fn tell_tabs(&self, message: &Message) {
        self.edge.act("tellTabs", &message.text(), 0.0);
    }

    fn hear_tab(&self, text: &str) {
        let Some(message) = Message::parse(text) else { return };
        if let Message::Over(chat, index) = &message
            && *chat == *self.chat.borrow()
        {
            return self.dispatch(Event::OverElsewhere(*index));
        }
        let outcome = self.ownership.borrow_mut().hear(&message);
        match outcome {
            Outcome::Nothing => {}
            Outcome::Tell(message) => self.tell_tabs(&message),
            Outcome::Refused => self.dispatch(Event::Claimed(false)),
            Outcome::TakenOver => self.dispatch(Event::TakenOver),
        }
    }

    fn claim_by_asking(&self, steal: bool) {
        let chat = self.chat.borrow().clone();
        let message = {
            let mut ownership = self.ownership.borrow_mut();
            if steal { ownership.steal(&chat) } else { ownership.claim(&chat) }
        };
        self.tell_tabs(&message);
        if steal {
            self.dispatch(Event::Claimed(true));
        }
    }
}

/// What the page has given.
struct Values(Vec<(String, String)>);

impl Values {
    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(at).1)
    }

    fn text(&mut self, name: &str) -> String {
        self.take(name).unwrap_or_default()
    }

    /// The values of a chat, if there are any.
    fn chat(&mut self, message: String) -> Option<Chat> {
        let interaction_id = self.take("interaction")?;
        Some(Chat { message, interaction_id, secure_key: self.text("key"), user_id: self.text("user") })
    }
}

/// The members of a message over protocol 2.
struct Members {
    kind: String,
    text: Option<String>,
    number: f64,
    names: Option<String>,
}

impl Record for Members {
    fn text(&self, member: &str, most: usize) -> Option<String> {
        let text = if member == "type" { Some(&self.kind) } else { self.text.as_ref() };
        text.filter(|text| text.chars().count() <= most).cloned()
    }

    fn number(&self, _: &str) -> Option<f64> {
        Some(self.number).filter(|number| !number.is_nan())
    }

    fn texts(&self, _: &str, most: usize, most_each: usize) -> Option<Vec<String>> {
        let names = lines_of(self.names.as_ref()?);
        (names.len() <= most && names.iter().all(|name| name.chars().count() <= most_each)).then_some(names)
    }
}

fn lines_of(text: &str) -> Vec<String> {
    let (mut lines, mut rest) = (Vec::new(), text);
    while let Some((line, more)) = cut(rest, b'\n') {
        lines.push(line.to_owned());
        rest = more;
    }
    lines.push(rest.to_owned());
    lines
}
