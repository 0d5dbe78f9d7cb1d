//! Chat v2 over CometD: operations that clients publish, and what they are told without asking (backend 1.8).

use std::io;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::super::Gms;
use super::super::envelope::Envelope;
use super::super::error::GmsError;
use super::super::form::Form;
use super::super::{v1, verbs};
use super::client::{Client, Link};
use crate::chat_server::client::{ClientAction, Credentials};
use crate::chat_server::{ChatChange, ChatError};

/// What the channels of all chat services begin with.
pub(super) const CHANNEL: &str = "/service/chatV2/";

/// The operation that starts a chat.
pub(super) const START: &str = "requestChat";

/// Does what a client has published; the answer goes out on the same channel.
pub(super) fn publish(gms: &Gms, client: &Client, channel: &str, service: &str, data: &Map<String, Value>) {
    let form = Form::from_json(data);
    if let Err(error) = operate(gms, client, channel, service, &form) {
        send(client, channel, &error.envelope().1);
    }
}

fn send(client: &Client, channel: &str, envelope: &Envelope) {
    client.push(json!({ "channel": channel, "data": envelope }));
}

fn operate(gms: &Gms, client: &Client, channel: &str, service: &str, form: &Form) -> Result<(), GmsError> {
    gms.check_service(service)?;
    let operation = form.get("operation");
    if operation == START {
        // Locked first, so that nothing that happens from here on is told before the answer, or not at all.
        let mut links = client.links();
        let (joined, envelope) = verbs::begin(gms, service.to_owned(), form)?;
        send(client, channel, &envelope);
        links.push(Link {
            channel: channel.to_owned(),
            chat_id: joined.chat_id,
            user_id: joined.user_id,
            secure_key: joined.secure_key,
            next: envelope.next_position.unwrap_or(1),
            ended: envelope.chat_ended,
        });
        return Ok(());
    }
    let action = match operation {
        "sendMessage" => verbs::action("send", form),
        // Only looks: there is no polling that would carry a preview.
        "requestNotifications" => Some(Ok(ClientAction::Refresh { preview: String::new() })),
        "startTyping" | "stopTyping" | "customNotice" | "updateData" | "updateNickname" | "pushUrl" | "readReceipt"
        | "disconnect" => verbs::action(operation, form),
        _ => None,
    };
    let action = action.ok_or(GmsError::UnknownOperation)??;
    let mut links = client.links();
    let (chat_id, user_id) = chat_of(gms, &links, form)?;
    let credentials = Credentials { user_id: &user_id, secure_key: form.get("secureKey") };
    let view = gms.chat.act(&chat_id, credentials, action, None)?;
    // Known by its own key now; a page that has been reloaded has a new client.
    let known = links.iter().position(|link| link.chat_id == chat_id && link.user_id == user_id);
    let link = match known {
        Some(at) => links.get_mut(at),
        None => {
            links.push(Link {
                channel: channel.to_owned(),
                chat_id,
                secure_key: form.get("secureKey").to_owned(),
                user_id,
                // What it has just done, and what comes; the past only if it asks.
                next: view.next_position.saturating_sub(1).max(1),
                ended: false,
            });
            links.last_mut()
        }
    };
    let Some(link) = link else { return Ok(()) };
    if operation == "requestNotifications" {
        // Absent or 0 is the whole transcript.
        link.next = form.position().and_then(|first| u64::try_from(first).ok()).unwrap_or(0).max(1);
    }
    tell(gms, client, link, true);
    Ok(())
}

/// Interaction and user id that a publish is about: given, or found by the key, because some clients send nothing else.
fn chat_of(gms: &Gms, links: &[Link], form: &Form) -> Result<(String, String), GmsError> {
    let secure_key = form.some("secureKey").ok_or(GmsError::CredentialsMissing)?;
    if let (Some(chat_id), Some(user_id)) = (form.some("chatId"), form.some("userId")) {
        return Ok((chat_id.to_owned(), user_id.to_owned()));
    }
    let own = links.iter().find(|link| link.secure_key == secure_key);
    let own = own.map(|link| (link.chat_id.clone(), link.user_id.clone()));
    own.or_else(|| gms.chat.owner_of_key(secure_key)).ok_or(GmsError::from(ChatError::UnknownUser))
}

/// Its chats know that the client is there, for as long as its poll is held.
pub(super) fn is_there(gms: &Gms, client: &Client, held_ms: i64) {
    for link in client.links().iter() {
        gms.chat.is_there(&link.chat_id, &link.user_id, held_ms);
    }
}

/// Sends what the client has not seen of a chat; with `always` also if there is nothing.
fn tell(gms: &Gms, client: &Client, link: &mut Link, always: bool) {
    let credentials = Credentials { user_id: &link.user_id, secure_key: &link.secure_key };
    let position = i64::try_from(link.next).unwrap_or(i64::MAX);
    match gms.chat.read_transcript(&link.chat_id, credentials, Some(position)) {
        Ok(view) => {
            let news = !view.entries.is_empty() || view.ended != link.ended;
            (link.next, link.ended) = (view.next_position, view.ended);
            if news || always {
                send(client, &link.channel, &Envelope::done(&link.chat_id, credentials, gms.chat.alias(), view));
            }
        }
        Err(error) if always => send(client, &link.channel, &GmsError::from(error).envelope().1),
        Err(_) => {}
    }
}

/// Tells clients of what happens in their chats, for as long as the Chat Server runs.
pub(in super::super) async fn tell_changes(gms: Arc<Gms>) -> io::Result<()> {
    let mut changes = gms.chat.subscribe();
    loop {
        let chat_id = match changes.recv().await {
            Ok(ChatChange::Entry { chat_id, .. } | ChatChange::Summary { chat_id }) => Some(chat_id),
            // The unsent text is the customer's own.
            Ok(ChatChange::Preview { .. }) => continue,
            // Too much at once: whoever has missed something gets it by position.
            Err(RecvError::Lagged(_)) => None,
            Err(RecvError::Closed) => return Ok(()),
        };
        v1::tell(&gms, chat_id.as_deref());
        for client in gms.clients.all() {
            let mut links = client.links();
            let about = |link: &&mut Link| chat_id.as_ref().is_none_or(|chat_id| link.chat_id == *chat_id);
            for link in links.iter_mut().filter(about) {
                tell(&gms, &client, link, false);
            }
        }
    }
}
