//! Inactivity control: a chat in which nobody says anything is warned and then ended (backend 4.4).

use std::ops::RangeInclusive;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use super::ChatServer;
use super::entry::{Draft, Entry, EntryType, PartyType, Sender};
use super::session::Session;
use super::{ChatChange, ChatError};
use crate::interaction_server::AttachedData;

/// Which notices count as a sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
pub enum IncludedNotices {
    /// None.
    None,
    /// Pushed addresses, files that come and go.
    Major,
    /// These and custom notices.
    Major2,
    /// Those of `major`, and typing.
    Typing,
    /// All.
    All,
}

/// Options of the section `inactivity-control`, under the vendor's names and with its defaults.
#[derive(Debug, Clone, PartialEq, Eq, Args, Serialize, Deserialize)]
pub struct IdleSettings {
    /// Chats in which nobody says anything are ended
    #[arg(long)]
    pub idle_enabled: bool,
    /// Silence before the first warning (timeout-alert)
    #[arg(long, value_name = "SECONDS", default_value_t = 255, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub idle_timeout_alert: u32,
    /// Silence between the first and a second warning (timeout-alert2); 0 = no second one
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=86_400))]
    pub idle_timeout_alert2: u32,
    /// Silence between the last warning and the end (timeout-close)
    #[arg(long, value_name = "SECONDS", default_value_t = 45, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub idle_timeout_close: u32,
    /// Text of the first warning (message-alert)
    #[arg(long, value_name = "TEXT", default_value = MESSAGE_ALERT)]
    pub idle_message_alert: String,
    /// Text of the second warning (message-alert2)
    #[arg(long, value_name = "TEXT", default_value = MESSAGE_ALERT)]
    pub idle_message_alert2: String,
    /// Text of the end (message-close)
    #[arg(long, value_name = "TEXT", default_value = MESSAGE_CLOSE)]
    pub idle_message_close: String,
    /// Notices that count as a sign of life (include-notices)
    #[arg(long, value_enum, default_value = "major")]
    pub idle_include_notices: IncludedNotices,
}

/// Seconds that `timeout-alert` and `timeout-close` may have.
pub const ALERT_SECONDS: RangeInclusive<u32> = 1..=86_400;

/// Seconds that `timeout-alert2` may have.
pub const ALERT2_SECONDS: RangeInclusive<u32> = 0..=86_400;

const MESSAGE_ALERT: &str = "Are you still there? This chat will be closed if nobody says anything.";
const MESSAGE_CLOSE: &str = "This chat is closed, because nobody has said anything.";

/// Purpose of the notice by which a widget keeps a chat alive, whatever notices count (backend 1.2).
const KEEP_ALIVE: &str = "cancel-idle-timer";

impl Default for IdleSettings {
    fn default() -> Self {
        Self {
            idle_enabled: false,
            idle_timeout_alert: 255,
            idle_timeout_alert2: 0,
            idle_timeout_close: 45,
            idle_message_alert: MESSAGE_ALERT.to_owned(),
            idle_message_alert2: MESSAGE_ALERT.to_owned(),
            idle_message_close: MESSAGE_CLOSE.to_owned(),
            idle_include_notices: IncludedNotices::Major,
        }
    }
}

/// What a workflow changes of the limits of one chat; what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdleChange {
    /// Begin with the configured limits.
    pub reset: bool,
    /// `enabled`
    pub enabled: Option<bool>,
    /// `include-notices`
    pub include_notices: Option<IncludedNotices>,
    /// `message-alert`
    pub message_alert: Option<String>,
    /// `message-alert2`
    pub message_alert2: Option<String>,
    /// `message-close`
    pub message_close: Option<String>,
    /// `timeout-alert`, in seconds
    pub timeout_alert: Option<u32>,
    /// `timeout-alert2`, in seconds
    pub timeout_alert2: Option<u32>,
    /// `timeout-close`, in seconds
    pub timeout_close: Option<u32>,
}

impl IdleChange {
    /// The limits after the change.
    pub fn apply(&self, current: &IdleSettings, configured: &IdleSettings) -> IdleSettings {
        let base = if self.reset { configured } else { current }.clone();
        IdleSettings {
            idle_enabled: self.enabled.unwrap_or(base.idle_enabled),
            idle_timeout_alert: self.timeout_alert.unwrap_or(base.idle_timeout_alert),
            idle_timeout_alert2: self.timeout_alert2.unwrap_or(base.idle_timeout_alert2),
            idle_timeout_close: self.timeout_close.unwrap_or(base.idle_timeout_close),
            idle_message_alert: self.message_alert.clone().unwrap_or(base.idle_message_alert),
            idle_message_alert2: self.message_alert2.clone().unwrap_or(base.idle_message_alert2),
            idle_message_close: self.message_close.clone().unwrap_or(base.idle_message_close),
            idle_include_notices: self.include_notices.unwrap_or(base.idle_include_notices),
        }
    }
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Alert,
    Alert2,
    Close,
}

