//! What an ESP request is refused with. No public source has a table; these numbers are *ours*, but for 8201, which the
//! Chat Server is known to use (backend 1.5 and 4.3).

use std::fmt;

/// Why an ESP request was not done. Names are those of the document; no value and no chat text is in here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 1: the body is no request.
    Malformed,
    /// 2: there is no Chat Server application of this name here.
    UnknownApplication,
    /// 3: the service is not `Chat`.
    UnknownService,
    /// 4: there is no such method.
    UnknownMethod,
    /// 5: this mandatory parameter was not sent.
    Missing(&'static str),
    /// 6: a parameter has a value that it cannot have; says which and what is expected.
    BadParameter(&'static str, &'static str),
    /// 7: the method has no parameter of a name that was sent.
    UnknownParameter,
    /// 8: none of the parameters was sent, of which the method needs one.
    NoParameter,
    /// 9: `NoticeText` is no address to push.
    BadUrl,
    /// 10: the text is empty or too long.
    BadText,
    /// 11: user data was not sent, or does not say which interaction it is.
    NoUserData,
    /// 12: the session is closed.
    Offline,
    /// 13: the session is another Chat Server application's.
    OtherApplication,
    /// 14: a fault of this server; nothing was done.
    Server,
    /// 8201: there is no such session.
    NoSuchSession,
}

impl Fault {
    /// The number in the answer.
    pub fn code(self) -> u16 {
        match self {
            Self::Malformed => 1,
            Self::UnknownApplication => 2,
            Self::UnknownService => 3,
            Self::UnknownMethod => 4,
            Self::Missing(_) => 5,
            Self::BadParameter(..) => 6,
            Self::UnknownParameter => 7,
            Self::NoParameter => 8,
            Self::BadUrl => 9,
            Self::BadText => 10,
            Self::NoUserData => 11,
            Self::Offline => 12,
            Self::OtherApplication => 13,
            Self::Server => 14,
            Self::NoSuchSession => 8201,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the body is no request: service, method, parameters, userData"),
            Self::UnknownApplication => f.write_str("there is no such Chat Server application"),
            Self::UnknownService => f.write_str("the service must be Chat"),
            Self::UnknownMethod => {
                f.write_str("the method must be Message, Notice, IdleControlConfigure or ConfigureSession")
            }
            Self::Missing(name) => write!(f, "{name} is mandatory"),
            Self::BadParameter(name, expected) => write!(f, "{name} must be {expected}"),
            Self::UnknownParameter => f.write_str("the method has no parameter of that name"),
            Self::NoParameter => f.write_str("the method needs at least one of its parameters"),
            Self::BadUrl => f.write_str("NoticeText must be an address with http or https"),
            Self::BadText => f.write_str("the text is empty or too long"),
            Self::NoUserData => f.write_str("send user data with InteractionId"),
            Self::Offline => f.write_str("the chat session is closed"),
            Self::OtherApplication => {
                f.write_str("another Chat Server application has the session; read user data anew")
            }
            Self::Server => f.write_str("the server has a fault"),
            Self::NoSuchSession => f.write_str("there is no such chat session"),
        }
    }
}

impl std::error::Error for Fault {}
