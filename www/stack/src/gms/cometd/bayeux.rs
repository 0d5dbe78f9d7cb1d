//! Bayeux messages: handshake, connect, subscriptions, publishes (Bayeux protocol 1.0; backend 1.8).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::super::{Gms, USER, v1};
use super::chat;
use super::client::{Client, POLL_MS};

/// Channel of a handshake.
const HANDSHAKE: &str = "/meta/handshake";

/// One message of a client.
pub(crate) struct Incoming(Map<String, Value>);

/// How a message came.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    /// `long-polling` or `websocket`.
    pub(super) name: &'static str,
    /// Value of the browser's cookie; `None` where none is looked at.
    pub(super) browser: Option<&'a str>,
    /// Header `gms_user`, empty when it was not sent.
    pub(super) user: &'a str,
}

/// What comes of a message.
pub(super) enum Outcome {
    /// The reply.
    Reply(Value),
    /// The reply to a handshake, and the new client.
    Welcome(Value, Arc<Client>),
    /// A poll to be held for that long, in milliseconds, and its reply.
    Poll(Arc<Client>, i64, Value),
}

impl Incoming {
    /// The messages of a body: a list, or a single one. `None` if it is neither.
    pub(crate) fn read(text: &[u8]) -> Option<Vec<Self>> {
        match serde_json::from_slice(text).ok()? {
            Value::Array(list) => list.into_iter().map(|one| one.as_object().cloned().map(Self)).collect(),
            Value::Object(one) => Some(vec![Self(one)]),
            _ => None,
        }
    }

    /// Whose device it says that it is, by an extension; empty if it does not.
    pub(crate) fn user(&self) -> &str {
        self.0.get("ext").and_then(|ext| ext.get(USER)).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether a client begins with it.
    pub(crate) fn is_handshake(&self) -> bool {
        self.text("channel") == HANDSHAKE
    }

    /// Whether it is about the client itself, and publishes nothing.
    pub(crate) fn is_meta(&self) -> bool {
        self.text("channel").starts_with("/meta/")
    }

    /// Whether it starts a chat.
    pub(crate) fn starts_chat(&self) -> bool {
        self.0.get("data").and_then(|data| data.get("operation")).is_some_and(|operation| operation == chat::START)
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A reply with the message's channel and id.
    fn reply(&self, successful: bool, fields: Value) -> Value {
        let mut reply = json!({ "channel": self.text("channel"), "successful": successful });
        if let (Some(reply), Value::Object(fields)) = (reply.as_object_mut(), fields) {
            reply.extend(fields);
            // Whatever it is, the client looks for exactly that.
            if let Some(id) = self.0.get("id") {
                reply.insert("id".to_owned(), id.clone());
            }
        }
        reply
    }

    fn refuse(&self, error: &str) -> Outcome {
        Outcome::Reply(self.reply(false, json!({ "error": error })))
    }

    fn unknown_client(&self) -> Outcome {
        let advice = json!({ "reconnect": "handshake", "interval": 0 });
        Outcome::Reply(self.reply(false, json!({ "error": "402::Unknown client", "advice": advice })))
    }
}

/// Does what a message asks.
pub(super) fn handle(gms: &Gms, way: Way<'_>, message: &Incoming) -> Outcome {
    let channel = message.text("channel");
    if channel == HANDSHAKE {
        return handshake(gms, way, message);
    }
    let now = gms.config.clock.now_ms();
    let client = gms.clients.find(message.text("clientId"), now);
    // A client's id alone opens nothing: whoever has seen one must also be the browser that it was given to.
    let own = |client: &Arc<Client>| way.browser.is_none_or(|browser| client.browser == browser);
    let Some(client) = client.filter(own) else { return message.unknown_client() };
    client.touch(now, 0);
    tell_user(way, message, &client);
    match channel {
        "/meta/connect" => connect(gms, now, client, message),
        "/meta/disconnect" => {
            gms.clients.remove(&client.id);
            Outcome::Reply(message.reply(true, json!({ "clientId": client.id })))
        }
        "/meta/subscribe" | "/meta/unsubscribe" => {
            let names = match message.0.get("subscription") {
                Some(Value::String(name)) => vec![name.clone()],
                Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
                _ => return message.refuse("403::subscription_missing"),
            };
            for name in names {
                client.listen(&name, channel == "/meta/subscribe");
            }
            // A device that comes back after a failover is told at once what it has missed.
            v1::tell(gms, None);
            let subscription = message.0.get("subscription").cloned();
            Outcome::Reply(message.reply(true, json!({ "clientId": client.id, "subscription": subscription })))
        }
        _ => match channel.strip_prefix(chat::CHANNEL) {
            Some(service) => match message.0.get("data").and_then(Value::as_object) {
                _ if !gms.config.flags.enable_notification_mode => message.refuse("403::notification mode is off"),
                Some(data) => {
                    chat::publish(gms, &client, channel, service, data);
                    Outcome::Reply(message.reply(true, json!({})))
                }
                None => message.refuse("400::data missing"),
            },
            None => message.refuse("404::Unknown channel"),
        },
    }
}

fn handshake(gms: &Gms, way: Way<'_>, message: &Incoming) -> Outcome {
    let offered = message.0.get("supportedConnectionTypes").and_then(Value::as_array);
    let common = offered.is_none_or(|types| types.iter().filter_map(Value::as_str).any(|name| name == way.name));
    let supported = json!(["websocket", "long-polling"]);
    if !common {
        let advice = json!({ "reconnect": "none" });
        let error = "400::Unsupported connection types";
        return Outcome::Reply(
            message.reply(false, json!({ "error": error, "supportedConnectionTypes": supported, "advice": advice })),
        );
    }
    let Ok(client) = gms.clients.add(way.browser.unwrap_or_default(), gms.config.clock.now_ms()) else {
        return message.refuse("500::No randomness");
    };
    tell_user(way, message, &client);
    let reply = message.reply(
        true,
        json!({
            "version": "1.0",
            "minimumVersion": "1.0",
            "supportedConnectionTypes": supported,
            "clientId": client.id,
            "advice": { "reconnect": "retry", "interval": 0, "timeout": POLL_MS },
        }),
    );
    Outcome::Welcome(reply, client)
}

/// Whose device it is: by the header, or by an extension where a browser can send no header.
fn tell_user(way: Way<'_>, message: &Incoming, client: &Client) {
    let user = if way.user.is_empty() { message.user() } else { way.user };
    if !user.is_empty() {
        client.is_of(user);
    }
}

fn connect(gms: &Gms, now: i64, client: Arc<Client>, message: &Incoming) -> Outcome {
    let wished = message.0.get("advice").and_then(|advice| advice.get("timeout")).and_then(Value::as_i64);
    let held = wished.unwrap_or(POLL_MS).clamp(0, POLL_MS);
    client.touch(now, held);
    chat::is_there(gms, &client, held);
    v1::is_there(gms, &client, held);
    let advice = json!({ "reconnect": "retry", "interval": 0, "timeout": POLL_MS });
    let reply = message.reply(true, json!({ "clientId": client.id, "advice": advice }));
    Outcome::Poll(client, held, reply)
}
