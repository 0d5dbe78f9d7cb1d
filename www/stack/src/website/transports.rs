//! What a page needs to chat by one of the cloud's transports (transports 2.1, 3.1): `/config.js?transport=TYPE`.

use serde_json::{Value, json};

use crate::cloud::settings;

/// The transport that a query asks for.
pub(super) fn asked_for(query: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "transport").map(|(_, value)| value.into_owned())
}

/// `webchat.transport` for this type; `None` for a type that this stack does not have.
pub(super) fn settings(kind: &str, origin: &str, service: &str) -> Option<Value> {
    match kind {
        "purecloud-v2-sockets" => Some(json!({
            "type": kind,
            "dataURL": origin,
            "deploymentKey": settings::DEPLOYMENT,
            "orgGuid": settings::ORGANIZATION,
            "interactionData": { "routing": { "targetType": "QUEUE", "targetAddress": service } },
        })),
        "pureengage-v3-rest" => Some(json!({
            "type": kind,
            "dataURL": format!("{origin}/nexus/v3/chat/sessions"),
            "headers": { "x-api-key": settings::API_KEY },
            "endpoint": service,
            "stream": service,
        })),
        _ => None,
    }
}
