//! The life of a MicroApp: events in, effects out, no clock and no browser.
//!
//! `Idle → Loading → Running → Ended`, with ways out to `Failed` and, over `Closing` (the hang-up's grace), to `Idle`.
//! Time and ids come in as values, everything that must happen goes out as an [`Effect`], in order.

use super::config::{Config, Report};
use super::effect::{CommandId, Effect, Phase, Published, Timer};
use super::error::Error;
use super::event::{Event, Line};
use super::frame_protocol::FromFrame;
use super::launch::{Chat, Launch};
use super::ledger::{Ledger, Outcome};
use super::request::{self, ChatText};
use super::status::EndReport;

/// Milliseconds that a frame has to answer a hang-up before it goes.
pub const HANGUP_GRACE: f64 = 600.0;

/// A MicroApp to open.
struct Order {
    index: Option<u32>,
    command: Option<CommandId>,
    token: String,
    name: Option<String>,
    chat: Option<Chat>,
}

struct App {
    order: Order,
    launch: Launch,
    phase: Phase,
    reported: bool,
    closers: Vec<CommandId>,
}

/// The state of the plugin.
pub struct Machine {
    config: Config,
    ledger: Ledger,
    waiting: Vec<Line>,
    app: Option<App>,
    next: Option<Order>,
}

impl Machine {
    /// A machine with nothing open; `ledger` is the stored text, if any.
    pub fn new(config: Config, ledger: Option<&str>) -> Machine {
        let ledger = ledger.map(Ledger::from_text).unwrap_or_default();
        Machine { config, ledger, waiting: Vec::new(), app: None, next: None }
    }

    /// Takes a new configuration, from the next MicroApp on.
    pub fn configure(&mut self, config: Config) {
        self.config = config;
    }

    /// The configuration in force.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What the open MicroApp is doing; `None` when none is open.
    pub fn phase(&self) -> Option<Phase> {
        self.app.as_ref().map(|app| app.phase)
    }

    /// Takes one event at `now` (milliseconds since 1970).
    pub fn step(&mut self, event: Event, now: f64) -> Vec<Effect> {
        let mut out = Vec::new();
        match event {
            Event::Lines(lines) => self.lines(lines, &mut out),
            Event::Session(chat) => self.session(chat, now, &mut out),
            Event::Open { command, token, chat } => {
                let order = Order { index: None, command: Some(command), token, name: None, chat };
                self.order(order, &mut out);
            }
            Event::Close { command, immediately } => self.close_command(command, immediately, &mut out),
            Event::CloseByCustomer => self.close(EndReport::Closed, &mut out),
            Event::Retry => self.retry(&mut out),
            Event::ViewGone => self.view_gone(&mut out),
            Event::ViewFailed => self.fail(Error::PlacementFailed, &mut out),
            Event::FrameLoaded => self.loaded(&mut out),
            Event::FromFrame(message) => self.heard(message, &mut out),
            Event::TimerFired(Timer::Load) => self.fail(Error::LoadTimeout, &mut out),
            Event::TimerFired(Timer::HangUp) => self.gone(&mut out),
            Event::ChatEnded => self.chat_ended(&mut out),
        }
        out
    }

    /// Keeps the requests that may open something until the session data say which chat they belong to.
    fn lines(&mut self, lines: Vec<Line>, out: &mut Vec<Effect>) {
        let asked = !self.waiting.is_empty();
        for line in lines {
            if !self.config.accept_from.contains(&line.sender) {
                continue;
            }
            match request::parse(&line.text) {
                ChatText::Request(_) => self.waiting.push(line),
                ChatText::Malformed(malformed) if !line.restoring => {
                    out.push(Effect::Publish(Published::Failed(Error::Malformed(malformed))));
                }
                _ => {}
            }
        }
        if !asked && !self.waiting.is_empty() {
            out.push(Effect::FetchSession);
        }
    }

