//! Frame protocol 2: the messages of the channel between page and MicroApp, and what is let through.
//!
//! The version is the protocol's own, not the product's. Where the frame's document does not answer, protocol 1 goes on
//! alone ([`super::frame_protocol`]); where it does, both are heard, and what comes over both counts once ([`Ear`]).
//!
//! # Handshake
//!
//! 1. The frame's document has loaded. The page makes a `MessageChannel` and posts to the frame, at the exact origin of
//!    the launch, `{speechstorm: 2, nonce}` with one port; the nonce is 128 random bits, in hex, for this document alone.
//! 2. The app answers **on the port** with `{speechstorm: 2, nonce}`, the same nonce. From then on the channel is up.
//! 3. Any other first message closes the port. A document gets one handshake; the next document gets another, with a
//!    new nonce and new ports. Nothing that the frame sends of its own accord starts one: the page takes ports from nobody.
//!
//! # Messages
//!
//! Objects with the member `type`, and what the type needs: `text` (string), `number`, `names` (list of strings).
//!
//! | from the app | members | |
//! | --- | --- | --- |
//! | `progress` | `text`: block | as in protocol 1, without the prefixes |
//! | `ended`, `closed` | | as in protocol 1 |
//! | `title` | `text`: up to 128 characters | what the app calls itself |
//! | `height` | `number`: pixels, 0 to 4000 | what it needs; greater ones count as 4000 |
//! | `steps` | `names`: up to 32 of up to 64 characters, `number`: from 0 | its blocks, and the one that the customer is at |
//! | `keepalive` | | the customer is at work |
//! | `close` | | the app asks to be closed |
//! | `escape` | | the customer pressed Escape, and the app had no use for it |
//! | `alive` | | answers `ping` |
//! | `error` | `text`: `[a-z_]{1,32}` | a stable code, never free text |
//!
//! | to the app | members |
//! | --- | --- |
//! | `theme` | `text`: `light` or `dark` |
//! | `language` | `text`: BCP 47 |
//! | `layout` | `text`: `mobile` or `desktop` |
//! | `ping` | |
//! | `hangup` | |
//!
//! Whatever is not exactly one of these is ignored.

use super::frame_protocol::{self, FromFrame};
use super::status;
use super::text::join;

/// The version of the protocol; apart from the product's.
pub const VERSION: f64 = 2.0;
/// Longest title, in characters.
pub const MAX_TITLE: usize = 128;
/// Greatest height, in pixels.
pub const MAX_HEIGHT: f64 = 4000.0;
/// Most steps.
pub const MAX_STEPS: usize = 32;
/// Longest name of a step, in characters.
pub const MAX_STEP: usize = 64;
/// Longest error code, in characters.
pub const MAX_CODE: usize = 32;
/// Messages of one type that are heard within [`RATE_WINDOW`].
pub const RATE_LIMIT: u32 = 50;
/// Milliseconds over which messages are counted.
pub const RATE_WINDOW: f64 = 1000.0;
/// Milliseconds in which a milestone over both protocols is one.
pub const REPEAT_WINDOW: f64 = 1000.0;

/// A message object, whatever it is kept in.
///
/// Implementers answer `None` for what is absent or of another type, and for what is beyond the limit, *before* they copy it.
pub trait Record {
    /// A text of up to `most` characters.
    fn text(&self, member: &str, most: usize) -> Option<String>;
    /// A number.
    fn number(&self, member: &str) -> Option<f64>;
    /// A list of up to `most` texts of up to `most_each` characters.
    fn texts(&self, member: &str, most: usize, most_each: usize) -> Option<Vec<String>>;
}

/// Reads a message of the app; `None` for everything that is not exactly one of ours.
pub fn parse(record: &impl Record) -> Option<FromFrame> {
    let text = |most| record.text("text", most).filter(|text| is_clean(text));
    match record.text("type", 16)?.as_str() {
        "progress" => {
            let block = text(frame_protocol::MAX_CHARS).filter(|block| !block.is_empty())?;
            Some(FromFrame::Progress { milestone: join(&[status::BLOCK, &block]) })
        }
        "ended" => Some(FromFrame::Ended),
        "closed" => Some(FromFrame::Closed),
        "title" => text(MAX_TITLE).map(FromFrame::Title),
        "height" => {
            let height = record.number("number").filter(|height| height.is_finite())?;
            Some(FromFrame::Height(height.clamp(0.0, MAX_HEIGHT)))
        }
        "steps" => {
            let names = record.texts("names", MAX_STEPS, MAX_STEP)?;
            let at = record.number("number")?;
            let fits = names.iter().all(|name| is_clean(name)) && at >= 0.0 && at < names.len() as f64;
            (fits && at.fract() == 0.0).then_some(FromFrame::Steps { names, at: at as usize })
        }
        "keepalive" => Some(FromFrame::KeepAlive),
        "close" => Some(FromFrame::CloseRequested),
        "escape" => Some(FromFrame::Escape),
        "alive" => Some(FromFrame::Alive),
        "error" => text(MAX_CODE).filter(|code| is_code(code)).map(FromFrame::Error),
        _ => None,
    }
}