/// The timer of one chat.
#[derive(Debug, Clone)]
pub struct IdleTimer {
    settings: IdleSettings,
    next: Step,
    since: i64,
}

/// What is due.
struct Due {
    text: String,
    /// Type and seconds of the timer after this one; nothing at the end.
    then: Option<(&'static str, u32)>,
}

impl IdleTimer {
    /// A timer that begins now.
    pub fn new(settings: IdleSettings, now: i64) -> Self {
        Self { settings, next: Step::Alert, since: now }
    }

    /// The limits by which it goes.
    pub fn settings(&self) -> &IdleSettings {
        &self.settings
    }

    /// Goes by other limits. One that is turned on begins now; else the time since the last sign of life counts.
    pub fn configure(&mut self, settings: IdleSettings, now: i64) {
        if settings.idle_enabled && !self.settings.idle_enabled {
            (self.next, self.since) = (Step::Alert, now);
        }
        self.settings = settings;
    }

    fn seconds(&self) -> u32 {
        match self.next {
            Step::Alert => self.settings.idle_timeout_alert,
            Step::Alert2 => self.settings.idle_timeout_alert2,
            Step::Close => self.settings.idle_timeout_close,
        }
    }

    /// Whole seconds until something happens; `None` when nothing will.
    pub fn expires_in(&self, now: i64) -> Option<i64> {
        let end = self.since + i64::from(self.seconds()) * 1000;
        self.settings.idle_enabled.then(|| (end - now).max(0).saturating_add(999) / 1000)
    }

    /// An entry was written: a sign of life begins everything anew.
    pub fn noticed(&mut self, entry: &Entry, now: i64) {
        let notices = self.settings.idle_include_notices;
        let counts = match entry.kind {
            EntryType::Message | EntryType::ParticipantJoined | EntryType::ParticipantLeft => true,
            EntryType::PushUrl | EntryType::FileUploaded | EntryType::FileDeleted => notices >= IncludedNotices::Major,
            EntryType::CustomNotice => {
                matches!(notices, IncludedNotices::Major2 | IncludedNotices::All) || keeps_alive(entry)
            }
            EntryType::TypingStarted => matches!(notices, IncludedNotices::Typing | IncludedNotices::All),
            EntryType::TypingStopped | EntryType::NicknameUpdated => notices == IncludedNotices::All,
            EntryType::Notice | EntryType::IdleAlert | EntryType::IdleClose => false,
        };
        if counts {
            (self.next, self.since) = (Step::Alert, now);
        }
    }

    /// Takes the step that is due, if one is.
    fn step(&mut self, now: i64) -> Option<Due> {
        if self.expires_in(now)? > 0 {
            return None;
        }
        let settings = &self.settings;
        let close = Some(("CLOSE", settings.idle_timeout_close));
        let (text, then, next) = match self.next {
            Step::Alert if settings.idle_timeout_alert2 > 0 => {
                (&settings.idle_message_alert, Some(("ALERT", settings.idle_timeout_alert2)), Step::Alert2)
            }
            Step::Alert => (&settings.idle_message_alert, close, Step::Close),
            Step::Alert2 => (&settings.idle_message_alert2, close, Step::Close),
            Step::Close => (&settings.idle_message_close, None, Step::Close),
        };
        let due = Due { text: text.clone(), then };
        (self.next, self.since) = (next, now);
        Some(due)
    }
}

fn keeps_alive(entry: &Entry) -> bool {
    let purpose = entry.event_attributes.as_ref().and_then(|attributes| attributes.get("purpose"));
    purpose.is_some_and(|purpose| purpose == KEEP_ALIVE)
}

impl ChatServer {
    /// Warns and ends the chats in which nobody has said anything for too long.
    ///
    /// # Errors
    /// A database fault; the other chats are looked at all the same.
    pub fn sweep_idle(&self) -> Result<(), ChatError> {
        let now = self.inner.clock.now_ms();
        let due = |session: &Session| session.idle_expires_in(now).is_some_and(|seconds| seconds == 0);
        self.sweep(due, |session| match session.idle.step(now) {
            Some(due) => self.tell_idle(session, due),
            None => Ok(()),
        })
    }

    fn tell_idle(&self, session: &mut Session, due: Due) -> Result<(), ChatError> {
        let from = Sender { nickname: "Server".to_owned(), participant_id: 0, kind: PartyType::External };
        let kind = if due.then.is_some() { EntryType::IdleAlert } else { EntryType::IdleClose };
        let timer = due.then.map(|(kind, seconds)| {
            [("next-idle-timer-type", kind.to_owned()), ("next-idle-timer-secs", seconds.to_string())]
        });
        let user_data: AttachedData =
            timer.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect();
        let text = Some(due.text).filter(|text| !text.is_empty());
        self.append(session, from, Draft { text, user_data, ..Draft::event(kind) })?;
        if due.then.is_none() {
            self.finish(session)?;
        }
        self.notify(ChatChange::Summary { chat_id: session.id.clone() });
        Ok(())
    }
}
