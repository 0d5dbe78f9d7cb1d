//! The inbound chat application: what happens to a chat that arrives (Chat Immediate, "Initiate Chat").

use super::super::Gms;
use super::push;
use crate::chat_server::agent::{ChatState, Summary};
use crate::interaction_server::AttachedData;
use crate::routing::Plan;

/// Key of attached data under which a chat names its service.
pub(super) const SERVICE_KEY: &str = "_gms_service_id";

/// Key under which the agent sees the virtual queue.
const QUEUE_KEY: &str = "VirtualQueue";

/// Who changes attached data here.
const NAME: &str = "inbound_chat";

/// Locates the service of a chat that has arrived and hands the chat to it, which reserves a target; a chat without a
/// service goes to the operator's group, or to whoever likes.
pub(in super::super) fn arrived(gms: &Gms, chat_id: &str) {
    let data = gms.interactions.attached_data(chat_id).unwrap_or_default();
    let row = data.get(SERVICE_KEY).and_then(|id| gms.store.service(id).ok().flatten());
    let options = row.and_then(|row| gms.v1.services.services.get(&row.name));
    let Some(options) = options else { return gms.v1.inbound.take(chat_id) };
    let queue = AttachedData::from([(QUEUE_KEY.to_owned(), options.virtual_queue.clone())]);
    // Without its queue's name in Case Information a chat is routed all the same.
    let _ = gms.interactions.update(chat_id, &queue, NAME);
    let target_seconds = gms.v1.services.inbound.find_agent_timeout;
    let (targets, queued_ttl) = (options.targets.clone(), options.queued_ttl);
    let plan = Plan { targets, target_seconds, queued_ttl, priority: 0 };
    gms.router.route(chat_id, plan);
}

/// Goes on with what was going on when the servers stopped: chats that wait, and news that are pushed.
pub(in super::super) fn resume(gms: &Gms) {
    for row in gms.store.services().unwrap_or_default().into_iter().filter(|row| row.push) {
        // What no device has heard is told to the first that listens again, the end of the chat as well.
        if let Ok(Some(heard)) = gms.store.pushed(&row.id) {
            push::begin(gms, &row, heard + 1);
        }
    }
    // Where a chat was to go may be another place than where it arrived: an agent or a workflow has sent it on.
    let known = gms.router.resume().unwrap_or_default();
    let waits = |chat: &Summary| chat.state == ChatState::Waiting && !known.contains(&chat.id);
    for chat in gms.chat.chats().into_iter().filter(waits) {
        arrived(gms, &chat.id);
    }
}
