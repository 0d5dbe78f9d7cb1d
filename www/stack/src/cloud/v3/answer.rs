//! The envelope and the messages in it (transports 3.3).

use axum::Json;
use serde_json::{Value, json};

use super::images;
use crate::chat_server::entry::{Entry, EntryType, PartyType};
use crate::chat_server::view::Seen;
use crate::cloud::parties;

/// An answer that says yes.
pub(super) fn done(operation_id: Option<&str>, data: Option<Value>) -> Json<Value> {
    let mut answer = json!({ "status": { "code": 1, "message": "Success" } });
    if let Some(answer) = answer.as_object_mut() {
        let optional = [("operationId", operation_id.map(Value::from)), ("data", data)];
        answer.extend(optional.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    }
    Json(answer)
}

/// An index as clients get it: text of fixed width with one dash; without the dash it orders messages.
pub(super) fn index(number: u64) -> String {
    format!("0-{number:06}")
}

/// Reads an index, with its dash or as clients keep it, without.
pub(super) fn read_index(text: &str) -> Option<u64> {
    let digits = text.replacen('-', "", 1);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// An entry as a message. A file that is a picture is a message with `content`.
pub(super) fn message(session: &str, seen: &Seen, entry: &Entry) -> Value {
    let sender = match entry.from.kind {
        PartyType::Client => "Customer",
        other => other.name(),
    };
    let file = |key: &str| entry.user_data.get(key).filter(|_| entry.kind == EntryType::FileUploaded);
    let name = file("file-name");
    let picture = file("file-id").zip(name).and_then(|(id, name)| images::content(session, id, name));
    let participant = parties::id_of(&seen.parties, &entry.from);
    let mut message = json!({
        "index": index(entry.index),
        "utcTime": entry.utc_time,
        "type": if picture.is_some() { EntryType::Message } else { entry.kind },
        "from": { "nickname": entry.from.nickname, "participantId": participant, "type": sender },
    });
    let text = if entry.kind == EntryType::PushUrl { "url" } else { "text" };
    let optional = [
        (text, entry.text.as_ref().or(name).cloned().map(Value::from)),
        ("content", picture),
        ("eventAttributes", entry.event_attributes.clone()),
    ];
    if let Some(message) = message.as_object_mut() {
        message.extend(optional.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_read_back_and_rise() {
        for number in [1, 17, 999, 1000, 999_999] {
            let text = index(number);
            assert_eq!(text.matches('-').count(), 1);
            assert_eq!(read_index(&text), Some(number));
            assert_eq!(read_index(&text.replace('-', "")), Some(number));
            assert!(text < index(number + 1) || number == 999_999);
        }
        for wrong in ["", "-", "0--1", "x", "0-+1", "99999999999999999999"] {
            assert_eq!(read_index(wrong), None, "{wrong}");
        }
    }
}
