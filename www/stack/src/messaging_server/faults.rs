//! Faults on demand: what the Messaging Server does when a test wants to see how a page copes.

use std::str::FromStr;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::response::Response;
use futures_util::{StreamExt, stream};

use super::pages::Voice;

/// Longest delay that [`Fault::Slow`] grants, in ms.
const MAX_DELAY_MS: u64 = 60_000;

/// One fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `slow=MS`: launches are answered that much later.
    Slow(u64),
    /// `form-slow=MS`: forms are taken at once and answered that much later.
    FormSlow(u64),
    /// `error`: launches are answered with status 500.
    Error,
    /// `frame-denied`: no page may frame any of ours.
    FrameDenied,
    /// `silent`: MicroApps load and never speak.
    Silent,
    /// `wrong-origin`: MicroApps speak to another origin than the embedding page's.
    WrongOrigin,
    /// `cut-off`: the pages of MicroApps end in the middle.
    CutOff,
    /// `malformed-progress`: MicroApps say what no protocol knows, instead of how far they are.
    MalformedProgress,
    /// `chat-slow=MS`: Chat Server answers a launch, and what is asked for a ticket, that much later.
    ChatSlow(u64),
    /// `interaction-slow=MS`: Interaction Server answers that much later, whatever it is asked.
    InteractionSlow(u64),
}

/// What may be asked for, for whoever asked for something else.
const NAMES: &str = "must be slow=MS, form-slow=MS, error, cut-off, frame-denied, silent, wrong-origin, malformed-progress, \
                     chat-slow=MS or interaction-slow=MS";

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "error" => Ok(Self::Error),
            "frame-denied" => Ok(Self::FrameDenied),
            "silent" => Ok(Self::Silent),
            "wrong-origin" => Ok(Self::WrongOrigin),
            "cut-off" => Ok(Self::CutOff),
            "malformed-progress" => Ok(Self::MalformedProgress),
            _ => {
                let (name, ms) = text.split_once('=').ok_or(NAMES)?;
                let ms = ms.parse::<u64>().map_err(|_| NAMES)?.min(MAX_DELAY_MS);
                match name {
                    "slow" => Ok(Self::Slow(ms)),
                    "form-slow" => Ok(Self::FormSlow(ms)),
                    "chat-slow" => Ok(Self::ChatSlow(ms)),
                    "interaction-slow" => Ok(Self::InteractionSlow(ms)),
                    _ => Err(NAMES.to_owned()),
                }
            }
        }
    }
}

/// All faults to have.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    /// Waits as long as a launch is to take.
    pub(super) async fn delay(&self) {
        self.wait(|fault| if let Fault::Slow(ms) = fault { ms } else { 0 }).await;
    }

    /// Waits as long as the answer to a form is to take.
    pub(super) async fn form_delay(&self) {
        self.wait(|fault| if let Fault::FormSlow(ms) = fault { ms } else { 0 }).await;
    }

    /// Waits as long as Chat Server takes to answer.
    pub(super) async fn chat_delay(&self) {
        self.wait(|fault| if let Fault::ChatSlow(ms) = fault { ms } else { 0 }).await;
    }

    /// Waits as long as Interaction Server takes to answer.
    pub(super) async fn interaction_delay(&self) {
        self.wait(|fault| if let Fault::InteractionSlow(ms) = fault { ms } else { 0 }).await;
    }

    async fn wait(&self, ms: impl Fn(Fault) -> u64) {
        let ms = self.0.iter().map(|fault| ms(*fault)).sum();
        if ms > 0 {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
    }

    /// The page as it is, or its first half and then the end of the connection.
    pub(super) async fn cut(&self, page: Response) -> Response {
        if !self.0.contains(&Fault::CutOff) {
            return page;
        }
        let (head, body) = page.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let half = body.slice(..body.len() / 2);
        let end = async {
            // What is there already goes out first.
            tokio::task::yield_now().await;
            Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted))
        };
        let body = Body::from_stream(stream::iter([Ok(half)]).chain(stream::once(end)));
        Response::from_parts(head, body)
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
        } else if self.0.contains(&Fault::MalformedProgress) {
            Voice::Malformed
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
        assert_eq!("form-slow=5".parse(), Ok(Fault::FormSlow(5)));
        assert_eq!("slow=999999999".parse(), Ok(Fault::Slow(MAX_DELAY_MS)));
        assert_eq!("wrong-origin".parse(), Ok(Fault::WrongOrigin));
        assert_eq!("interaction-slow=5".parse(), Ok(Fault::InteractionSlow(5)));
        for bad in ["", "slow", "slow=", "slow=x", "Error", "fast=1"] {
            assert!(bad.parse::<Fault>().is_err(), "{bad}");
        }
    }
}
