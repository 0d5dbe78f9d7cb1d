//! Everything that can go wrong, each with a stable code and a remedy.
//!
//! The texts are constants, so no secure key, parameter value or chat text can be in an error.

use super::request::Malformed;
use std::fmt;

/// A failure as integrators see it: in rejected commands and in `failed` events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// `baseURL` is no absolute http(s) URL without user info, query and fragment.
    BadBaseUrl,
    /// `baseURL` is plain http on another machine.
    InsecureBaseUrl,
    /// `domain` is no origin, or the page has none.
    BadDomain,
    /// Other options of the configuration are wrong; the faults are listed beside the error.
    BadConfig,
    /// A command's data lack something or have the wrong type.
    BadCommand,
    /// The text looked like a request but is none.
    Malformed(Malformed),
    /// The chat's session data could not be had, or lack what the Messaging Server needs.
    NoSession,
    /// The Messaging Server's origin is not among `allowedOrigins`.
    OriginNotAllowed,
    /// Another MicroApp is open, and `onBusy` is `reject`.
    Busy,
    /// The customer did not consent.
    Declined,
    /// The Messaging Server did not answer.
    Unreachable,
    /// The Messaging Server gave no ticket.
    TicketRefused,
    /// The page's own policy does not let the frame load.
    FrameBlocked,
    /// The MicroApp did not load in time.
    LoadTimeout,
    /// The MicroApp says that it cannot go on.
    AppFailed,
    /// The place where the MicroApp should be shown could not be opened.
    PlacementFailed,
    /// Closed before it had opened.
    Cancelled,
    /// There is nothing to close.
    NotOpen,
    /// The page's hook `onBeforeOpen` said no, threw, or gave no answer in time.
    Vetoed,
    /// The MicroApp speaks protocol 2, but has stopped answering.
    AppSilent,
    /// The MicroApp has loaded and said nothing: its server may forbid the frame, which a page cannot see.
    AppUnheard,
    /// The command was not answered in time.
    CommandTimeout,
    /// The command does not apply to what the MicroApp is doing now.
    WrongState,
}

impl Error {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Error::BadBaseUrl => "bad_base_url",
            Error::InsecureBaseUrl => "insecure_base_url",
            Error::BadDomain => "bad_domain",
            Error::BadConfig => "bad_config",
            Error::BadCommand => "bad_command",
            Error::Malformed(malformed) => malformed.code(),
            Error::NoSession => "no_session",
            Error::FrameBlocked => "frame_blocked",
            Error::LoadTimeout => "load_timeout",
            Error::OriginNotAllowed => "origin_not_allowed",
            Error::Busy => "busy",
            Error::Declined => "declined",
            Error::Unreachable => "unreachable",
            Error::TicketRefused => "ticket_refused",
            Error::AppFailed => "app_failed",
            Error::PlacementFailed => "placement_failed",
            Error::Cancelled => "cancelled",
            Error::NotOpen => "not_open",
            Error::Vetoed => "vetoed",
            Error::AppSilent => "app_silent",
            Error::AppUnheard => "app_unheard",
            Error::CommandTimeout => "command_timeout",
            Error::WrongState => "wrong_state",
        }
    }

    /// What went wrong, for a developer.
    pub fn message(self) -> &'static str {
        match self {
            Error::BadBaseUrl => "baseURL is not a usable address.",
            Error::InsecureBaseUrl => "baseURL is plain http.",
            Error::BadDomain => "domain is not an origin.",
            Error::BadConfig => "The configuration has faults.",
            Error::BadCommand => "The command's data are incomplete or of the wrong type.",
            Error::Malformed(_) => "A MicroApp line of the agent is malformed.",
            Error::NoSession => "The chat gave no session data that the Messaging Server could verify.",
            Error::FrameBlocked => "The page's Content-Security-Policy does not let the frame load.",
            Error::LoadTimeout => "The MicroApp did not load in time.",
            Error::OriginNotAllowed => "The Messaging Server's origin is not allowed.",
            Error::Busy => "Another MicroApp is open.",
            Error::Declined => "The customer declined.",
            Error::Unreachable => "The Messaging Server does not answer.",
            Error::TicketRefused => "The Messaging Server gave no ticket.",
            Error::AppFailed => "The MicroApp cannot go on.",
            Error::PlacementFailed => "The MicroApp's window could not be opened.",
            Error::Cancelled => "The MicroApp was closed before it had opened.",
            Error::NotOpen => "No MicroApp is open.",
            Error::Vetoed => "The page did not let the MicroApp open.",
            Error::AppSilent => "The MicroApp has stopped answering.",
            Error::AppUnheard => "The MicroApp has loaded, but says nothing.",
            Error::CommandTimeout => "The command was not answered in time.",
            Error::WrongState => "The command does not apply now.",
        }
    }

    /// What to do about it, for an administrator.
    pub fn remedy(self) -> &'static str {
        match self {
            Error::BadBaseUrl => "Set speechstorm.baseURL, such as https://ia.example:8054.",
            Error::InsecureBaseUrl => "Serve the Messaging Server over https.",
            Error::BadDomain => "Set speechstorm.domain to the page's origin.",
            Error::BadConfig => "Correct the options that are listed.",
            Error::BadCommand => "Give appToken alone, or with all four chat values.",
            Error::Malformed(_) => {
                "Check the standard response: microapp://app/TOKEN/Name, then Parameter=Value lines."
            }
            Error::NoSession => "Open MicroApps in a running GMS chat.",
            Error::FrameBlocked => "Add baseURL's origin to frame-src, and with launch post to form-action.",
            Error::LoadTimeout => "Check that baseURL answers and that frame-src and frame-ancestors allow the frame.",
            Error::OriginNotAllowed => "Add the origin of baseURL to allowedOrigins.",
            Error::Busy => "Close it first, or set onBusy to replace or queue.",
            Error::Unreachable => "Check baseURL, connect-src and the network.",
            Error::TicketRefused => "See the server's audit log, or set launch to query.",
            Error::AppFailed | Error::AppSilent => "See the Messaging Server's log.",
            Error::PlacementFailed => "Check the option placement.",
            Error::Vetoed => "Look at the page's hook onBeforeOpen: it said no, threw, or took over ten seconds.",
            Error::AppUnheard => {
                "If nothing is in the frame, let the server's frame-ancestors and X-Frame-Options allow it."
            }
            Error::CommandTimeout => "Go by the events: what was asked for may still happen.",
            Error::WrongState => "Ask getState first.",
            Error::Cancelled | Error::Declined | Error::NotOpen => "None needed.",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())?;
        f.write_str(" ")?;
        f.write_str(self.remedy())
    }
}

impl std::error::Error for Error {}
