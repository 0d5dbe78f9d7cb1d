//! The agent desk.

use super::{
    ANY, Api, HTML, JSON, Operation, boolean, get_of, integer, joined, list_of, maybe_integer, maybe_string, named,
    object, operation, post_to, put_to, string, texts,
};
use serde_json::{Value, json};

fn error() -> Value {
    object(
        json!({ "error": object(json!({ "code": string(), "message": string() }), &["code", "message"]) }),
        &["error"],
    )
}

fn summary_fields() -> Value {
    json!({
        "id": string(), "customer": string(), "customerPresent": boolean(), "subject": string(),
        "state": { "enum": ["waiting", "active", "ended"] }, "agent": maybe_string(), "startedAt": integer(),
        "endedAt": maybe_integer(), "newestIndex": integer(), "customerRead": integer(), "target": maybe_string(),
        "offeredTo": maybe_string(), "supervisors": { "type": "array", "items": string() },
        "asked": maybe_string(), "adviser": maybe_string(),
    })
}

const SUMMARY: [&str; 11] = [
    "id",
    "customer",
    "customerPresent",
    "subject",
    "state",
    "agent",
    "startedAt",
    "endedAt",
    "newestIndex",
    "customerRead",
    "supervisors",
];

fn full_chat() -> Value {
    let more = json!({
        "participants": { "type": "array" }, "transcript": { "type": "array", "items": { "type": "object" } },
        "customerTyping": boolean(), "preview": string(), "attachedData": texts(), "customerTimeZone": maybe_integer(),
        "idleExpiresIn": maybe_integer(), "properties": { "type": "object" },
    });
    object(joined(summary_fields(), more), &[&SUMMARY[..], &["transcript", "attachedData", "properties"]].concat())
}

fn response() -> Value {
    let parameter = object(
        json!({
            "name": string(), "key": string(), "label": string(), "placeholder": string(), "hint": string(),
            "from": maybe_string(), "value": string(),
        }),
        &["name", "key", "label"],
    );
    object(
        json!({
            "id": string(), "category": string(), "title": string(), "text": string(),
            "keywords": { "type": "array", "items": string() }, "parameters": { "type": "array", "items": parameter },
            "missing": { "type": "array", "items": string() },
        }),
        &["id", "category", "title", "text", "parameters"],
    )
}

fn agent() -> Value {
    object(
        json!({ "name": string(), "ready": boolean(), "chats": integer(), "profile": named("Profile") }),
        &["name", "ready", "chats", "profile"],
    )
}

fn profile_fields() -> Value {
    let words = json!({ "type": "array", "items": string() });
    json!({
        "groups": words, "placeGroups": words, "campaignGroups": words, "skills": { "type": "object", "additionalProperties": { "type": "integer" } },
        "place": maybe_string(), "media": words, "role": { "enum": ["agent", "supervisor"] },
    })
}

/// Who is refused by everything that needs an agent.
const WHO: [(&str, &str); 2] = [("401", "Nobody is signed in."), FOREIGN];

const FOREIGN: (&str, &str) = ("403", "Another page calls.");

/// Whatever changes something, but files and attached data, must be JSON, which no foreign page can send unasked.
const NO_JSON: (&str, &str) = ("415", "The body is no JSON.");

const UNREADABLE: (&str, &str) = ("400", "The body or a value in it is of no use.");

const NO_CHAT: (&str, &str) = ("404", "No such chat, or no such thing in it.");

const STATE: (&str, &str) = ("409", "The chat is not in the state for it, or not with whom it must be.");

const FAULT: (&str, &str) = ("500", "The database fails.");

/// Refusals of what needs an agent.
fn refused(operation: Operation, more: &[(&str, &str)]) -> Operation {
    operation.refusals(&WHO, &named("Error")).refusals(more, &named("Error"))
}

/// A look at a chat.
fn seen(operation: Operation) -> Operation {
    refused(operation, &[NO_CHAT, FAULT])
}

/// A change of a chat.
fn changed(operation: Operation) -> Operation {
    refused(operation, &[NO_CHAT, STATE, FAULT, NO_JSON])
}

fn line(operation: Operation) -> Operation {
    changed(operation).answer("200", "The chat's line in the list.", &named("Summary"))
}

/// A body of which nothing is read.
fn empty_body(operation: Operation) -> Operation {
    operation.body(&[JSON], &object(json!({}), &[]))
}

fn json_body(operation: Operation, fields: Value, required: &[&str]) -> Operation {
    operation.body(&[JSON], &object(fields, required)).refusals(&[UNREADABLE], &named("Error"))
}

