//! The Messaging Server.

use super::{Api, FORM, HTML, JSON, Operation, get_of, joined, named, object, post_to, string};
use crate::messaging_server::{
    FRAME_SDK, GO, HANG_UP, LANGUAGE, MALFORMED, PING, SCRIPT, SESSION, STYLE, TICKETS, WIDGETS, WIDGETS_INDEX,
    WIDGETS_SCRIPT, WIDGETS_STYLE,
};
use serde_json::{Value, json};

/// What a status of 503 says.
const UNREACHED: (&str, &str) =
    ("503", "A server is not reached, or is too busy just now; then Retry-After says when to come again.");

/// What a status of 500 says.
const FAULT: (&str, &str) = ("500", "The database fails, or a fault that --fault asked for.");

/// Why a launch is refused, and the ticket for one.
const OF_LAUNCH: [(&str, &str); 8] = [
    ("400", "A field is missing or malformed, or the token is another request's."),
    ("403", "The chat's ids or the domain are refused, or no agent asked for it."),
    ("404", "No such MicroApp, or no such ticket."),
    ("410", "The chat has ended, or the request or the ticket is too old."),
    ("422", "A parameter of the request is invalid."),
    ("429", "Too many launches from there were refused."),
    FAULT,
    UNREACHED,
];

/// Why a session is not gone on with.
const OF_SESSION: [(&str, &str); 4] = [("404", "No such session."), ("410", "The session is over."), FAULT, UNREACHED];

/// Refusals: a page whose body has `data-code`.
fn refused(operation: Operation, list: &[(&str, &str)]) -> Operation {
    operation.refusals_as(list, HTML, &string())
}

fn launch(operation: Operation) -> Operation {
    refused(operation, &OF_LAUNCH).empty("303", "On to the session, whose address is a secret of its own.")
}

fn of_session(operation: Operation) -> Operation {
    refused(operation, &OF_SESSION)
}

fn page(operation: Operation) -> Operation {
    of_session(operation).answer_as("200", "A page of the MicroApp.", HTML, &string())
}

/// What takes a form, which may be too long.
fn form(operation: Operation, fields: Value, required: &[&str]) -> Operation {
    operation.body(&[FORM], &object(fields, required)).empty("413", "The body is too long.")
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
            form(launch(post_to(GO, "Starts a MicroApp, with its fields in a form")), fields(), &[]),
            post_to(TICKETS, "Takes the fields of a launch and gives a word that starts it once")
                .body(&[JSON, FORM], &object(ticket, &[]))
                .answer(
                    "200",
                    "A ticket for one launch within 60 s.",
                    &object(json!({ "ticket": string() }), &["ticket"]),
                )
                .refusals(&OF_LAUNCH, &named("Code"))
                .empty("413", "The body is too long."),
            get_of(PING, "Whether the server is there").empty("204", "It is."),
            page(get_of(SESSION, "The page of the block the customer is at")),
            form(
                page(post_to(SESSION, "A form of that page")),
                json!({ "nonce": string(), "step": string() }),
                &["nonce", "step"],
            )
            .empty("303", "On to the next.")
            .answer_as("403", "The form is not the newest of its session.", HTML, &string())
            .answer_as("422", "The same page, with what is wrong.", HTML, &string()),
            of_session(post_to(HANG_UP, "The page has hung up; waits for its turn however long that takes"))
                .empty("204", "Done."),
            form(
                of_session(post_to(LANGUAGE, "The language of the page around it")),
                json!({ "language": string() }),
                &[],
            )
            .empty("204", "Content-Language is the one that is spoken now."),
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
