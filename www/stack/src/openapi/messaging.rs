//! The Messaging Server.

use super::{Api, FORM, HTML, JSON, Operation, get_of, joined, named, object, post_to, string};
use crate::messaging_server::{
    FRAME_SDK, GO, HANG_UP, LANGUAGE, MALFORMED, PING, SCRIPT, SESSION, STYLE, TICKETS, WIDGETS, WIDGETS_INDEX,
    WIDGETS_SCRIPT, WIDGETS_STYLE,
};
use serde_json::{Value, json};

fn page(operation: Operation) -> Operation {
    operation
        .answer_as("200", "A page of the MicroApp.", HTML, &string())
        .answer_as("4XX", "A page that says why not; its body has data-code.", HTML, &string())
        .answer_as("5XX", FAULT, HTML, &string())
}

/// What a status of 500 and above says.
const FAULT: &str = "A server that is not reached, one that is too busy just now (Retry-After says when to come again), or a \
                     fault that --fault asked for.";

fn launch(operation: Operation) -> Operation {
    page(operation).empty("303", "On to the session, whose address is a secret of its own.")
}

fn fields() -> Value {
    json!({
        "domain": string(), "chatMessage": string(), "chatInteractionID": string(), "chatSecureKey": string(),
        "chatUserID": string(), "ticket": string(),
    })
}

/// Its description.
pub(crate) fn api() -> Api {
    let ticket = joined(fields(), json!({ "token": string() }));
    let mut go = get_of(GO, "Starts a MicroApp, with its fields in the address or by a ticket");
    for name in ["domain", "chatMessage", "chatInteractionID", "chatSecureKey", "chatUserID", "ticket"] {
        go = go.query(name, string());
    }
    let asset =
        |path: &str, summary: &str, kind: &str| get_of(path, summary).answer_as("200", "The file.", kind, &string());
    Api::new("Messaging Server", "Opens MicroApps that an agent asked for in a chat.")
        .schema("Code", object(json!({ "code": string() }), &["code"]))
        .with([
            launch(go),
            launch(post_to(GO, "Starts a MicroApp, with its fields in a form")).body(&[FORM], &object(fields(), &[])),
            post_to(TICKETS, "Takes the fields of a launch and gives a word that starts it once")
                .body(&[JSON, FORM], &object(ticket, &[]))
                .answer(
                    "200",
                    "A ticket for one launch within 60 s.",
                    &object(json!({ "ticket": string() }), &["ticket"]),
                )
                .answer("4XX", "Why not.", &named("Code"))
                .answer("5XX", FAULT, &named("Code")),
            get_of(PING, "Whether the server is there").empty("204", "It is."),
            page(get_of(SESSION, "The page of the block the customer is at")),
            page(post_to(SESSION, "A form of that page"))
                .body(&[FORM], &object(json!({ "nonce": string(), "step": string() }), &["nonce", "step"]))
                .empty("303", "On to the next."),
            post_to(HANG_UP, "The page has hung up; waits for its turn however long that takes")
                .empty("204", "Done.")
                .answer_as("4XX", "Why not.", HTML, &string())
                .answer_as("5XX", "A fault.", HTML, &string()),
            post_to(LANGUAGE, "The language of the page around it")
                .body(&[FORM], &object(json!({ "language": string() }), &[]))
                .empty("204", "Content-Language is the one that is spoken now.")
                .answer_as("4XX", "Why not.", HTML, &string())
                .answer_as("5XX", FAULT, HTML, &string()),
            asset(WIDGETS, "What a website takes from there", HTML),
            asset(WIDGETS_INDEX, "What a website takes from there", HTML),
            asset(WIDGETS_SCRIPT, "The plugin", "text/javascript").empty("404", "It is not built."),
            asset(WIDGETS_STYLE, "Its style", "text/css").empty("404", "It is not built."),
            asset(MALFORMED, "The script of a fault", "text/javascript"),
            asset(SCRIPT, "The script of MicroApps", "text/javascript"),
            asset(FRAME_SDK, "The SDK of framed apps", "text/javascript"),
            asset(STYLE, "The style of MicroApps", "text/css"),
        ])
}
