//! The Guest Chat API and the chat API v3 (transports 2 and 3).

use super::{
    ANY, Api, FORM, JSON, MULTIPART, Operation, boolean, delete_of, get_of, integer, list_of, named, object, operation,
    post_to, put_to, string,
};
use crate::cloud::guest::PREFIX as GUEST;
use crate::cloud::v3::PREFIX as V3;
use serde_json::{Value, json};

fn guest(operation: Operation) -> Operation {
    operation.header("Authorization", true).answer("4XX", "Why not.", &named("GuestError"))
}

fn v3(operation: Operation) -> Operation {
    operation.header("x-api-key", true).header("x-nexus-client-key", true).answer("4XX", "Why not.", &named("V3Error"))
}

fn done(operation: Operation) -> Operation {
    operation.answer("200", "Done.", &named("V3Answer"))
}

fn guest_schemas(api: Api) -> Api {
    let reference = object(json!({ "id": string(), "selfUri": string() }), &["id"]);
    let states = json!({ "enum": ["CONNECTED", "DISCONNECTED", "ALERTING"] });
    api.schema("Reference", reference)
        .schema(
            "Member",
            object(
                json!({
                    "id": string(), "displayName": string(), "role": { "enum": ["CUSTOMER", "AGENT", "ACD", "WORKFLOW"] },
                    "state": states, "joinDate": string(), "leaveDate": string(),
                }),
                &["id", "role", "state"],
            ),
        )
        .schema(
            "GuestMessage",
            object(
                json!({
                    "id": string(), "conversation": named("Reference"), "sender": named("Reference"), "body": string(),
                    "bodyType": { "enum": ["standard", "notice", "member-join", "member-leave"] }, "timestamp": string(),
                    "selfUri": string(),
                }),
                &["id", "conversation", "sender", "body", "bodyType", "timestamp"],
            ),
        )
        .schema(
            "MediaRequest",
            object(json!({ "id": string(), "state": string(), "types": { "type": "array", "items": string() } }), &["id", "state"]),
        )
        .schema(
            "GuestError",
            object(json!({ "message": string(), "code": string(), "status": integer() }), &["message", "code", "status"]),
        )
}

fn v3_schemas(api: Api) -> Api {
    let status = |code: Value| object(json!({ "code": code, "message": string() }), &["code", "message"]);
    let data = json!({ "type": "object", "properties": {
        "clientToken": string(), "selfUri": string(), "chatEnded": boolean(), "messages": { "type": "array" },
    } });
    api.schema(
        "V3Answer",
        object(json!({ "status": status(json!({ "const": 1 })), "operationId": string(), "data": data }), &["status"]),
    )
    .schema("V3Error", object(json!({ "status": status(string()) }), &["status"]))
}

fn conversations() -> Vec<Operation> {
    let at = |path: &str| format!("{GUEST}/{{conversation}}{path}");
    let entities = |name: &str| object(json!({ "entities": list_of(name) }), &["entities"]);
    let info = object(json!({ "displayName": string(), "customFields": { "type": "object" } }), &["displayName"]);
    let target = object(json!({ "targetType": string(), "targetAddress": string() }), &["targetType", "targetAddress"]);
    let start = object(
        json!({ "organizationId": string(), "deploymentId": string(), "routingTarget": target, "memberInfo": info }),
        &["organizationId", "deploymentId", "routingTarget", "memberInfo"],
    );
    let created = object(
        json!({ "id": string(), "jwt": string(), "eventStreamUri": string(), "member": named("Member") }),
        &["id", "jwt", "eventStreamUri", "member"],
    );
    vec![
        post_to(GUEST, "Begins a conversation")
            .body(&[JSON], &start)
            .answer("200", "Its ids and its token.", &created)
            .answer("4XX", "Why not.", &named("GuestError")),
        guest(get_of(&at("/members"), "Members"))
            .query("pageSize", integer())
            .query("pageNumber", integer())
            .query("excludeDisconnectedMembers", boolean())
            .answer("200", "A page of them.", &entities("Member")),
        guest(get_of(&at("/members/{member}"), "A member")).answer("200", "It.", &named("Member")),
        guest(post_to(&at("/members/{member}/messages"), "Says something"))
            .body(&[JSON], &object(json!({ "body": string(), "bodyType": string() }), &["body"]))
            .answer("200", "The message.", &named("GuestMessage")),
        guest(post_to(&at("/members/{member}/typing"), "Types")).answer(
            "200",
            "Who types.",
            &json!({ "type": "object" }),
        ),
        guest(get_of(&at("/messages"), "Messages"))
            .query("after", string())
            .query("before", string())
            .query("sortOrder", json!({ "enum": ["ascending", "descending"] }))
            .query("maxResults", integer())
            .answer("200", "A page of them.", &entities("GuestMessage")),
        guest(get_of(&at("/messages/{message}"), "A message")).answer("200", "It.", &named("GuestMessage")),
        guest(get_of(&at("/mediarequests"), "What agents have asked to share")).answer(
            "200",
            "All of it.",
            &entities("MediaRequest"),
        ),
        guest(get_of(&at("/mediarequests/{request}"), "A media request")).answer("200", "It.", &named("MediaRequest")),
        guest(operation("patch", &at("/mediarequests/{request}"), "Answers a media request"))
            .body(&[JSON], &object(json!({ "state": { "enum": ["ACCEPTED", "DECLINED", "ERRORED"] } }), &["state"]))
            .answer("200", "It.", &named("MediaRequest")),
        get_of("/v1/token/{token}", "The event stream, by WebSocket").empty("101", "The socket.").answer(
            "4XX",
            "Why not.",
            &named("GuestError"),
        ),
        guest(delete_of(&at("/members/{member}"), "Leaves")).empty("204", "Done."),
    ]
}

fn sessions() -> Vec<Operation> {
    let at = |path: &str| format!("{V3}/{{session}}{path}");
    let form = |operation: Operation, fields: Value| operation.body(&[FORM], &object(fields, &[]));
    let named_fields = json!({
        "operationId": string(), "data[nickname]": string(), "data[endpoint]": string(), "data[subject]": string(),
    });
    vec![
        done(form(post_to(V3, "Begins a session, or gives a further token"), named_fields))
            .header("x-api-key", true)
            .header("x-nexus-client-key", false)
            .answer("4XX", "Why not.", &named("V3Error")),
        done(v3(get_of(&at("/messages"), "Messages since the last answer, or from an index")))
            .query("index", string())
            .query("count", integer())
            .query("operationId", string()),
        done(v3(form(
            post_to(&at("/messages"), "A message, a notice, or typing"),
            json!({ "operationId": string(), "data[text]": string(), "data[type]": string() }),
        ))),
        done(v3(form(put_to(&at("/userdata"), "Merges attached data"), json!({ "operationId": string() })))),
        done(v3(post_to(&at("/images"), "Sends a picture").body(
            &[MULTIPART],
            &object(json!({ "operationId": string(), "file": { "type": "string", "format": "binary" } }), &["file"]),
        ))),
        v3(get_of(&at("/images/{image}"), "A picture")).answer_as("200", "It.", ANY, &json!({})),
        done(v3(form(delete_of(&at("/participants/{participant}"), "Leaves"), json!({ "operationId": string() })))),
    ]
}

/// Their description.
pub(crate) fn api() -> Api {
    let api = Api::new("Guest Chat and chat API v3", "Two more ways of customers into the same chats.");
    v3_schemas(guest_schemas(api)).with(conversations()).with(sessions())
}
