//! The inbound chat application: what happens to a chat that arrives (Chat Immediate, "Initiate Chat").

use super::super::Gms;
use super::options::ServiceOptions;
use super::push;
use crate::chat_server::agent::{ChatState, Summary};
use crate::chat_server::client::StartChat;
use crate::interaction_server::AttachedData;
use crate::routing::{Plan, Way, Wish};

/// Key of attached data under which a chat names its service.
pub(super) const SERVICE_KEY: &str = "_gms_service_id";

/// Key under which the agent sees the virtual queue.
const QUEUE_KEY: &str = "VirtualQueue";

/// Locates the service of a chat that arrives and hands the chat to it, which reserves a target; a chat without a service
/// goes to the operator's group, or to whoever likes.
pub(in super::super) fn arrives(gms: &Gms, start: &mut StartChat) -> Way {
    let way = match service_of(gms, &start.user_data) {
        Some(options) => {
            start.user_data.insert(QUEUE_KEY.to_owned(), options.virtual_queue.clone());
            gms.router.way(Some(plan_of(gms, options)))
        }
        None => gms.v1.inbound.way(&Wish::default()),
    };
    start.offer = way.offer();
    way
}

fn service_of<'a>(gms: &'a Gms, data: &AttachedData) -> Option<&'a ServiceOptions> {
    let row = data.get(SERVICE_KEY).and_then(|id| gms.store.service(id).ok().flatten())?;
    gms.v1.services.services.get(&row.name)
}

fn plan_of(gms: &Gms, options: &ServiceOptions) -> Plan {
    let target_seconds = gms.v1.services.inbound.find_agent_timeout;
    Plan { targets: options.targets.clone(), target_seconds, queued_ttl: options.queued_ttl, priority: 0 }
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
        let chat_id = chat.id.as_str();
        let data = gms.interactions.attached_data(chat_id).unwrap_or_default();
        match service_of(gms, &data) {
            Some(options) => gms.router.route(chat_id, plan_of(gms, options)),
            None => gms.v1.inbound.take(chat_id),
        }
    }
}
