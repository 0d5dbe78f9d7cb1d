//! How the plugin's files and the Messaging Server are served.

use super::Finding;
use super::facts::{Answer, Facts};
use super::policy::may_frame;
use url::Url;

/// What browsers take for a classic script even if the server forbids to guess.
pub(super) const SCRIPT_TYPES: [&str; 4] =
    ["text/javascript", "application/javascript", "application/x-javascript", "application/ecmascript"];

/// Faults in how the plugin's own files come.
pub(super) fn files(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for tag in &facts.tags {
        if let Some(answer) = facts.answers_for(|answer| answer.url == tag.src).last() {
            findings.extend(script(facts, tag.cors, answer));
        }
    }
    // The last one counts: a file that is not of this release is asked for once more.
    let mut wasm: Vec<_> = facts.answers_for(|answer| answer.file().ends_with(".wasm")).collect();
    wasm.retain(|answer| answer.file().starts_with("cx-speechstorm"));
    findings.extend(wasm.last().and_then(|answer| wasm_file(facts, answer)));
    let styles =
        facts.answers_for(|answer| answer.file().starts_with("cx-speechstorm") && answer.file().ends_with(".css"));
    findings.extend(styles.last().and_then(stylesheet));
    let language = facts.answers_for(|answer| facts.tags.iter().any(|tag| tag.has_language(&answer.url)));
    findings.extend(language.last().and_then(|answer| texts(facts, answer)));
    findings
}

fn stylesheet(answer: &Answer) -> Option<Finding> {
    let (url, kind) = (&answer.url, answer.kind());
    let fix = format!("Put {} of the same release beside the script.", answer.file());
    match answer.status {
        400.. => Some(Finding::broken(format!("The server has no {url}: it answers {}.", answer.status), fix)),
        0 => answer.error.as_ref().map(|why| Finding::broken(format!("{url} does not come: {why}."), fix)),
        _ if kind == "text/html" => {
            Some(Finding::broken(format!("The server answers for {url} with an HTML page."), fix))
        }
        // Browsers take no other for a stylesheet.
        _ if kind != "text/css" => Some(Finding::broken(
            format!("{url} is served as {kind:?}, so the windows have no styles."),
            "Serve .css files with Content-Type: text/css.",
        )),
        _ => None,
    }
}

/// A language: without its file the words are English.
fn texts(facts: &Facts, answer: &Answer) -> Option<Finding> {
    let url = &answer.url;
    let fix = "Put the folder lang/ of the same release beside the script.";
    if !shared(facts, answer) {
        let Finding { what, fix, .. } = not_shared(facts, answer, "fetch");
        return Some(Finding::warning(what, fix));
    }
    match answer.status {
        400.. => {
            let what = format!("The server has no {url}: it answers {}, and the words are English.", answer.status);
            Some(Finding::warning(what, fix))
        }
        0 => None,
        _ if answer.kind() == "text/html" => {
            let what = format!("The server answers for {url} with an HTML page, and the words are English.");
            Some(Finding::warning(what, fix))
        }
        _ => None,
    }
}

fn script(facts: &Facts, cors: bool, answer: &Answer) -> Option<Finding> {
    let url = &answer.url;
    if cors && !shared(facts, answer) {
        return Some(not_shared(facts, answer, "integrity or crossorigin"));
    }
    if answer.status >= 400 {
        let what = format!("The server has no {url}: it answers {}.", answer.status);
        return Some(Finding::broken(what, format!("Put {} there, or correct the script tag.", answer.file())));
    }
    let (kind, guesses) = (answer.kind(), answer.header("x-content-type-options") != Some("nosniff"));
    let is_script = SCRIPT_TYPES.contains(&kind.as_str());
    if is_script || answer.status == 0 {
        return None;
    }
    let what = format!("{url} is served as {kind:?}.");
    let fix = "Serve .js files with Content-Type: text/javascript.";
    Some(if guesses && kind != "text/html" { Finding::warning(what, fix) } else { Finding::broken(what, fix) })
}

fn wasm_file(facts: &Facts, answer: &Answer) -> Option<Finding> {
    let url = &answer.url;
    let fix = format!("Put {} of the same release beside the script.", answer.file());
    if !shared(facts, answer) {
        return Some(not_shared(facts, answer, "fetch"));
    }
    if answer.status >= 400 {
        return Some(Finding::broken(format!("The server has no {url}: it answers {}.", answer.status), fix));
    }
    let refused = facts.reports.iter().any(|report| report.code == "wasm_unavailable");
    match answer.kind().as_str() {
        "text/html" => Some(Finding::broken(format!("The server answers for {url} with an HTML page."), fix)),
        _ if answer.status == 0 => None,
        // The script takes nothing but the file that it was built with, which it knows by its hash.
        _ if refused => Some(Finding::broken(
            format!(
                "{url} is not of the same build as the script: of another release, cut short, or changed on the way."
            ),
            fix,
        )),
        "application/wasm" => None,
        kind => Some(Finding::warning(
            format!("{url} is served as {kind:?}."),
            "Serve .wasm files with Content-Type: application/wasm.",
        )),
    }
}

/// Whether the page may read what was answered.
pub(super) fn shared(facts: &Facts, answer: &Answer) -> bool {
    let page = facts.page.origin().ascii_serialization();
    let own = Url::parse(&answer.url).is_ok_and(|url| url.origin() == facts.page.origin());
    own || answer.all("access-control-allow-origin").any(|origin| origin == "*" || origin == page)
}

/// What is said of a file that is not shared.
pub(super) const NOT_SHARED: &str = "comes from another origin, whose server does not let the page read it";

