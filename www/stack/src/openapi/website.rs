//! The website.

use super::{ANY, Api, TEXT, get_of, string};
use serde_json::json;

/// Its description.
pub(crate) fn api() -> Api {
    let missing = "No such file.";
    let page = |operation: super::Operation| {
        operation
            .answer_as("200", "The file.", ANY, &json!({}))
            .empty("304", "It has not changed.")
            .empty("307", "A folder, whose address ends with a slash.")
            .empty("404", missing)
            .empty("4XX", "A header that no file can meet.")
    };
    Api::new("Website", "The demo pages, the built plugin, and the script that tells a page where the servers are.")
        .with([
            get_of("/config.js", "Fills in what the page has not set itself")
                .query("transport", json!({ "enum": ["purecloud-v2-sockets", "pureengage-v3-rest"] }))
                .answer_as("200", "A classic script.", "text/javascript", &string()),
            page(get_of("/delayed-wasm/{ms}/", "The start page")),
            page(get_of("/delayed-wasm/{ms}/{path}", "A file; one that ends in .wasm comes that many ms later")),
            page(get_of("/dist/{path}", "A file of the built plugin")).answer_as("404", missing, TEXT, &string()),
            page(get_of("/{path}", "A page of the website")).answer_as("404", missing, TEXT, &string()),
        ])
}
