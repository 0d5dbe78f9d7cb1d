//! The operator's page of a front.

use super::{ANY, Api, HTML, get_of, integer, maybe_integer, maybe_string, object, post_to, string};
use serde_json::json;

/// Its description.
pub(crate) fn api() -> Api {
    let server = object(
        json!({
            "name": string(), "active": maybe_string(), "alias": maybe_string(), "pid": maybe_integer(),
            "standby": maybe_string(), "standbyPid": maybe_integer(), "failovers": integer(),
        }),
        &["name", "failovers"],
    );
    let about = "Chat Servers and their backups. Only the page itself and programs of this machine get in.";
    Api::new("Operator", about).with([
        get_of("/", "The page").answer_as("200", "It.", HTML, &string()).empty("403", "Another page calls."),
        get_of("/operator.css", "Its look").answer_as("200", "It.", ANY, &string()).empty("403", "Another page calls."),
        get_of("/state", "Who serves")
            .answer("200", "Those.", &json!({ "type": "array", "items": server }))
            .empty("403", "Another page calls."),
        post_to("/fail/{name}", "Kills the process that serves")
            .empty("303", "Done; the page.")
            .empty("4XX", "No such Chat Server, or another page calls."),
    ])
}
