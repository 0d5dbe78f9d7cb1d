//! Why the script without WebAssembly, to which the plugin goes over where WebAssembly is refused, has not come.

use super::facts::Facts;
use super::servers::{NOT_SHARED, SCRIPT_TYPES, share, shared};
use url::Url;

/// Whether this is its file.
pub(super) fn is(file: &str) -> bool {
    file.contains(".nowasm.")
}

/// Why it has not come, and what to do about that; nothing where it runs.
pub(super) fn missing(facts: &Facts) -> Option<(String, String)> {
    let last = facts.answers_for(|answer| is(answer.file())).last();
    let plugin = facts.plugin.as_ref().is_some_and(|plugin| plugin.started);
    let blocked = facts.reports.iter().any(|report| report.code == "wasm_blocked");
    if plugin && !blocked && last.is_some_and(|answer| answer.status == 200) {
        return None;
    }
    let beside = |file: &str| format!("put {file} of the same release beside the script");
    if let Some((directive, address)) = facts.refused.iter().find(|(_, address)| is(address)) {
        let directive = directive.trim_end_matches("-elem");
        let origin = Url::parse(address).map_or_else(|_| address.clone(), |url| url.origin().ascii_serialization());
        return Some((
            format!("The policy refuses {address} as well ({directive})."),
            format!("add {origin} to {directive}"),
        ));
    }
    let Some(answer) = last else {
        return Some(("There is no script without it that could be taken.".into(), beside("cx-speechstorm.nowasm.js")));
    };
    let (url, kind) = (&answer.url, answer.kind());
    Some(match answer.status {
        _ if !shared(facts, answer) => (format!("{url} {NOT_SHARED}."), share(facts)),
        0 => {
            let why = answer.error.as_deref().unwrap_or("no answer");
            (format!("{url} does not come: {why}."), beside(answer.file()))
        }
        400.. => (format!("The server has no {url}: it answers {}.", answer.status), beside(answer.file())),
        _ if kind == "text/html" => (format!("The server answers for {url} with an HTML page."), beside(answer.file())),
        _ if !SCRIPT_TYPES.contains(&kind.as_str()) => {
            (format!("{url} is served as {kind:?}."), "serve .js files with Content-Type: text/javascript".into())
        }
        _ => (
            format!("{url} is not of the same build as the script, cut short, or changed on the way."),
            beside(answer.file()),
        ),
    })
}
