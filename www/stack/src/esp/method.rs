//! The methods of ESP and their parameters (document, tables of the four methods).

use std::collections::BTreeMap;
use std::str::FromStr;

use clap::ValueEnum;

use super::Fault;
use crate::chat_server::NICKNAME_LIMIT;
use crate::chat_server::entry::{Draft, EntryType, Visibility};
use crate::chat_server::idle::{ALERT_SECONDS, ALERT2_SECONDS, IdleChange, IncludedNotices};
use crate::interaction_server::AttachedData;

/// Who speaks when no `Nickname` is given; *ours*.
pub(super) const DEFAULT_NICKNAME: &str = "Server";

/// Language of the session, by its code and by its name.
pub const LANGUAGE_CODE: &str = "GCTI_LanguageCode";
const LANGUAGE_NAME: &str = "GCTI_LanguageName";

/// What goes into the chat.
#[derive(Debug, Clone)]
pub struct Message {
    /// On whose behalf.
    pub nickname: Option<String>,
    /// The entry.
    pub draft: Draft,
}

/// A request that can be done.
#[derive(Debug, Clone)]
pub enum Method {
    /// A text message.
    Message(Message),
    /// A notice: an address to open, or one whose meaning the parties agree on.
    Notice(Message),
    /// Other limits of inactivity for this chat.
    IdleControlConfigure(IdleChange),
    /// The language of the chat, as attached data.
    ConfigureSession(AttachedData),
}

impl Method {
    /// Reads a method and its parameters.
    ///
    /// # Errors
    /// The first fault.
    pub fn read(name: &str, parameters: &BTreeMap<String, String>) -> Result<Self, Fault> {
        let mut given = Given(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect());
        let method = match name {
            "Message" => Self::Message(message(&mut given)?),
            "Notice" => Self::Notice(notice(&mut given)?),
            "IdleControlConfigure" => Self::IdleControlConfigure(idle(&mut given)?),
            "ConfigureSession" => Self::ConfigureSession(language(&mut given)?),
            _ => return Err(Fault::UnknownMethod),
        };
        // A name with a slip in it, passed over, could show the customer what is internal.
        if given.0.is_empty() { Ok(method) } else { Err(Fault::UnknownParameter) }
    }
}

/// The parameters that have not been read yet.
struct Given<'a>(BTreeMap<&'a str, &'a str>);

impl Given<'_> {
    fn text(&mut self, name: &'static str) -> Option<String> {
        self.0.remove(name).map(ToOwned::to_owned)
    }

    fn read<T>(
        &mut self,
        name: &'static str,
        expected: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let Some(value) = self.0.remove(name) else { return Ok(None) };
        read(value).map(Some).ok_or(Fault::BadParameter(name, expected))
    }

    fn flag(&mut self, name: &'static str) -> Result<Option<bool>, Fault> {
        self.read(name, "true or false", |value| bool::from_str(value).ok())
    }
}

fn nickname(given: &mut Given<'_>) -> Result<Option<String>, Fault> {
    given.read("Nickname", "1 to 128 characters", |value| {
        let fits = (1..=NICKNAME_LIMIT).contains(&value.trim().chars().count());
        (fits && !value.chars().any(char::is_control)).then(|| value.trim().to_owned())
    })
}

fn visibility(given: &mut Given<'_>) -> Result<Visibility, Fault> {
    Ok(given.read("Visibility", "ALL, INT or VIP", Visibility::from_name)?.unwrap_or(Visibility::All))
}

fn message(given: &mut Given<'_>) -> Result<Message, Fault> {
    let text = given.text("MessageText").ok_or(Fault::Missing("MessageText"))?;
    let nickname = nickname(given)?;
    let mut draft = Draft::message(&text, visibility(given)?);
    draft.message_type = given.text("MessageType").or(draft.message_type);
    Ok(Message { nickname, draft })
}

fn notice(given: &mut Given<'_>) -> Result<Message, Fault> {
    let kind = given.read("NoticeType", "USER_PUSHED_URL or USER_CUSTOM", |value| match value {
        "USER_PUSHED_URL" => Some(EntryType::PushUrl),
        "USER_CUSTOM" => Some(EntryType::CustomNotice),
        _ => None,
    })?;
    let kind = kind.ok_or(Fault::Missing("NoticeType"))?;
    let text = given.text("NoticeText");
    if kind == EntryType::PushUrl && text.is_none() {
        return Err(Fault::Missing("NoticeText"));
    }
    let nickname = nickname(given)?;
    let draft = Draft { text, visibility: visibility(given)?, ..Draft::event(kind) };
    Ok(Message { nickname, draft })
}

fn idle(given: &mut Given<'_>) -> Result<IdleChange, Fault> {
    let seconds = |range: std::ops::RangeInclusive<u32>| {
        move |value: &str| value.parse().ok().filter(|seconds| range.contains(seconds))
    };
    if given.0.is_empty() {
        return Err(Fault::NoParameter);
    }
    Ok(IdleChange {
        reset: given.flag("reset-parameters")?.unwrap_or(false),
        enabled: given.flag("enabled")?,
        include_notices: given.read("include-notices", "none, major, major2, typing or all", |value| {
            IncludedNotices::from_str(value, false).ok()
        })?,
        message_alert: given.text("message-alert"),
        message_alert2: given.text("message-alert2"),
        message_close: given.text("message-close"),
        timeout_alert: given.read("timeout-alert", "1 to 86400 seconds", seconds(ALERT_SECONDS))?,
        timeout_alert2: given.read("timeout-alert2", "0 to 86400 seconds", seconds(ALERT2_SECONDS))?,
        timeout_close: given.read("timeout-close", "1 to 86400 seconds", seconds(ALERT_SECONDS))?,
    })
}

fn language(given: &mut Given<'_>) -> Result<AttachedData, Fault> {
    let word = |value: &str| {
        let fits = (1..=NICKNAME_LIMIT).contains(&value.trim().chars().count());
        (fits && !value.chars().any(char::is_control)).then(|| value.trim().to_owned())
    };
    let code = given.read(LANGUAGE_CODE, "the name of a language business attribute", word)?;
    let (name, value) = match code {
        Some(code) => {
            // The others are ignored, so they may be whatever they are.
            given.0.clear();
            (LANGUAGE_CODE, code)
        }
        None => (LANGUAGE_NAME, given.read(LANGUAGE_NAME, "the name of a language", word)?.ok_or(Fault::NoParameter)?),
    };
    Ok(AttachedData::from([(name.to_owned(), value)]))
}