    /// Opens the latest waiting request that is live; the others are over.
    fn session(&mut self, chat: Option<Chat>, now: f64, out: &mut Vec<Effect>) {
        let lines = std::mem::take(&mut self.waiting);
        let Some(chat) = chat else {
            if !lines.is_empty() {
                out.push(Effect::Publish(Published::Failed(Error::NoSession)));
            }
            return;
        };
        self.ledger.bind(&chat.interaction_id);
        let open = self.app.as_ref().and_then(|app| app.order.index);
        let mut latest: Option<Line> = None;
        for line in lines {
            let stale = line.restoring && line.sent.is_some_and(|sent| now - sent > self.config.request_max_age);
            match self.ledger.outcome(line.index) {
                Some(Outcome::Over) => continue,
                Some(Outcome::Running) if open == Some(line.index) => continue,
                None if stale => self.ledger.note(line.index, Outcome::Over),
                _ if latest.as_ref().is_some_and(|latest| latest.index > line.index) => {
                    self.ledger.note(line.index, Outcome::Over);
                }
                _ => {
                    if let Some(earlier) = latest.replace(line) {
                        self.ledger.note(earlier.index, Outcome::Over);
                    }
                }
            }
        }
        if let Some(line) = latest
            && let ChatText::Request(request) = request::parse(&line.text)
        {
            self.ledger.note(line.index, Outcome::Running);
            out.push(Effect::Publish(Published::Requested));
            let chat = Chat { message: line.text, ..chat };
            let (token, name) = (request.token, request.name);
            self.order(Order { index: Some(line.index), command: None, token, name, chat: Some(chat) }, out);
        }
        out.push(Effect::Remember(self.ledger.to_text()));
    }

    /// Opens now, or after what is open has had its hang-up.
    fn order(&mut self, order: Order, out: &mut Vec<Effect>) {
        if self.app.is_none() {
            return self.open(order, out);
        }
        if let Some(command) = self.next.replace(order).and_then(|dropped| dropped.command) {
            out.push(Effect::Reject(command, Error::Cancelled));
        }
        self.close(EndReport::Replaced, out);
    }

    fn open(&mut self, order: Order, out: &mut Vec<Effect>) {
        let launch = self.config.server.clone().and_then(|server| server.launch(&order.token, order.chat.as_ref()));
        match launch {
            Ok(launch) => {
                out.push(Effect::OpenFrame(launch.clone(), order.name.clone()));
                let app = App { order, launch, phase: Phase::Loading, reported: false, closers: Vec::new() };
                self.app = Some(app);
                self.start_loading(out);
            }
            Err(error) => {
                out.push(Effect::Publish(Published::Failed(error)));
                if let Some(index) = order.index {
                    self.over(index, out);
                    self.report(EndReport::Failed(error.code()), out);
                }
                out.extend(order.command.map(|command| Effect::Reject(command, error)));
            }
        }
    }

    fn start_loading(&mut self, out: &mut Vec<Effect>) {
        out.push(Effect::Show(Phase::Loading));
        out.push(Effect::StartTimer(Timer::Load, self.config.load_timeout));
        out.push(Effect::Publish(Published::Loading));
    }

    fn loaded(&mut self, out: &mut Vec<Effect>) {
        let Some(app) = self.app.as_mut().filter(|app| app.phase == Phase::Loading) else { return };
        app.phase = Phase::Running;
        out.push(Effect::StopTimer(Timer::Load));
        out.push(Effect::Show(Phase::Running));
        out.push(Effect::Publish(Published::Opened));
        out.extend(app.order.command.take().map(Effect::Resolve));
    }

    fn heard(&mut self, message: FromFrame, out: &mut Vec<Effect>) {
        match (self.phase(), message) {
            (Some(Phase::Closing), FromFrame::Closed) => self.gone(out),
            (Some(Phase::Loading | Phase::Running), FromFrame::Progress { milestone }) => {
                self.loaded(out);
                out.push(Effect::Publish(Published::Progress(milestone)));
            }
            (Some(Phase::Loading | Phase::Running), FromFrame::Ended) => {
                self.loaded(out);
                self.settle(EndReport::Ended, out);
                if let Some(app) = &mut self.app {
                    app.phase = Phase::Ended;
                }
                out.push(Effect::Show(Phase::Ended));
                out.push(Effect::Publish(Published::Ended));
            }
            _ => {}
        }
    }

