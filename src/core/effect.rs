//! What the machine wants done.

use super::error::Error;
use super::launch::Launch;

/// One bus command that waits for its answer; the runtime's number for it.
pub type CommandId = u32;

/// What must be done, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask the chat service for its session data.
    FetchSession,
    /// Show a window with a frame at this launch; the name is the agent's word for it.
    OpenFrame(Launch, Option<String>),
    /// Show this phase in the window.
    Show(Phase),
    /// Post this string to the frame, at the launch's origin.
    PostToFrame(&'static str),
    /// Remove window and frame.
    RemoveFrame,
    /// Send this text to the agent, hidden from the customer.
    SendFiltered(String),
    /// Publish a bus event.
    Publish(Published),
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

/// The machine's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The app must have loaded.
    Load,
    /// The frame must have answered the hang-up.
    HangUp,
}

/// Bus events and their data (design: public surface).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// A live request was accepted.
    Requested,
    /// The frame was asked for.
    Loading,
    /// The app has loaded.
    Opened,
    /// The customer reached a milestone.
    Progress(String),
    /// The app said that it ended.
    Ended,
    /// The window has gone.
    Closed,
    /// Something went wrong.
    Failed(Error),
}

/// What the open MicroApp is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The frame was asked for.
    Loading,
    /// The customer works with the app.
    Running,
    /// The app has ended; the window stays until the customer closes it.
    Ended,
    /// It could not be opened; the window says so.
    Failed(Error),
    /// The frame was told to hang up and has its grace.
    Closing,
}
