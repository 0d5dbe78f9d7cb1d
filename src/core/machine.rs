//! The life of a MicroApp: events in, effects out, no clock and no browser.
//!
//! `Claiming → Consenting → Loading → Running → Ended`, with ways out to `Failed` and, over `Closing` (the hang-up's grace),
//! to nothing open. Time and ids come in as values, everything that must happen goes out as an [`Effect`], in order.

mod commands;
mod life;
mod opening;
mod reports;
mod requests;

use super::config::Config;
use super::effect::{CommandId, Effect, Phase, Timer};
use super::error::Error;
use super::event::{Event, Line};
use super::launch::{Chat, Launch};
use super::ledger::Ledger;
use super::status::EndReport;
use std::rc::Rc;

/// Milliseconds that a frame has to answer a hang-up before it goes.
pub const HANGUP_GRACE: f64 = 600.0;
/// Milliseconds before the end of a form without a sign of life in which the customer is asked for one; half of a limit that is
/// shorter than two of them. WCAG 2.2.1 wants 20 seconds at least.
pub const INACTIVITY_WARNING: f64 = 60_000.0;
/// Milliseconds that the customer has to say whether to finish after the end of the chat.
pub const CHAT_OVER_GRACE: f64 = 60_000.0;
/// Milliseconds between two questions to an app that speaks protocol 2.
pub const HEARTBEAT_INTERVAL: f64 = 30_000.0;
/// Unanswered questions after which the app counts as stuck; generous, because a bank's page may take its time to load.
pub const HEARTBEATS: u8 = 4;
/// Milliseconds between two signs to an idle chat; well below the shortest idle alert that is usual (backend facts, 4.4).
pub const WAKE_INTERVAL: f64 = 60_000.0;

/// What a step wants done so far.
#[derive(Default)]
struct Effects(Vec<Effect>);

impl Effects {
    /// Why never inlined: it is called everywhere, and each copy is 40 bytes.
    #[inline(never)]
    fn push(&mut self, effect: Effect) {
        self.0.push(effect);
    }
}

/// A MicroApp to open.
struct Order {
    index: Option<u32>,
    command: Option<CommandId>,
    token: String,
    name: Option<String>,
    asker: Option<String>,
    chat: Option<Chat>,
}

/// The MicroApp that is open.
struct App {
    order: Order,
    launch: Option<Launch>,
    phase: Phase,
    /// The agent has been told the end.
    reported: bool,
    /// When it began to run.
    since: f64,
    /// Close commands that wait for the frame to go.
    closers: Vec<CommandId>,
    /// The window is folded up to its header.
    minimized: bool,
    /// Questions that the app has not answered yet.
    unanswered: u8,
    /// The milestone reached last.
    milestone: Option<String>,
    /// The document in the frame has said something.
    heard: bool,
}

/// What can be told about the plugin at any time; no parameter, chat text or key is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot<'a> {
    /// The phase's name; `idle` when no MicroApp is open.
    pub state: &'static str,
    /// What the agent calls the MicroApp.
    pub name: Option<&'a str>,
    /// The milestone reached last.
    pub milestone: Option<&'a str>,
    /// The stable code of what went wrong.
    pub code: Option<&'static str>,
    /// The window is folded up to its header.
    pub minimized: bool,
    /// How many wait for their turn.
    pub waiting: usize,
}

/// The state of the plugin.
pub struct Machine {
    config: Rc<Config>,
    ledger: Ledger,
    waiting: Vec<Line>,
    app: Option<App>,
    next: Vec<Order>,
    connected: bool,
    unsent: Vec<String>,
}

impl Machine {
    /// A machine with nothing open.
    pub fn new(config: Config) -> Machine {
        Machine {
            config: Rc::new(config),
            ledger: Ledger::default(),
            waiting: Vec::new(),
            app: None,
            next: Vec::new(),
            connected: true,
            unsent: Vec::new(),
        }
    }

    /// Takes over what was remembered over a reload.
    pub fn recall(&mut self, ledger: &str) {
        self.ledger = Ledger::from_text(ledger);
    }

    /// Takes a new configuration, from the next MicroApp on.
    pub fn configure(&mut self, config: Config) {
        self.config = Rc::new(config);
    }

