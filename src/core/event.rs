//! What can happen to the machine.

use super::effect::{CommandId, Timer};
use super::frame_protocol::FromFrame;
use super::launch::Chat;
use std::rc::Rc;

/// A hidden line of the chat.
#[derive(Clone, PartialEq)]
pub struct Line {
    /// Its index in the transcript.
    pub index: u32,
    /// The sender's kind, such as `Agent`.
    pub sender: String,
    /// The sender's name, for the question of consent.
    pub nickname: Option<String>,
    /// The text, untrimmed.
    pub text: String,
    /// When it was sent, milliseconds since 1970 by the server's clock; `None` when unknown.
    pub sent: Option<f64>,
    /// It comes from the replay after a reload, not live.
    pub restoring: bool,
}

/// How everything around the machine reports events.
pub type Report = Rc<dyn Fn(Event)>;

/// What happens to the machine.
pub enum Event {
    /// Hidden lines arrived, in the order of the transcript.
    Lines(Vec<Line>),
    /// The answer to [`super::effect::Effect::FetchSession`]; `None` without a usable session. The machine fills in the
    /// message.
    Session(Option<Chat>),
    /// The bus command `open`.
    Open {
        /// Settled when the app has opened, or could not.
        command: CommandId,
        /// The app token.
        token: String,
        /// The chat that asks, if one does.
        chat: Option<Chat>,
    },
    /// The bus command `close`.
    Close {
        /// Settled when the frame has gone.
        command: CommandId,
        /// Without the hang-up's grace.
        immediately: bool,
    },
    /// The bus command `minimize` (`true`) or `unminimize`.
    Minimize {
        /// Settled at once.
        command: CommandId,
        /// Fold the window up to its header, or unfold it.
        minimized: bool,
    },
    /// The bus command `retry`: [`Event::Retry`], settled when the app has opened, or could not.
    RetryCommand(CommandId),
    /// The bus command `cancel`: gives up what has not opened yet, and what waits for its turn.
    Cancel(CommandId),
    /// The answer to [`super::effect::Effect::AskPage`]: whether the page's hook lets the MicroApp open.
    Allowed(bool),
    /// The answer to [`super::effect::Effect::Claim`]: whether this tab owns the MicroApp now.
    Claimed(bool),
    /// Another tab has taken the MicroApp over.
    TakenOver,
    /// In another tab, the MicroApp of this transcript index has come to its end.
    OverElsewhere(u32),
    /// The customer wants the MicroApp in this tab.
    TakeOver,
    /// The customer's answer to the question of consent.
    Consent(bool),
    /// The answer to [`super::effect::Effect::Probe`]: whether the server is there.
    Probed(bool),
    /// The answer to [`super::effect::Effect::FetchTicket`].
    Ticket(Option<String>),
    /// The customer closed the window.
    CloseByCustomer,
    /// The customer says that they are done in the app's own window, where the page cannot see it.
    Done,
    /// The customer asked for another try after a failure.
    Retry,
    /// The window was folded up to its header (`true`) or unfolded.
    Minimized(bool),
    /// Somebody else removed the window.
    ViewGone,
    /// The page's policy does not let the frame load.
    FrameBlocked,
    /// The window could not be shown.
    ViewFailed,
    /// The frame's document has loaded.
    FrameLoaded,
    /// A checked message from the frame.
    FromFrame(FromFrame),
    /// A timer of [`super::effect::Effect::StartTimer`] ran out.
    TimerFired(Timer),
    /// The chat lost its connection (`false`) or has it again.
    Connected(bool),
    /// The chat has ended.
    ChatEnded,
    /// The customer goes on when asked whether to: after the end of the chat, or after a time without a sign of life.
    Finish,
}