fn is_clean(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn is_code(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// How many messages come in a while.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rate {
    since: f64,
    count: u32,
}

impl Rate {
    /// Counts a message at `now` (milliseconds); whether it is within the limit.
    pub fn admits(&mut self, now: f64) -> bool {
        // A clock that was put back must not silence the frame until it has caught up.
        if now - self.since >= RATE_WINDOW || now < self.since {
            *self = Rate { since: now, count: 0 };
        }
        self.count = self.count.saturating_add(1);
        self.count <= RATE_LIMIT
    }
}

/// Over which protocol a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// Protocol 1: a string to the window.
    String,
    /// Protocol 2: the port.
    Port,
}

/// Hears one frame over both protocols: no more than the rate admits, and each milestone once.
#[derive(Debug, Default)]
pub struct Ear {
    /// One for each type of message: a flood of milestones must not swallow the end.
    rates: [Rate; 11],
    pending: Vec<(Via, String, f64)>,
}

impl Ear {
    /// Whether to heed a message at `now`; a milestone that the other protocol has just mentioned is the same one.
    ///
    /// Why by time: the two have no common order, so a repetition can come first.
    pub fn heeds(&mut self, via: Via, message: &FromFrame, now: f64) -> bool {
        if !self.rates.get_mut(kind(message)).is_some_and(|rate| rate.admits(now)) {
            return false;
        }
        let FromFrame::Progress { milestone } = message else { return true };
        self.pending.retain(|(_, _, at)| (now - at).abs() < REPEAT_WINDOW);
        if let Some(twin) = self.pending.iter().position(|(other, named, _)| *other != via && named == milestone) {
            self.pending.swap_remove(twin);
            return false;
        }
        self.pending.push((via, milestone.clone(), now));
        true
    }
}

