//! ESP, by which workflows reach the Chat Server (backend 4.3).

use super::{Api, JSON, get_of, integer, joined, object, post_to, string, texts};
use crate::chat_server::own_data::INTERACTION_ID;
use crate::esp::SERVICE;
use serde_json::json;

/// Its description.
pub(crate) fn api() -> Api {
    let methods = ["Message", "Notice", "IdleControlConfigure", "ConfigureSession"];
    let data = joined(texts(), json!({ "properties": { INTERACTION_ID: string() }, "required": [INTERACTION_ID] }));
    let request = object(
        json!({
            "service": { "enum": [SERVICE] }, "method": { "enum": methods }, "parameters": texts(), "userData": data,
        }),
        &["service", "method", "userData"],
    );
    let answer = object(
        json!({
            "event": { "enum": ["response", "fault"] }, "method": string(), "parameters": { "type": "object" },
            "code": integer(), "description": string(),
        }),
        &["event"],
    );
    Api::new("ESP", "What workflows ask of the Chat Server. A request with an Origin is refused.").with([
        post_to("/esp/{application}", "A request of a workflow")
            .body(&[JSON], &request)
            .answer("200", "Done, or a fault with its number.", &answer)
            .empty("403", "A page of a browser calls.")
            .empty("413", "The body is too long."),
        get_of("/interactions/{id}", "User data, as a workflow reads them before")
            .answer("200", "They.", &object(json!({ "userData": texts() }), &["userData"]))
            .empty("403", "A page of a browser calls.")
            .empty("404", "No such interaction.")
            .empty("500", "The database fails."),
    ])
}