/// What its server has to do.
pub(super) fn share(facts: &Facts) -> String {
    let page = facts.page.origin().ascii_serialization();
    format!("have that server send Access-Control-Allow-Origin: {page}, or serve the file from {page}")
}

fn not_shared(facts: &Facts, answer: &Answer, by: &str) -> Finding {
    let share = share(facts).replacen("have", "Have", 1);
    Finding::broken(format!("{} {NOT_SHARED}, as {by} needs.", answer.url), format!("{share}."))
}

/// Faults in the Messaging Server as the page would use it.
pub(super) fn messaging(facts: &Facts) -> Vec<Finding> {
    let Some(server) = facts.messaging_url() else {
        let what = "speechstorm.baseURL is no address.";
        return vec![Finding::broken(
            what,
            "Set speechstorm.baseURL to the Messaging Server, as https://ia.example:8054.",
        )];
    };
    let (answer, origin) = (&facts.messaging, server.origin().ascii_serialization());
    if answer.status == 0 {
        let why = answer.error.as_deref().unwrap_or("no answer");
        let fix = "Start it, open its port, renew its certificate, or correct speechstorm.baseURL.";
        return vec![Finding::broken(format!("The Messaging Server at {origin} does not answer: {why}."), fix)];
    }
    if facts.base_url.is_none() && answer.status == 404 {
        let what = "The page names no Messaging Server, and its own origin is none.";
        return vec![Finding::broken(
            what,
            "Set speechstorm.baseURL to the Messaging Server, as https://ia.example:8054.",
        )];
    }
    let mut findings = Vec::new();
    // 404 is what it says of a MicroApp that there is not.
    if answer.status >= 500 {
        findings.push(Finding::warning(
            format!("The Messaging Server at {origin} answers {} where MicroApps begin.", answer.status),
            "Look at its log, and see whether speechstorm.baseURL is the Messaging Server's.",
        ));
    }
    findings.extend(framing(facts, &server));
    findings.extend(isolation(facts, &origin));
    findings
}

fn framing(facts: &Facts, server: &Url) -> Option<Finding> {
    let (page, origin) = (facts.page.origin().ascii_serialization(), server.origin().ascii_serialization());
    let policies = facts.messaging.all("content-security-policy");
    // Why in this order: where there is frame-ancestors, browsers do not heed the older header.
    match may_frame(policies, server, &facts.page) {
        Some(true) => None,
        Some(false) => Some(Finding::broken(
            format!("The Messaging Server at {origin} does not let {page} frame it (frame-ancestors)."),
            format!("Have the Messaging Server send frame-ancestors {page} in its Content-Security-Policy."),
        )),
        None => {
            let header = facts.messaging.header("x-frame-options")?.trim().to_ascii_uppercase();
            let refuses = header == "DENY" || (header == "SAMEORIGIN" && page != origin);
            refuses.then(|| {
                Finding::broken(
                    format!(
                        "The Messaging Server at {origin} does not let {page} frame it (X-Frame-Options: {header})."
                    ),
                    format!(
                        "Have the Messaging Server send Content-Security-Policy: frame-ancestors {page} in place of \
                         X-Frame-Options."
                    ),
                )
            })
        }
    }
}

/// What a cross-origin isolated page asks of what it frames.
fn isolation(facts: &Facts, origin: &str) -> Option<Finding> {
    const COEP: &str = "cross-origin-embedder-policy";
    let isolated = facts.answers.first()?.header(COEP)?.starts_with("require-corp");
    let embeds = facts.messaging.header(COEP).is_some_and(|value| value.starts_with("require-corp"));
    let resource = facts.messaging.header("cross-origin-resource-policy") == Some("cross-origin");
    (isolated && !(embeds && resource)).then(|| {
        Finding::broken(
            format!("The page is cross-origin isolated, and the Messaging Server at {origin} does not agree to that."),
            "Have it send Cross-Origin-Embedder-Policy: require-corp and Cross-Origin-Resource-Policy: cross-origin.",
        )
    })
}

/// What an https page loads without encryption.
pub(super) fn mixed_content(facts: &Facts) -> Vec<Finding> {
    if facts.page.scheme() != "https" {
        return Vec::new();
    }
    let named = [("speechstorm.baseURL", &facts.base_url), ("webchat.dataURL", &facts.chat_url)];
    let named = named.into_iter().filter_map(|(what, url)| Some((what, url.as_ref()?)));
    let tags = facts.tags.iter().map(|tag| ("the plugin's script tag", &tag.src));
    let mut findings = Vec::new();
    for (what, address) in named.chain(tags) {
        let url = facts.page.join(address).ok();
        if let Some(url) = url.filter(|url| url.scheme() == "http" && !is_loopback(url)) {
            findings.push(Finding::broken(
                format!("The page is encrypted and {what} is not: {address}."),
                format!("Have {} serve it over https, and use https in {what}.", url.authority()),
            ));
        }
    }
    findings
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The chat service, where nothing that was found before says why it is not reached.
pub(super) fn chat(facts: &Facts, before: &[Finding]) -> Option<Finding> {
    let trouble = facts.chat.as_ref().err()?;
    let service = facts.page.join(facts.chat_url.as_deref()?).ok()?;
    let origin = service.origin().ascii_serialization();
    if before.iter().any(|finding| finding.what.contains(&origin) || finding.fix.contains(&origin)) {
        return None;
    }
    Some(Finding::broken(
        format!("No chat starts at {service}: {trouble}."),
        format!(
            "Name a chat service that answers in webchat.dataURL, and let {origin} send {} in Access-Control-Allow-Origin.",
            facts.page.origin().ascii_serialization()
        ),
    ))
}
