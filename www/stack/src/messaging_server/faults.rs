//! Faults on demand: what the Messaging Server does when a test wants to see how a page copes.

use std::str::FromStr;
use std::time::Duration;

use super::pages::Voice;

/// Longest delay that [`Fault::Slow`] grants, in ms.
const MAX_DELAY_MS: u64 = 60_000;

/// One fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `slow=MS`: launches are answered that much later.
    Slow(u64),
    /// `error`: launches are answered with status 500.
    Error,
    /// `frame-denied`: no page may frame any of ours.
    FrameDenied,
    /// `silent`: MicroApps load and never speak.
    Silent,
    /// `wrong-origin`: MicroApps speak to another origin than the embedding page's.
    WrongOrigin,
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "error" => Ok(Self::Error),
            "frame-denied" => Ok(Self::FrameDenied),
            "silent" => Ok(Self::Silent),
            "wrong-origin" => Ok(Self::WrongOrigin),
            _ => text
                .strip_prefix("slow=")
                .and_then(|ms| ms.parse().ok())
                .map(|ms: u64| Self::Slow(ms.min(MAX_DELAY_MS)))
                .ok_or_else(|| "must be slow=MS, error, frame-denied, silent or wrong-origin".to_owned()),
        }
    }
}

/// All faults to have.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    /// Waits as long as a launch is to take.
    pub(super) async fn delay(&self) {
        for fault in &self.0 {
            if let Fault::Slow(ms) = fault {
                tokio::time::sleep(Duration::from_millis(*ms)).await;
            }
        }
    }

    /// Whether launches fail.
    pub(super) fn refuse(&self) -> bool {
        self.0.contains(&Fault::Error)
    }

    /// Whether nobody may frame us.
    pub(super) fn frame_denied(&self) -> bool {
        self.0.contains(&Fault::FrameDenied)
    }

    /// How pages speak.
    pub(super) fn voice(&self) -> Voice {
        if self.0.contains(&Fault::Silent) {
            Voice::Silent
        } else if self.0.contains(&Fault::WrongOrigin) {
            Voice::WrongOrigin
        } else {
            Voice::Normal
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!("slow=250".parse(), Ok(Fault::Slow(250)));
        assert_eq!("slow=999999999".parse(), Ok(Fault::Slow(MAX_DELAY_MS)));
        assert_eq!("wrong-origin".parse(), Ok(Fault::WrongOrigin));
        for bad in ["", "slow", "slow=", "slow=x", "Error"] {
            assert!(bad.parse::<Fault>().is_err(), "{bad}");
        }
    }
}
