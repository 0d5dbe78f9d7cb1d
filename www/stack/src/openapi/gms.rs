//! GMS: chat API v2 (backend 1).

use super::{
    Api, FORM, JSON, MULTIPART, Operation, boolean, get_of, gms_v1, integer, named, object, post_to, string, texts,
};
use crate::deployment::LOAD_BALANCER_PATH;
use serde_json::{Value, json};

const CHAT: &str = "/genesys/2/chat/{service}/{chatId}";

/// Verbs of a chat.
const VERBS: [&str; 10] = [
    "send",
    "refresh",
    "startTyping",
    "stopTyping",
    "updateData",
    "pushUrl",
    "readReceipt",
    "updateNickname",
    "customNotice",
    "disconnect",
];

fn sender() -> Value {
    let kind = json!({ "enum": ["Client", "Agent", "Supervisor", "External"] });
    object(
        json!({ "nickname": string(), "participantId": integer(), "type": kind }),
        &["nickname", "participantId", "type"],
    )
}

fn message() -> Value {
    let kind = json!({ "enum": [
        "Message", "ParticipantJoined", "ParticipantLeft", "TypingStarted", "TypingStopped", "CustomNotice", "Notice",
        "NicknameUpdated", "PushUrl", "FileUploaded", "FileDeleted", "IdleAlert", "IdleClose",
    ] });
    object(
        json!({
            "from": named("Sender"), "index": integer(), "type": kind, "text": string(), "utcTime": integer(),
            "userData": texts(), "eventAttributes": { "type": "object" }, "messageType": string(),
        }),
        &["from", "index", "type", "utcTime"],
    )
}

fn envelope() -> Value {
    let fault = object(json!({ "code": integer(), "advice": string() }), &["code", "advice"]);
    object(
        json!({
            "statusCode": { "enum": [0, 1, 2] }, "chatId": string(), "userId": string(), "secureKey": string(),
            "alias": string(), "messages": { "type": "array", "items": named("Message") }, "nextPosition": integer(),
            "chatEnded": boolean(), "idleTimerExpire": integer(), "monitored": boolean(), "userData": texts(),
            "errors": { "type": "array", "items": fault },
        }),
        &["statusCode", "messages", "chatEnded"],
    )
}

fn start_fields() -> Value {
    object(
        json!({
            "nickname": string(), "firstName": string(), "lastName": string(), "subject": string(),
            "emailAddress": string(), "text": string(), "endpoint": string(), "tenantName": string(),
        }),
        &[],
    )
}

fn call_fields() -> Value {
    object(
        json!({
            "userId": string(), "secureKey": string(), "alias": string(), "message": string(), "messageType": string(),
            "transcriptPosition": string(), "eventAttributes": string(), "nickname": string(), "pushUrl": string(),
        }),
        &["userId", "secureKey"],
    )
}

fn enveloped(operation: Operation) -> Operation {
    operation
        .answer("200", "The chat from the position asked for, or a refusal of the Chat Server.", &named("Envelope"))
        .answer("4XX", "A refusal, with its number.", &named("Envelope"))
}

fn call(path: &str, summary: &str) -> Operation {
    enveloped(post_to(&format!("{CHAT}{path}"), summary)).body(&[FORM, MULTIPART, JSON], &call_fields())
}

fn cometd(path: &str) -> [Operation; 2] {
    [
        get_of(path, "Bayeux by WebSocket").empty("101", "The socket.").empty("4XX", "No upgrade was asked for."),
        post_to(path, "Bayeux by long-polling: a list of messages, or one")
            .body(&[JSON], &json!({ "type": ["array", "object"] }))
            .answer("200", "The replies.", &json!({ "type": "array", "items": { "type": "object" } }))
            .empty("4XX", "No list of messages."),
    ]
}

/// Its description.
pub(crate) fn api() -> Api {
    let start = |path: &str| {
        enveloped(post_to(path, "Starts a chat")).body(&[FORM, MULTIPART, JSON], &start_fields()).answer(
            "503",
            "As many chats go on as may.",
            &named("Envelope"),
        )
    };
    let about = "Chat API v2 over REST and CometD, services and Chat Immediate by API v1. With --api-key every call needs the \
                 header apikey, or a parameter of that name.";
    Api::new("GMS", about)
        .schema("Sender", sender())
        .schema("Message", message())
        .schema("Envelope", envelope())
        .with([
            start("/genesys/2/chat/{service}"),
            start("/genesys/2/chat/{service}/"),
            // A verb that is not there has no envelope.
            call("/{verb}", "What a customer does in a chat").one_of("verb", &VERBS).empty("404", "No such verb."),
            call("/file", "Sends a file, as multipart"),
            call("/file/limits", "The limits of files"),
            call("/file/{fileId}/download", "Fetches a file").answer_as("200", "The file.", super::ANY, &json!({})),
            call("/file/{fileId}/delete", "Takes a file back"),
            enveloped(post_to("/genesys/2/chat-ntf", "Files of chats over CometD"))
                .query("operation", string())
                .body(&[MULTIPART, FORM], &json!({ "type": "object" }))
                .answer_as("200", "The file.", super::ANY, &json!({})),
        ])
        .with(cometd("/genesys/cometd"))
        .with(cometd("/genesys/cometd/"))
        .with(cometd("/genesys/cometd/{kind}"))
        .with([get_of(&format!("/{LOAD_BALANCER_PATH}"), "Which Chat Servers there are; --deployment moves it")
            .answer("200", "Those.", &json!({ "type": "array", "items": { "type": "object" } }))])
        .with(gms_v1::operations())
}
