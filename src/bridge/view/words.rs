//! What a window says and offers in each phase.

use super::super::i18n::{self, Text};
use crate::core::effect::Phase;

/// A message in place of the frame, and what the customer can do; the first is what they most likely want.
pub(super) struct View {
    pub(super) text: Text,
    pub(super) actions: &'static [(&'static str, Text)],
}

/// Before a form is closed that the customer works with.
pub(super) const CONFIRM: View =
    View { text: i18n::CONFIRM, actions: &[("stay", i18n::STAY), ("confirm-close", i18n::CONFIRM_CLOSE)] };
/// While the app is in a window of its own.
pub(super) const IN_WINDOW: View =
    View { text: i18n::IN_WINDOW, actions: &[("window", i18n::WINDOW), ("done", i18n::DONE)] };
/// The question of consent.
pub(super) const CONSENT: View = View { text: i18n::CONSENT, actions: &[("yes", i18n::YES), ("no", i18n::NO)] };
const ELSEWHERE: View = View { text: i18n::ELSEWHERE, actions: &[("here", i18n::HERE), ("dismiss", i18n::CLOSE)] };
const CHAT_OVER: View = View { text: i18n::CHAT_OVER, actions: &[("finish", i18n::FINISH), ("dismiss", i18n::CLOSE)] };
const FAILED: View =
    View { text: i18n::FAILED, actions: &[("retry", i18n::RETRY), ("window", i18n::WINDOW), ("dismiss", i18n::BACK)] };

/// A phase's status line, and its message.
pub(super) fn of(phase: Phase) -> (Text, Option<&'static View>) {
    match phase {
        Phase::Claiming => (i18n::NOTHING, None),
        Phase::Elsewhere => (i18n::NOTHING, Some(&ELSEWHERE)),
        Phase::Consenting => (i18n::NOTHING, Some(&CONSENT)),
        Phase::Loading => (i18n::LOADING, None),
        Phase::Running => (i18n::RUNNING, None),
        Phase::ChatOver => (i18n::NOTHING, Some(&CHAT_OVER)),
        Phase::Ended => (i18n::ENDED, None),
        Phase::Failed(_) => (i18n::NOTHING, Some(&FAILED)),
        Phase::Closing => (i18n::CLOSING, None),
    }
}
