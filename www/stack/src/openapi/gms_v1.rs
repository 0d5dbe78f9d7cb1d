//! GMS: services and their chats, API v1 (backend 2).

use super::{FORM, JSON, MULTIPART, Operation, delete_of, get_of, integer, object, post_to, put_to, string, texts};
use serde_json::{Value, json};

const SERVICE: &str = "/genesys/1/service";

/// Verbs of a service's chat.
const VERBS: [&str; 5] = ["send", "refresh", "startTyping", "stopTyping", "disconnect"];

/// Refusals of all: a line for people, or one of GMS's envelopes where nobody has looked at the call yet.
fn refused(operation: Operation) -> Operation {
    let list = [
        ("401", "The operator's key is missing or wrong."),
        ("403", "A page calls whose origin is not allowed."),
        ("500", "The database fails."),
    ];
    operation
        .refusals(&list, &json!({ "type": "object" }))
        .empty("502", "The Chat Server fell; look whether it was done.")
        .empty("503", "No Chat Server is there.")
}

/// What is about something that may not be there.
fn found(operation: Operation) -> Operation {
    refused(operation).answer("404", "No such service, or it has no such thing.", &json!({ "type": "object" }))
}

/// What reads fields, be they in the address.
fn read(operation: Operation) -> Operation {
    operation.answer("415", "Something is missing, incorrect or not readable.", &json!({ "type": "object" }))
}

fn form(operation: Operation, fields: Value) -> Operation {
    read(operation).body(&[FORM, MULTIPART, JSON], &object(fields, &[]))
}

fn chat() -> Value {
    object(
        json!({
            "chatIxnState": { "enum": ["CONNECTED", "TRANSCRIPT", "DISCONNECTED"] }, "chatSessionId": string(),
            "transcriptPosition": integer(), "chatServiceMessage": string(), "startedAt": string(), "transcriptToShow": { "type": "array", "items": { "type": "array" } },
        }),
        &["chatIxnState", "transcriptToShow"],
    )
}

/// The operations.
pub(super) fn operations() -> Vec<Operation> {
    let at = |path: &str| format!("{SERVICE}{path}");
    let created = || object(json!({ "_id": string() }), &["_id"]);
    let shown = || object(json!({ "_id": string(), "_callback_state": string() }), &["_id", "_callback_state"]);
    let chat_fields = || json!({ "message": string(), "transcriptPosition": string(), "_verbose": string() });
    let verb = |operation: Operation| operation.one_of("verb", &VERBS).answer("200", "The chat.", &chat());
    let poke = |operation: Operation| {
        read(found(operation)).query("poke_message", string()).empty("204", "The customer has got it.")
    };
    vec![
        poke(get_of("/genesys/1/internal-poke/{id}", "The agent's desktop pokes the customer's device")),
        poke(post_to("/genesys/1/internal-poke/{id}", "The same, with the text in the body")),
        form(
            refused(post_to(&at("/request-chat"), "A service that only starts a chat")),
            json!({ "_verbose": string() }),
        )
        .answer("200", "The service.", &created())
        .empty("503", "No agent takes chats, or no Chat Server is there."),
        form(
            found(post_to(&at("/callback/{name}"), "Chat Immediate: a service that waits for its chat")),
            json!({
                "_customer_number": string(), "usr_customer_name": string(), "usr_reason": string(),
                "_device_os": string(), "_desired_time": string(),
            }),
        )
        .header("gms_user", false)
        .answer("200", "Where the chat starts.", &created()),
        read(found(get_of(
            &at("/callback/{name}"),
            "The services for which the given fields hold, one of these two among them",
        )))
        .query("_id", string())
        .query("_customer_number", string())
        .answer("200", "Those.", &json!({ "type": "array", "items": shown() })),
        read(found(get_of(
            &at("/callback/{name}/availability"),
            "Quarters of an hour with the customers they can take",
        )))
        .query("start", string())
        .query("end", string())
        .query("number-of-days", integer())
        .query("max-time-slots", integer())
        .answer("200", "By start.", &json!({ "type": "object", "additionalProperties": integer() })),
        form(
            found(put_to(&at("/callback/{name}/{id}"), "Another time, other data")),
            json!({ "_new_desired_time": string() }),
        )
        .answer("200", "The service.", &shown()),
        found(delete_of(&at("/callback/{name}/{id}"), "Cancels the service")).empty("200", "Done."),
        found(get_of(&at("/{id}/storage"), "All stored values")).answer("200", "By key.", &texts()),
        form(found(post_to(&at("/{id}/storage"), "Stores values")), json!({})).empty("200", "Done."),
        found(delete_of(&at("/{id}/storage"), "Forgets all values")).empty("200", "Done."),
        found(get_of(&at("/{id}/storage/{key}"), "A stored value")).answer("200", "By its key.", &texts()),
        found(delete_of(&at("/{id}/storage/{key}"), "Forgets a value")).empty("200", "Done."),
        form(found(post_to(&at("/{id}/ixn/chat"), "Starts the chat of a service")), json!({ "subject": string() }))
            .answer("200", "The chat.", &chat()),
        verb(read(found(get_of(&at("/{id}/ixn/chat/{verb}"), "As by POST"))))
            .query("message", string())
            .query("transcriptPosition", string()),
        verb(form(found(post_to(&at("/{id}/ixn/chat/{verb}"), "What a customer does in the chat")), chat_fields())),
    ]
}
