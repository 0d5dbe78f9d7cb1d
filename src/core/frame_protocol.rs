//! The strings that page and MicroApp frame exchange by `postMessage`: one place for each.
//!
//! This is protocol 1; [`super::channel`] is protocol 2. Contract: grammar, "Frame messages"; backend facts, 5.5. Whoever
//! calls this has already checked that the message's source is our frame and that its origin is the launch URL's.

use super::status;

/// To the frame: end the session.
pub const HANGUP: &str = "speechstorm:hangup";
/// From the frame: the session is over, the frame may go.
pub const CLOSED: &str = "speechstorm:closed";
/// Longest frame message, in characters.
pub const MAX_CHARS: usize = 1024;

/// A message from the MicroApp.
#[derive(Clone, Debug, PartialEq)]
pub enum FromFrame {
    /// The customer reached a block.
    Progress {
        /// `block:` and the block's name.
        milestone: String,
    },
    /// The MicroApp has ended.
    Ended,
    /// The session is over; answers a hang-up.
    Closed,
    /// Protocol 2: what the app calls itself, to be shown as text.
    Title(String),
    /// Protocol 2: the height that it needs, in pixels.
    Height(f64),
    /// Protocol 2: its steps.
    Steps {
        /// Their names, at least one.
        names: Vec<String>,
        /// The one that the customer is at, from 0.
        at: usize,
    },
    /// Protocol 2: the customer is at work.
    KeepAlive,
    /// Protocol 2: the app asks to be closed.
    CloseRequested,
    /// Protocol 2: the customer pressed Escape, and the app had no use for it.
    Escape,
    /// Protocol 2: the app is there; answers the handshake and each question.
    Alive,
    /// Protocol 2: something went wrong; a stable code.
    Error(String),
}

/// Reads a frame message; `None` for everything that is not exactly one of ours.
pub fn parse(data: &str) -> Option<FromFrame> {
    if data.chars().count() > MAX_CHARS || data.chars().any(char::is_control) {
        return None;
    }
    if data == CLOSED {
        return Some(FromFrame::Closed);
    }
    match data.strip_prefix(status::PREFIX)? {
        status::ENDED => Some(FromFrame::Ended),
        milestone if milestone.starts_with(status::BLOCK) => {
            Some(FromFrame::Progress { milestone: milestone.to_owned() })
        }
        _ => None,
    }
}

/// The block's name in a milestone such as `block:Card Details`.
pub fn block_of(milestone: &str) -> Option<&str> {
    milestone.strip_prefix(status::BLOCK)
}
