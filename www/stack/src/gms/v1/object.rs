//! The chat object that all verbs of API v1 answer with (backend 2.3).

use axum::http::HeaderMap;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::Gms;
use super::create::{base, chat_path};
use crate::chat_server::client::View;
use crate::chat_server::entry::{Entry, EntryType};
use crate::store::ServiceRow;

/// Where a chat stands for its client.
#[derive(Clone, Copy)]
pub(super) enum IxnState {
    /// Just created.
    Connected,
    /// Goes on.
    Transcript,
}

/// A time as `YYYY-MM-DDTHH:MM:SSZ`.
pub(super) fn time(ms: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(&Rfc3339).unwrap_or_default()
}

/// Event, nickname, text, seconds since the start, party, and the index if the operator wants it.
fn shown(entry: &Entry, started: i64, indexed: bool) -> Value {
    let event = match entry.kind {
        EntryType::Message => "Message.Text",
        EntryType::ParticipantJoined => "Notice.Joined",
        EntryType::ParticipantLeft => "Notice.Left",
        EntryType::TypingStarted => "Notice.TypingStarted",
        EntryType::TypingStopped => "Notice.TypingStopped",
        EntryType::PushUrl => "Notice.PushUrl",
        _ => "Notice.Custom",
    };
    // One client reads a party's number here, another seconds: a decimal text satisfies both.
    let seconds = ((entry.utc_time - started) / 1000).max(0).to_string();
    let text = entry.text.as_deref().unwrap_or_default();
    let mut parts = vec![event, entry.from.nickname.as_str(), text, seconds.as_str()];
    let (party, index) = (entry.from.kind.name().to_uppercase(), entry.index.to_string());
    parts.push(&party);
    if indexed {
        parts.push(&index);
    }
    json!(parts)
}

/// The object for a view of a service's chat.
pub(super) fn chat_object(gms: &Gms, row: &ServiceRow, view: &View, state: IxnState) -> Value {
    let chat_id = row.chat.as_ref().map(|(chat_id, _)| chat_id.as_str()).unwrap_or_default();
    let started = gms.chat.summary(chat_id).map_or(row.created, |chat| chat.started_at);
    let indexed = gms.config.flags.enable_fast_chat_transcript_refresh;
    let shown: Vec<_> = view.entries.iter().map(|entry| shown(entry, started, indexed)).collect();
    let (state, message) = match (view.ended, state) {
        (true, _) => ("DISCONNECTED", "Chat session is over"),
        (false, IxnState::Connected) => ("CONNECTED", "Chat service is available"),
        (false, IxnState::Transcript) => ("TRANSCRIPT", "Chat service is available"),
    };
    json!({
        "chatIxnState": state,
        "chatSessionId": chat_id,
        "transcriptPosition": view.next_position,
        "chatServiceMessage": message,
        "transcriptToShow": shown,
        "startedAt": time(started),
    })
}

/// Adds what `_verbose` asks for.
pub(super) fn add_details(gms: &Gms, row: &ServiceRow, headers: &HeaderMap, object: &mut Value) {
    let Some((chat_id, user_id)) = &row.chat else { return };
    let base = base(gms, headers);
    let (scheme, authority) = base.split_once("://").unwrap_or(("http", base.as_str()));
    let port_of_scheme = if scheme == "https" { "443" } else { "80" };
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, port_of_scheme));
    let key = super::push::locked(&gms.v1.keys).get(chat_id).cloned();
    let link = |verb: &str| format!("{}/{verb}", chat_path(&row.id));
    let details = json!({
        "userId": user_id,
        "secureKey": key.unwrap_or_default(),
        "checkChatServiceLoadBalancerPath": gms.config.deployment.chat.load_balancer_path,
        "chatServerLoadBalancerAlias": gms.chat.alias(),
        "chatServerHost": host,
        "chatWebApiPort": port,
        "isTLSrequired": scheme == "https",
        "clientTimeZoneOffset": row.data.get("TimeZone").and_then(|minutes| minutes.parse::<i32>().ok()).unwrap_or(0),
        "_chatIxnAPI-SEND-URL": link("send"),
        "_chatIxnAPI-REFRESH-URL": link("refresh"),
        "_chatIxnAPI-START-TYPING-URL": link("startTyping"),
        "_chatIxnAPI-STOP-TYPING-URL": link("stopTyping"),
        "_chatIxnAPI-DISCONNECT-URL": link("disconnect"),
        "_chatIxnAPI-REFRESH-FROM-START-URL": link("refresh?transcriptPosition=1"),
    });
    if let (Some(object), Value::Object(details)) = (object.as_object_mut(), details) {
        object.extend(details);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat_server::entry::{PartyType, Sender, Visibility};
    use crate::interaction_server::AttachedData;

    #[test]
    fn an_entry_has_the_whole_seconds_since_the_start() {
        let entry = |utc_time: i64| Entry {
            index: 7,
            kind: EntryType::Message,
            from: Sender { nickname: "Ann".to_owned(), participant_id: 1, kind: PartyType::Client },
            text: Some("Hi".to_owned()),
            utc_time,
            user_data: AttachedData::new(),
            event_attributes: None,
            message_type: None,
            visibility: Visibility::All,
        };
        for (at, seconds) in [(5_000, "0"), (5_999, "0"), (66_900, "61"), (4_000, "0")] {
            assert_eq!(shown(&entry(at), 5_000, false), json!(["Message.Text", "Ann", "Hi", seconds, "CLIENT"]));
        }
        assert_eq!(shown(&entry(6_000), 5_000, true), json!(["Message.Text", "Ann", "Hi", "1", "CLIENT", "7"]));
    }
}
