//! What the machine wants done.

use super::error::Error;
use super::launch::Launch;
use super::status::EndReport;

/// One bus command that waits for its answer; the runtime's number for it.
pub type CommandId = u32;

/// What must be done, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask the chat service for its session data; answered by `Session`.
    FetchSession,
    /// Become the only tab with the MicroApp of this name, taking it from another one if the flag says so; answered by
    /// `Claimed`.
    Claim(String, bool),
    /// Give that up; other tabs learn by the index, if any, that the MicroApp is over.
    Release(Option<u32>),
    /// Ask the page's hook whether this may open; answered by `Allowed`.
    AskPage(Card),
    /// Show a window without a frame.
    OpenWindow(Card),
    /// Ask whether something answers at this address; answered by `Probed`.
    Probe(String),
    /// Post these fields to this address for a ticket; answered by `Ticket`.
    FetchTicket(String, Secrets),
    /// Put a frame for this launch into the window, in place of an earlier one.
    LoadFrame(Launch),
    /// Show this phase in the window.
    Show(Phase),
    /// Show something that the app or the page says about itself.
    Detail(Detail),
    /// Fold the window up to its header (`true`) or unfold it.
    Minimize(bool),
    /// Ask the frame for a sign of life, over protocol 2.
    Ping,
    /// Tell the frame to end its session.
    HangUp,
    /// Remove window and frame.
    CloseWindow,
    /// Send this text to the agent, hidden from the customer.
    SendFiltered(String),
    /// Keep the idle chat alive.
    Wake,
    /// Publish a bus event.
    Publish(Published),
    /// A MicroApp has come to its end, this way; once for each that was accepted.
    Over(EndReport),
    /// Settle a command.
    Resolve(CommandId),
    /// Settle a command.
    Reject(CommandId, Error),
    /// Store the ledger's text.
    Remember(String),
    /// Start (or restart) a timer of this many milliseconds.
    StartTimer(Timer, f64),
    /// Stop it.
    StopTimer(Timer),
}

/// Launch fields on their way to the server; a debug print shows only their number.
#[derive(Clone, PartialEq)]
pub struct Secrets(pub Vec<(&'static str, String)>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Secrets").field(&self.0.len()).finish()
    }
}

/// What a window says before anything is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// What the agent calls the MicroApp.
    pub name: Option<String>,
    /// Who asks.
    pub asker: Option<String>,
    /// Where it comes from.
    pub origin: String,
}

/// What the app or the page says about itself while it is open.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// The app's own title.
    Title(String),
    /// The height that the app wants, in CSS pixels.
    Height(f64),
    /// The app's steps, and which one the customer is at.
    Steps(Vec<String>, usize),
    /// The block that the customer has reached.
    Block(String),
    /// The chat has lost its connection, or has it again.
    Online(bool),
    /// The customer pressed Escape in the app.
    Escape,
}

/// The machine's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The app must have loaded, and then have spoken.
    Load,
    /// The customer must have given a sign of life, and then have answered when asked for one.
    Inactivity,
    /// The app is due to be asked for a sign of life.
    Heartbeat,
    /// The chat must be kept alive again.
    Wake,
    /// The frame must have answered the hang-up.
    HangUp,
    /// The customer must have chosen what to do after the end of the chat.
    ChatOver,
}

/// Bus events and their data (design: public surface).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// A live request was accepted; what the agent calls it.
    Requested(Option<String>),
    /// The frame was asked for.
    Loading,
    /// The app has loaded.
    Opened,
    /// The customer reached a milestone.
    Progress(String),
    /// The app said that it ended.
    Ended,
    /// The window was folded up to its header (`true`) or unfolded.
    Minimized(bool),
    /// The window has gone.
    Closed,
    /// The customer declined.
    Declined,
    /// The app gave no sign of life for too long.
    TimedOut,
    /// Something went wrong.
    Failed(Error),
    /// Something may be wrong; the MicroApp goes on.
    Warned(Error),
}

/// What the open MicroApp is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Another tab may have it; nothing is shown yet.
    Claiming,
    /// Another tab has it; the window offers to take it over.
    Elsewhere,
    /// The customer is asked.
    Consenting,
    /// The frame was asked for, or what it needs first.
    Loading,
    /// The customer works with the app.
    Running,
    /// There was no sign of life for long; the customer is asked for one.
    TimingOut,
    /// The chat has ended meanwhile; the customer may finish.
    ChatOver,
    /// The app has ended; the window stays until the customer closes it.
    Ended,
    /// It could not be opened or stopped; the window says so.
    Failed(Error),
    /// The frame was told to hang up and has its grace.
    Closing,
}

impl Phase {
    /// Whether the app is open and the customer has not finished with it.
    pub fn is_at_work(self) -> bool {
        matches!(self, Phase::Running | Phase::TimingOut | Phase::ChatOver)
    }

    /// The name, as `getState` and the stylesheet know it.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Claiming => "claiming",
            Phase::Elsewhere => "elsewhere",
            Phase::Consenting => "consenting",
            Phase::Loading => "loading",
            Phase::Running => "running",
            Phase::TimingOut => "timing-out",
            Phase::ChatOver => "chat-over",
            Phase::Ended => "ended",
            Phase::Failed(_) => "failed",
            Phase::Closing => "closing",
        }
    }
}

const TIMERS: [(Timer, &str); 6] = [
    (Timer::Load, "load"),
    (Timer::Inactivity, "inactivity"),
    (Timer::Heartbeat, "heartbeat"),
    (Timer::Wake, "wake"),
    (Timer::HangUp, "hang-up"),
    (Timer::ChatOver, "chat-over"),
];

impl Timer {
    /// The name, as the page's side knows it.
    pub fn name(self) -> &'static str {
        TIMERS.iter().find(|(timer, _)| *timer == self).map_or("", |(_, name)| name)
    }

    /// The timer of a name.
    pub fn named(name: &str) -> Option<Timer> {
        TIMERS.iter().find(|(_, known)| *known == name).map(|(timer, _)| *timer)
    }
}