/// Its description.
pub(crate) fn api() -> Api {
    let chat = |path: &str| format!("/api/chats/{{id}}{path}");
    let login = object(joined(profile_fields(), json!({ "name": string() })), &["name"]);
    let about = "The API of the agents' page. A cookie of POST /api/login says who calls; an Origin other than the desk's own is \
                 refused.";
    Api::new("Agent desk", about)
        .schema("Error", error())
        .schema("Summary", object(summary_fields(), &SUMMARY))
        .schema("Chat", full_chat())
        .schema("StandardResponse", response())
        .schema("Profile", object(profile_fields(), &[]))
        .schema("Agent", agent())
        .with([
            get_of("/", "The page").answer_as("200", "It.", HTML, &string()),
            get_of("/assets/{name}", "A file of the page")
                .answer_as("200", "It.", ANY, &json!({}))
                .empty("404", "No such file."),
            post_to("/api/login", "Signs in")
                .body(&[JSON], &login)
                .answer("200", "A cookie, and the name.", &object(json!({ "name": string() }), &["name"]))
                .refusals(&[UNREADABLE, FOREIGN, NO_JSON], &named("Error")),
            get_of("/api/me", "Who is signed in")
                .answer("200", "The agent, or no name.", &json!({ "type": "object" }))
                .refusals(&[FOREIGN], &named("Error")),
            json_body(
                refused(post_to("/api/ready", "Takes work, or no more"), &[NO_JSON]),
                json!({ "ready": boolean() }),
                &["ready"],
            )
            .empty("204", "Done."),
            refused(get_of("/api/agents", "Who is signed in, for transfers"), &[]).answer(
                "200",
                "They.",
                &list_of("Agent"),
            ),
            refused(get_of("/api/chats", "All chats that go on and the newest that have ended"), &[]).answer(
                "200",
                "Their lines.",
                &list_of("Summary"),
            ),
            seen(get_of(&chat(""), "A chat")).answer("200", "All of it.", &named("Chat")),
            line(empty_body(post_to(&chat("/accept"), "Takes a chat"))),
            line(empty_body(post_to(&chat("/decline"), "Does not want a chat that is offered"))),
            json_body(
                changed(post_to(&chat("/messages"), "Says something")),
                json!({ "text": string(), "visibility": { "enum": ["ALL", "INT", "VIP"] } }),
                &["text"],
            )
            .answer("200", "Its index.", &object(json!({ "index": integer() }), &["index"])),
            json_body(
                changed(post_to(&chat("/typing"), "Begins or stops typing")),
                json!({ "on": boolean() }),
                &["on"],
            )
            .empty("204", "Done."),
            line(json_body(
                post_to(&chat("/transfer"), "Hands the chat to another agent or to a group"),
                json!({ "agent": string(), "group": string(), "note": string() }),
                &[],
            )),
            line(json_body(
                post_to(&chat("/consult"), "Asks a colleague, who may come for advice"),
                json!({ "agent": string(), "note": string() }),
                &["agent"],
            )),
            line(json_body(
                post_to(
                    &chat("/consult/answer"),
                    "Whoever is asked comes or does not; one of both ends it; the agent hands over",
                ),
                json!({ "step": { "enum": ["join", "decline", "end", "hand-over"] } }),
                &["step"],
            )),
            line(json_body(
                post_to(&chat("/supervise"), "A supervisor listens in, coaches, takes part, or leaves"),
                json!({ "mode": { "enum": ["off", "monitor", "coach", "barge-in"] } }),
                &["mode"],
            ))
            .answer("403", "Another page calls, or the agent is no supervisor.", &named("Error")),
            json_body(
                changed(post_to(&chat("/poke"), "Sends the customer's device a word")),
                json!({ "message": string() }),
                &[],
            )
            .empty("204", "The customer has got it."),
            seen(operation("patch", &chat("/data"), "Changes attached data; null removes a key"))
                .refusals(&[UNREADABLE], &named("Error"))
                .answer("403", "Another page calls, or a key is the Chat Server's own.", &named("Error"))
                .body(&[JSON], &json!({ "type": "object", "additionalProperties": { "type": ["string", "null"] } }))
                .answer("200", "All attached data.", &texts()),
            seen(put_to(&chat("/files/{file}"), "Sends a file of this name"))
                .refusals(&[STATE, ("400", "The file is refused.")], &named("Error"))
                .empty("413", "The file is too large.")
                .body(&["application/octet-stream"], &json!({}))
                .answer("200", "Its id.", &object(json!({ "fileId": string() }), &["fileId"])),
            seen(get_of(&chat("/files/{file}"), "Fetches a file")).answer_as("200", "It.", ANY, &json!({})),
            json_body(
                changed(post_to(&chat("/media-requests"), "Asks a guest of the cloud to share")),
                json!({ "types": { "type": "array", "items": string() } }),
                &["types"],
            )
            .answer("200", "The request's id.", &object(json!({ "id": string() }), &["id"])),
            seen(get_of(&chat("/record"), "What the servers did for the interaction")).answer(
                "200",
                "It.",
                &object(json!({ "interactionId": string() }), &["interactionId"]),
            ),
            refused(get_of("/api/standard-responses", "Standard responses"), &[]).query("search", string()).answer(
                "200",
                "Those with all the words.",
                &list_of("StandardResponse"),
            ),
            seen(get_of(&chat("/standard-responses"), "Standard responses with the values of this chat"))
                .query("search", string())
                .answer("200", "Those with all the words.", &list_of("StandardResponse")),
            line(empty_body(post_to(&chat("/end"), "Ends the chat for everybody"))),
            refused(get_of("/api/events", "What happens, as it happens; it has no end"), &[]).answer_as(
                "200",
                "Events hello, summary, entry, preview, data, resync.",
                "text/event-stream",
                &string(),
            ),
            empty_body(refused(post_to("/api/logout", "Signs out"), &[NO_JSON])).empty("204", "Done."),
        ])
        .with(super::administration::operations())
}
