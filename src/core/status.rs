//! Status messages in the chat: `microapp:progress:…`, in both directions.
//!
//! Contract: grammar, "Chat text" rule 4; "Using WebIVR MicroApps", steps 7 and 9 of the detailed process summary.
//! Frame messages use the same words, so [`super::frame_protocol`] reads them with [`PREFIX`], [`BLOCK`] and [`ENDED`].

use super::text::join;

/// What begins every status text, in exact lower case.
pub const PREFIX: &str = "microapp:progress:";
/// What begins a milestone that is a reached block.
pub const BLOCK: &str = "block:";
/// The status of a MicroApp that has ended.
pub const ENDED: &str = "ended";

/// A status text's meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// The customer reached a block.
    Progress {
        /// `block:` and the block's name.
        milestone: String,
    },
    /// The MicroApp has ended.
    Ended,
    /// A status this version does not know.
    Unknown,
}

/// Reads a text that has been trimmed; `None` when it is no status.
pub fn parse(text: &str) -> Option<Status> {
    let milestone = text.strip_prefix(PREFIX)?;
    Some(if milestone == ENDED {
        Status::Ended
    } else if milestone.starts_with(BLOCK) {
        Status::Progress { milestone: milestone.to_owned() }
    } else {
        Status::Unknown
    })
}

/// The text that tells the agent of a reached block, as the Messaging Server sends it in step 7.
pub fn progress_block(name: &str) -> String {
    join(&[PREFIX, BLOCK, name])
}

/// The text that tells the agent that a MicroApp has opened; ours, for `report: "all"`.
pub fn started() -> String {
    join(&[PREFIX, "started"])
}

/// The text that tells the agent of a milestone such as `block:Card Details`.
pub fn milestone(milestone: &str) -> String {
    join(&[PREFIX, milestone])
}

/// How a MicroApp came to its end: what the plugin reports to the agent in step 9, once per MicroApp.
///
/// The vendor defines only `ended`; the others are ours, hidden from the customer by the same prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReport {
    /// The app said that it had ended.
    Ended,
    /// The customer closed it before its end.
    Closed,
    /// The customer said that they were done in the app's own window, where the page cannot see it.
    Done,
    /// The agent's next request took its place.
    Replaced,
    /// The customer did not consent.
    Declined,
    /// It gave no sign of life for too long.
    TimedOut,
    /// It could not be opened or stopped working; the stable error code.
    Failed(&'static str),
}

impl EndReport {
    /// The word for it; what has failed has a code besides.
    pub fn name(self) -> &'static str {
        match self {
            EndReport::Ended => ENDED,
            EndReport::Closed => "closed",
            EndReport::Done => "done",
            EndReport::Replaced => "replaced",
            EndReport::Declined => "declined",
            EndReport::TimedOut => "timeout",
            EndReport::Failed(_) => "failed",
        }
    }

    /// The chat text, matched by [`super::pattern::STATUS`].
    pub fn text(self) -> String {
        let (colon, code) = if let EndReport::Failed(code) = self { (":", code) } else { ("", "") };
        join(&[PREFIX, self.name(), colon, code])
    }
}