/// The place of a message's type among the rates.
fn kind(message: &FromFrame) -> usize {
    match message {
        FromFrame::Progress { .. } => 0,
        FromFrame::Ended => 1,
        FromFrame::Closed => 2,
        FromFrame::Title(_) => 3,
        FromFrame::Height(_) => 4,
        FromFrame::Steps { .. } => 5,
        FromFrame::KeepAlive => 6,
        FromFrame::CloseRequested => 7,
        FromFrame::Error(_) => 8,
        FromFrame::Escape => 9,
        FromFrame::Alive => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Default)]
    struct Object {
        texts: BTreeMap<&'static str, String>,
        numbers: BTreeMap<&'static str, f64>,
        names: Option<Vec<String>>,
    }

    impl Object {
        fn of(kind: &str) -> Object {
            Object::default().with("type", kind)
        }

        fn with(mut self, member: &'static str, text: &str) -> Object {
            self.texts.insert(member, text.to_owned());
            self
        }

        fn number(mut self, number: f64) -> Object {
            self.numbers.insert("number", number);
            self
        }

        fn names(mut self, names: &[&str]) -> Object {
            self.names = Some(names.iter().map(|name| (*name).to_owned()).collect());
            self
        }
    }

    impl Record for Object {
        fn text(&self, member: &str, most: usize) -> Option<String> {
            self.texts.get(member).filter(|text| text.chars().count() <= most).cloned()
        }

        fn number(&self, member: &str) -> Option<f64> {
            self.numbers.get(member).copied()
        }

        fn texts(&self, _: &str, most: usize, most_each: usize) -> Option<Vec<String>> {
            let fit = |names: &&Vec<String>| {
                names.len() <= most && names.iter().all(|name| name.chars().count() <= most_each)
            };
            self.names.as_ref().filter(fit).cloned()
        }
    }

    #[test]
    fn each_message_is_read() {
        let progress = Object::of("progress").with("text", "Card Details");
        assert_eq!(parse(&progress), Some(FromFrame::Progress { milestone: "block:Card Details".into() }));
        assert_eq!(parse(&Object::of("ended")), Some(FromFrame::Ended));
        assert_eq!(parse(&Object::of("closed")), Some(FromFrame::Closed));
        assert_eq!(parse(&Object::of("title").with("text", "Pay")), Some(FromFrame::Title("Pay".into())));
        assert_eq!(parse(&Object::of("height").number(412.5)), Some(FromFrame::Height(412.5)));
        let steps = Object::of("steps").names(&["Welcome", "Result"]).number(1.0);
        assert_eq!(parse(&steps), Some(FromFrame::Steps { names: vec!["Welcome".into(), "Result".into()], at: 1 }));
        assert_eq!(parse(&Object::of("keepalive")), Some(FromFrame::KeepAlive));
        assert_eq!(parse(&Object::of("close")), Some(FromFrame::CloseRequested));
        assert_eq!(parse(&Object::of("escape")), Some(FromFrame::Escape));
        assert_eq!(parse(&Object::of("alive")), Some(FromFrame::Alive));
        assert_eq!(
            parse(&Object::of("error").with("text", "card_declined")),
            Some(FromFrame::Error("card_declined".into()))
        );
    }

    #[test]
    fn limits() {
        let title = |text: &str| parse(&Object::of("title").with("text", text));
        assert!(title(&"ä".repeat(MAX_TITLE)).is_some());
        assert!(title(&"ä".repeat(MAX_TITLE + 1)).is_none());
        assert!(title("a\nb").is_none() && title("a\u{85}b").is_none());
        let height = |number| parse(&Object::of("height").number(number));
        assert_eq!(height(1e9), Some(FromFrame::Height(MAX_HEIGHT)));
        assert_eq!(height(-3.0), Some(FromFrame::Height(0.0)));
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(height(number), None);
        }
        let steps = |names: &[&str], at| parse(&Object::of("steps").names(names).number(at));
        assert!(steps(&["a"; MAX_STEPS], 31.0).is_some());
        assert!(steps(&["a"; MAX_STEPS + 1], 0.0).is_none());
        assert!(steps(&["a".repeat(MAX_STEP + 1).as_str()], 0.0).is_none());
        assert!(steps(&["a\u{7f}"], 0.0).is_none());
        for at in [-1.0, 2.0, 0.5, f64::NAN] {
            assert!(steps(&["a", "b"], at).is_none(), "{at}");
        }
        assert!(steps(&[], 0.0).is_none());
        let error = |code: &str| parse(&Object::of("error").with("text", code));
        for code in ["", "Card", "card declined", "4111111111111111", &"a".repeat(MAX_CODE + 1)] {
            assert!(error(code).is_none(), "{code}");
        }
        assert!(parse(&Object::of("progress").with("text", "")).is_none());
        assert!(parse(&Object::of("hangup")).is_none() && parse(&Object::default()).is_none());
    }

    #[test]
    fn a_flood_is_dropped_and_forgotten() {
        let mut rate = Rate::default();
        assert_eq!((0..500).filter(|_| rate.admits(10_000.0)).count(), RATE_LIMIT as usize);
        assert!(!rate.admits(10_000.0 + RATE_WINDOW - 1.0));
        assert!(rate.admits(10_000.0 + RATE_WINDOW));
        assert!(rate.admits(5.0), "a clock put back");
    }

    #[test]
    fn a_flood_of_one_type_swallows_no_other() {
        let (mut ear, progress) = (Ear::default(), FromFrame::Progress { milestone: "block:a".into() });
        let heeded = (0..500).filter(|_| ear.heeds(Via::String, &progress, 10_000.0)).count();
        assert_eq!(heeded, RATE_LIMIT as usize);
        let others = [
            FromFrame::Ended,
            FromFrame::Closed,
            FromFrame::Title(String::new()),
            FromFrame::Height(1.0),
            FromFrame::Steps { names: Vec::new(), at: 0 },
            FromFrame::KeepAlive,
            FromFrame::CloseRequested,
            FromFrame::Error(String::new()),
            FromFrame::Escape,
            FromFrame::Alive,
        ];
        assert!(others.iter().all(|other| ear.heeds(Via::Port, other, 10_000.0)));
        assert!(!ear.heeds(Via::Port, &progress, 10_000.0));
    }

    #[test]
    fn a_milestone_over_both_protocols_counts_once() {
        let block = |name: &str| FromFrame::Progress { milestone: name.to_owned() };
        let mut ear = Ear::default();
        let mut heeds = |via, name, now| ear.heeds(via, &block(name), now);
        assert!(heeds(Via::String, "a", 1.0) && !heeds(Via::Port, "a", 2.0));
        assert!(heeds(Via::Port, "b", 3.0) && !heeds(Via::String, "b", 4.0));
        assert!(heeds(Via::String, "a", 5.0) && heeds(Via::String, "a", 5.0), "again over one protocol is news");
        assert!(!heeds(Via::Port, "a", 6.0) && !heeds(Via::Port, "a", 6.0) && heeds(Via::Port, "a", 6.0));
        assert!(heeds(Via::String, "a", 6.0 + REPEAT_WINDOW), "later it is news again");
        assert!(ear.heeds(Via::Port, &FromFrame::Ended, 1.0) && ear.heeds(Via::String, &FromFrame::Ended, 1.0));
    }
}
