//! News of a service's chat on the Bayeux channel `/_genesys` (backend 2.4).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;

use super::super::Gms;
use super::super::cometd::Client;
use super::object::{IxnState, chat_object};
use crate::store::ServiceRow;

/// The channel.
const CHANNEL: &str = "/_genesys";

/// Chats whose news are pushed: service, and what has been pushed, by interaction id.
pub(super) type Pushes = HashMap<String, Push>;

/// One of them.
pub(super) struct Push {
    service: ServiceRow,
    /// First index that has not been put on its way.
    next: u64,
    /// First index that no device has heard for sure, as in the database.
    heard: u64,
    /// Whether the chat's end has been put on its way.
    ended: bool,
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Pushes a service's chat from this index on.
pub(super) fn begin(gms: &Gms, row: &ServiceRow, next: u64) {
    let Some((chat_id, _)) = &row.chat else { return };
    let push = Push { service: row.clone(), next, heard: next, ended: false };
    locked(&gms.v1.pushes).insert(chat_id.clone(), push);
}

/// The chats whose news a device hears know that it is there, for as long as its poll is held. A device that polls again
/// has what was on its way before, so that is noted.
pub(in super::super) fn is_there(gms: &Gms, device: &Client, held_ms: i64) {
    let mut pushes = locked(&gms.v1.pushes);
    let has_all = !device.has_news();
    pushes.retain(|_, push| {
        if !device.hears(CHANNEL, &push.service.gms_user) {
            return true;
        }
        if let Some((chat_id, user_id)) = &push.service.chat {
            gms.chat.is_there(chat_id, user_id, held_ms);
        }
        if !has_all || (push.heard == push.next && !push.ended) {
            return true;
        }
        // When that fails, it is noted at the next poll.
        let index = (!push.ended).then_some(push.next - 1);
        let noted = gms.store.put_pushed(&push.service.id, index).is_ok();
        if noted {
            push.heard = push.next;
        }
        !(noted && push.ended)
    });
}

/// Tells the devices of a chat's customer what is new; `None` looks at all chats.
pub(in super::super) fn tell(gms: &Gms, chat_id: Option<&str>) {
    let mut pushes = locked(&gms.v1.pushes);
    let about = |id: &String| chat_id.is_none_or(|chat_id| chat_id == id);
    for (chat_id, push) in pushes.iter_mut().filter(|(id, _)| about(id)) {
        let devices: Vec<_> =
            gms.clients.all().into_iter().filter(|client| client.hears(CHANNEL, &push.service.gms_user)).collect();
        let Some((_, user_id)) = push.service.chat.as_ref().filter(|_| !devices.is_empty()) else { continue };
        let position = i64::try_from(push.next).ok();
        let Ok(view) = gms.chat.look_in_place_of(chat_id, user_id, position) else { continue };
        if view.entries.is_empty() && view.ended == push.ended {
            continue;
        }
        let object = chat_object(gms, &push.service, &view, IxnState::Transcript);
        (push.next, push.ended) = (view.next_position, view.ended);
        let tag = format!("service.chat.refresh.{}", push.service.id);
        let data = json!({ "id": push.service.gms_user, "tag": tag, "message": object });
        for device in devices {
            device.push(json!({ "channel": CHANNEL, "data": data }));
        }
    }
}
