//! Asynchronous chats: those to which a customer comes back hours later. Nobody is let go for asking nothing; the chat ends
//! when nobody has said anything for much longer than in others (`async-idle-alert`, `async-idle-close`; backend 4.5).
//!
//! Which chat is one its start says by the vendor's attached data (backend 1.2). A session of chat API v3 has no word for it
//! (transports 3.7), so that the operator may say it for all of them is *ours*.

use std::ops::RangeInclusive;

use clap::Args;
use clap::builder::RangedI64ValueParser;

use super::idle::{IdleSettings, IncludedNotices};
use crate::interaction_server::AttachedData;

/// Attached data of a start by which a chat is asynchronous: `true`.
pub const ASYNC_MODE: &str = "GCTI_Chat_AsyncMode";

/// Seconds that `async-idle-alert` and `async-idle-close` may have.
pub const ASYNC_SECONDS: RangeInclusive<i64> = 1..=1_728_000;

/// What `async-idle-alert` is without the option.
const DEFAULT_ALERT: u32 = 86_400;

/// What `async-idle-close` is without the option.
const DEFAULT_CLOSE: u32 = 3600;

fn seconds() -> RangedI64ValueParser<u32> {
    RangedI64ValueParser::new().range(ASYNC_SECONDS)
}

/// The options, under the vendor's names and with its defaults.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct AsyncSettings {
    /// Silence in an asynchronous chat before it is warned of. The deployment file goes before it
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_ALERT, value_parser = seconds())]
    pub async_idle_alert: u32,
    /// Silence between that warning and the end. The deployment file goes before it
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_CLOSE, value_parser = seconds())]
    pub async_idle_close: u32,
    /// Notices that count as a sign of life in an asynchronous chat. The deployment file goes before it
    #[arg(long, value_enum, default_value = "major")]
    pub async_idle_notices: IncludedNotices,
    /// Sessions of chat API v3 are asynchronous, but for those whose GCTI_Chat_AsyncMode says otherwise
    #[arg(long)]
    pub v3_async: bool,
}

impl Default for AsyncSettings {
    fn default() -> Self {
        Self {
            async_idle_alert: DEFAULT_ALERT,
            async_idle_close: DEFAULT_CLOSE,
            async_idle_notices: IncludedNotices::Major,
            v3_async: false,
        }
    }
}

/// Whether a chat that begins with these data is asynchronous.
pub(super) fn is_meant(data: &AttachedData) -> bool {
    data.get(ASYNC_MODE).is_some_and(|value| value == "true")
}

/// The limits of inactivity that chats have of which no workflow has said anything.
pub(super) struct Limits {
    ordinary: IdleSettings,
    asynchronous: IdleSettings,
}

impl Limits {
    /// Those of asynchronous chats have the texts of the others, one warning, and are always on.
    pub(super) fn new(ordinary: IdleSettings, settings: &AsyncSettings) -> Self {
        let asynchronous = IdleSettings {
            idle_enabled: true,
            idle_timeout_alert: settings.async_idle_alert,
            idle_timeout_alert2: 0,
            idle_timeout_close: settings.async_idle_close,
            idle_include_notices: settings.async_idle_notices,
            ..ordinary.clone()
        };
        Self { ordinary, asynchronous }
    }

    /// Those of a chat.
    pub(super) fn of(&self, asynchronous: bool) -> &IdleSettings {
        if asynchronous { &self.asynchronous } else { &self.ordinary }
    }
}