    /// The configuration in force; it can be held while the machine goes on.
    pub fn config(&self) -> &Rc<Config> {
        &self.config
    }

    /// What the open MicroApp is doing; `None` when none is open.
    pub fn phase(&self) -> Option<Phase> {
        self.app.as_ref().map(|app| app.phase)
    }

    /// What the plugin is doing, for `getState`.
    pub fn snapshot(&self) -> Snapshot<'_> {
        let waiting = self.next.len();
        let Some(app) = &self.app else { return Snapshot { state: "idle", waiting, ..Snapshot::default() } };
        Snapshot {
            state: app.phase.name(),
            name: app.order.name.as_deref(),
            milestone: app.milestone.as_deref(),
            code: if let Phase::Failed(error) = app.phase { Some(error.code()) } else { None },
            minimized: app.minimized,
            waiting,
        }
    }

    /// Takes one event at `now` (milliseconds since 1970).
    pub fn step(&mut self, event: Event, now: f64) -> Vec<Effect> {
        let mut out = Effects::default();
        match event {
            Event::Lines(lines) => self.lines(lines, &mut out),
            Event::Session(chat) => self.session(chat, now, &mut out),
            Event::Open { command, token, chat } => {
                let order = Order { index: None, command: Some(command), token, name: None, asker: None, chat };
                self.order(order, &mut out);
            }
            Event::Close { command, immediately } => self.close_command(command, immediately, &mut out),
            Event::Minimize { command, minimized } => self.minimize_command(command, minimized, &mut out),
            Event::RetryCommand(command) => self.retry_command(command, &mut out),
            Event::Cancel(command) => self.cancel(command, &mut out),
            Event::Allowed(allowed) => self.allowed(allowed, &mut out),
            Event::Claimed(ours) => self.claimed(ours, &mut out),
            Event::TakenOver => self.taken_over(&mut out),
            Event::OverElsewhere(index) => self.over_elsewhere(index, &mut out),
            Event::TakeOver => self.take_over(&mut out),
            Event::Consent(given) => self.consent(given, &mut out),
            Event::Probed(there) => self.probed(there, &mut out),
            Event::Ticket(ticket) => self.ticket(ticket, &mut out),
            Event::CloseByCustomer => self.close_by_customer(&mut out),
            Event::Done => self.close(EndReport::Done, &mut out),
            Event::Retry => self.retry(&mut out),
            Event::Minimized(minimized) => self.minimized(minimized, &mut out),
            Event::ViewGone => self.view_gone(&mut out),
            Event::FrameBlocked => self.fail(Error::FrameBlocked, &mut out),
            Event::ViewFailed => self.fail(Error::PlacementFailed, &mut out),
            Event::FrameLoaded => {
                if self.phase().is_some_and(Phase::is_at_work) {
                    // The next document may speak protocol 1 only.
                    out.push(Effect::StopTimer(Timer::Heartbeat));
                }
                self.loaded(now, &mut out);
            }
            Event::FromFrame(message) => self.heard(message, now, &mut out),
            Event::TimerFired(timer) => self.timer(timer, now, &mut out),
            Event::Connected(connected) => self.connection(connected, &mut out),
            Event::ChatEnded => self.chat_ended(&mut out),
            Event::Finish => self.finish(&mut out),
        }
        out.0
    }

    fn timer(&mut self, timer: Timer, now: f64, out: &mut Effects) {
        match timer {
            Timer::Load => self.load_is_due(out),
            Timer::Inactivity => self.timed_out(out),
            Timer::Heartbeat => self.heartbeat(out),
            Timer::Wake => self.wake(now, out),
            Timer::HangUp => self.gone(out),
            Timer::ChatOver => self.close(EndReport::Closed, out),
        }
    }

    /// The open app, if it is in this phase.
    fn app_in(&mut self, phase: Phase) -> Option<&mut App> {
        self.app.as_mut().filter(|app| app.phase == phase)
    }

    /// Puts the open app into a phase and shows it.
    fn enter(&mut self, phase: Phase, out: &mut Effects) {
        if let Some(app) = &mut self.app {
            app.phase = phase;
            out.push(Effect::Show(phase));
        }
    }
}