    fn fail(&mut self, error: Error, out: &mut Vec<Effect>) {
        let Some(app) = self.app.as_mut().filter(|app| app.phase == Phase::Loading) else { return };
        app.phase = Phase::Failed(error);
        out.push(Effect::StopTimer(Timer::Load));
        out.push(Effect::Show(Phase::Failed(error)));
        out.push(Effect::Publish(Published::Failed(error)));
        out.extend(app.order.command.take().map(|command| Effect::Reject(command, error)));
    }

    fn retry(&mut self, out: &mut Vec<Effect>) {
        let Some(app) = self.app.as_mut().filter(|app| matches!(app.phase, Phase::Failed(_))) else { return };
        app.phase = Phase::Loading;
        out.push(Effect::RemoveFrame);
        out.push(Effect::OpenFrame(app.launch.clone(), app.order.name.clone()));
        self.start_loading(out);
    }

    fn close_command(&mut self, command: CommandId, immediately: bool, out: &mut Vec<Effect>) {
        match &mut self.app {
            None => out.push(Effect::Reject(command, Error::NotOpen)),
            Some(app) => {
                app.closers.push(command);
                self.close(EndReport::Closed, out);
                if immediately {
                    self.gone(out);
                }
            }
        }
    }

    /// Tells frame and agent, then gives the frame its grace.
    fn close(&mut self, how: EndReport, out: &mut Vec<Effect>) {
        let Some(app) = self.app.as_mut() else { return };
        let before = std::mem::replace(&mut app.phase, Phase::Closing);
        out.extend(app.order.command.take().map(|command| Effect::Reject(command, Error::Cancelled)));
        match before {
            Phase::Closing => {}
            Phase::Ended => self.gone(out),
            Phase::Failed(error) => {
                self.settle(EndReport::Failed(error.code()), out);
                self.gone(out);
            }
            Phase::Loading | Phase::Running => {
                out.push(Effect::StopTimer(Timer::Load));
                out.push(Effect::PostToFrame(super::frame_protocol::HANGUP));
                out.push(Effect::Show(Phase::Closing));
                out.push(Effect::StartTimer(Timer::HangUp, HANGUP_GRACE));
                self.settle(how, out);
            }
        }
    }

    /// The frame's time is over: remove it, answer who waited, open what comes next.
    fn gone(&mut self, out: &mut Vec<Effect>) {
        let Some(app) = self.app.take() else { return };
        out.push(Effect::StopTimer(Timer::HangUp));
        out.push(Effect::RemoveFrame);
        out.push(Effect::Publish(Published::Closed));
        out.extend(app.closers.into_iter().map(Effect::Resolve));
        if let Some(order) = self.next.take() {
            self.open(order, out);
        }
    }

    /// A window that somebody else removed took its frame along: no grace, the rest as a close.
    fn view_gone(&mut self, out: &mut Vec<Effect>) {
        if self.app.is_some() {
            self.close(EndReport::Closed, out);
            self.gone(out);
        }
    }

    /// With the chat gone nobody could read a report.
    fn chat_ended(&mut self, out: &mut Vec<Effect>) {
        if let Some(app) = self.app.as_mut().filter(|app| app.phase != Phase::Ended) {
            app.reported = true;
            self.close(EndReport::Closed, out);
        }
        if let Some(command) = self.next.take().and_then(|order| order.command) {
            out.push(Effect::Reject(command, Error::Cancelled));
        }
        self.waiting.clear();
    }

    /// Notes the end in the ledger and tells the agent, once.
    fn settle(&mut self, how: EndReport, out: &mut Vec<Effect>) {
        let Some(app) = self.app.as_mut() else { return };
        let index = app.order.index;
        let first = !std::mem::replace(&mut app.reported, true);
        if let Some(index) = index {
            self.over(index, out);
        }
        if first {
            self.report(how, out);
        }
    }

    fn report(&self, how: EndReport, out: &mut Vec<Effect>) {
        if self.config.report == Report::End {
            out.push(Effect::SendFiltered(how.text()));
        }
    }

    fn over(&mut self, index: u32, out: &mut Vec<Effect>) {
        self.ledger.note(index, Outcome::Over);
        out.push(Effect::Remember(self.ledger.to_text()));
    }
}
