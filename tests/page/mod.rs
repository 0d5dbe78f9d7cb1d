//! A page around the machine: what the browser and the servers would answer, and what was seen.

// Why: each test file uses its own part of this.
#![allow(dead_code)]

use cx_speechstorm::core::config::Config;
use cx_speechstorm::core::effect::{Effect, Phase};
use cx_speechstorm::core::event::{Event, Line};
use cx_speechstorm::core::launch::{Chat, Launch};
use cx_speechstorm::core::machine::Machine;
use cx_speechstorm::core::options::Options;

pub const REQUEST: &str = "microapp://app/T3NB68E-/Payment\nAmount=USD77.80";
pub const NOW: f64 = 1_800_000_000_000.0;

/// A machine with what a page would have seen so far.
pub struct Page {
    pub machine: Machine,
    pub stored: Option<String>,
    pub seen: Vec<Effect>,
    pub now: f64,
    /// Another tab owns the chat's MicroApps.
    pub other_tab: bool,
    /// The Messaging Server answers.
    pub server: bool,
    /// What it gives for a ticket.
    pub ticket: Option<String>,
    /// What the page's hook says, once it has an answer.
    pub hook: Option<bool>,
}

impl Page {
    pub fn new() -> Page {
        Page::with(&Options::default(), None)
    }

    pub fn with(options: &Options, stored: Option<String>) -> Page {
        let options = Options { base_url: Some("https://ia.bank.example".into()), ..options.clone() };
        let (config, _) = Config::check(&options, "https://www.bank.example");
        let mut machine = Machine::new(config);
        machine.recall(stored.as_deref().unwrap_or_default());
        Page {
            machine,
            stored,
            seen: Vec::new(),
            now: NOW,
            other_tab: false,
            server: true,
            ticket: Some("ticket-1".into()),
            hook: None,
        }
    }

    /// The same page after a reload: only the stored ledger is left.
    pub fn reload(self) -> Page {
        Page::with(&Options::default(), self.stored)
    }

    /// One event, and what the browser and the servers answer at once.
    pub fn step(&mut self, event: Event) -> Vec<Effect> {
        let (mut all, mut answers) = (Vec::new(), Vec::new());
        for effect in self.machine.step(event, self.now) {
            self.seen.push(effect.clone());
            let answer = match &effect {
                Effect::Remember(text) => {
                    self.stored = Some(text.clone());
                    None
                }
                Effect::Claim(_, steal) => Some(Event::Claimed(*steal || !self.other_tab)),
                Effect::Probe(_) => Some(Event::Probed(self.server)),
                Effect::AskPage(_) => self.hook.map(Event::Allowed),
                Effect::FetchTicket(..) => Some(Event::Ticket(self.ticket.clone())),
                _ => None,
            };
            all.push(effect);
            answers.extend(answer);
        }
        // As in the browser: no answer comes before everything is carried out.
        for answer in answers {
            all.extend(self.step(answer));
        }
        all
    }

    /// A line arrives, and the chat service answers.
    pub fn line(&mut self, line: Line) -> Vec<Effect> {
        let effects = self.step(Event::Lines(vec![line]));
        if effects.contains(&Effect::FetchSession) { self.step(Event::Session(Some(chat()))) } else { effects }
    }

    pub fn open(&mut self) {
        self.line(line(3));
        self.step(Event::FrameLoaded);
        assert_eq!(self.machine.phase(), Some(Phase::Running));
    }

    pub fn reports(&self) -> Vec<&str> {
        self.seen
            .iter()
            .filter_map(|effect| if let Effect::SendFiltered(text) = effect { Some(text.as_str()) } else { None })
            .collect()
    }
}

pub fn line(index: u32) -> Line {
    Line {
        index,
        sender: "Agent".into(),
        nickname: Some("Alex".into()),
        text: REQUEST.into(),
        sent: Some(NOW),
        restoring: false,
    }
}

pub fn chat() -> Chat {
    Chat {
        message: String::new(),
        interaction_id: "00048aAPEQJ8000U".into(),
        secure_key: "bd68e1cf5dbb1a2c".into(),
        user_id: "007254AC84C06F00".into(),
    }
}

pub fn opens(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::LoadFrame(..)))
}

pub fn launched(effects: &[Effect]) -> Option<&Launch> {
    effects.iter().find_map(|effect| if let Effect::LoadFrame(launch) = effect { Some(launch) } else { None })
}
