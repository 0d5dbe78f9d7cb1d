//! The administration, on the listener of the agent desk.

use super::{FORM, HTML, Operation, get_of, post_to, string};
use serde_json::json;

/// What can be asked of it.
pub(super) fn operations() -> Vec<Operation> {
    let settings = "/administration/default-server-settings";
    let logged_in =
        |operation: Operation| operation.answer_as("401", "Nobody is signed in at the desk.", HTML, &string());
    let page = |operation: Operation| logged_in(operation).answer_as("200", "The page.", HTML, &string());
    let refused = |operation: Operation| operation.empty("403", "Another origin's page asked.");
    vec![
        page(get_of("/administration", "Application Details")),
        page(get_of("/administration/applications", "Tokens and Start block of every application")),
        page(get_of(settings, "The vendor's default server settings")),
        refused(logged_in(post_to(settings, "Saves settings by their names, or removes one")))
            .body(&[FORM], &json!({ "type": "object", "properties": { "remove": string() } }))
            .empty("303", "Saved; it counts after a restart.")
            .empty("409", "There is no file to save to.")
            .answer_as("413", "Too much.", "text/plain", &string())
            .answer_as("422", "The page, with what is wrong.", HTML, &string()),
        get_of("/administration/style.css", "Its style").answer_as("200", "The file.", "text/css", &string()),
        refused(post_to("/administration/clock", "Puts the clock of all servers forward, with --test-clock"))
            .body(&[FORM], &json!({ "type": "object", "properties": { "ms": string() } }))
            .empty("204", "Done.")
            .empty("400", "No number of milliseconds.")
            .empty("404", "There is no --test-clock."),
    ]
}
