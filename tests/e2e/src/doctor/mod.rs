//! `cargo xtask doctor URL`: looks at a page in the browser, says what keeps MicroApps from opening on it, and how to put it
//! right. What was seen ([`facts`]) is gathered apart ([`look`]) from what to think of it ([`judge`]).

pub mod facts;
mod fallback;
pub mod judge;
pub mod look;
mod policy;
mod rivals;
mod servers;

use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// MicroApps do not open, or not always.
    Broken,
    /// They open; still, something is not as it should be.
    Warning,
}

/// Something that is wrong, and how to put it right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub what: String,
    /// How to put it right.
    pub fix: String,
}

impl Finding {
    pub(crate) fn broken(what: impl Into<String>, fix: impl Into<String>) -> Finding {
        Finding { severity: Severity::Broken, what: what.into(), fix: fix.into() }
    }

    pub(crate) fn warning(what: impl Into<String>, fix: impl Into<String>) -> Finding {
        Finding { severity: Severity::Warning, what: what.into(), fix: fix.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Broken => "broken ",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}  {}\n     fix  {}", self.what, self.fix)
    }
}
