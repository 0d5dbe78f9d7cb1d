//! The sections of a deployment file and what their options may be.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use clap::ValueEnum;
use cx_speechstorm::core::origin::Origin;

use super::{ChatOptions, ChatServerOptions, DEFAULT_ENDPOINT, Deployment, Poke, PollOptions, Settings};
use crate::chat_server::asynchronous::ASYNC_SECONDS;
use crate::chat_server::idle::IncludedNotices;
use crate::chat_server::silence::DISCONNECT_SECONDS;
use crate::ini::{self, Given, Reader};

/// What begins the section of a Chat Server.
const CHAT_SERVER: &str = "chat-server:";

/// Sections that the document asks for.
const REQUIRED: [&str; 3] = ["chat", "service.request-chat-poll", "endpoints:1"];

pub(super) fn parse(text: &str) -> Result<Deployment, String> {
    let mut faults = Vec::new();
    let mut sections = ini::by_section(text, &mut faults);
    for name in REQUIRED {
        if !sections.contains_key(name) {
            faults.push(format!("[{name}] is not there"));
        }
    }
    let mut deployment = Deployment::default();
    let mut read = |name: &str, given: Given, section: &mut dyn FnMut(&mut Reader<'_>)| {
        let mut reader = Reader::new(name, given).naming_section();
        section(&mut reader);
        reader.finish();
        faults.append(&mut reader.faults);
    };
    // The endpoints first: other sections name them.
    if let Some(given) = sections.remove("endpoints:1") {
        read("endpoints:1", given, &mut |reader| deployment.endpoints = endpoints(reader));
    }
    let known = deployment.endpoints.clone();
    if let Some(given) = sections.remove("chat") {
        read("chat", given, &mut |reader| deployment.chat = chat(reader, &known));
    }
    if let Some(given) = sections.remove("service.request-chat-poll") {
        read("service.request-chat-poll", given, &mut |reader| deployment.poll = poll(reader, &known));
    }
    let mut settings = None;
    if let Some(given) = sections.remove("settings") {
        read("settings", given, &mut |reader| settings = Some(self::settings(reader)));
    }
    for (name, given) in sections {
        let server = name.strip_prefix(CHAT_SERVER).filter(|server| !server.is_empty());
        read(&name, given, &mut |reader| match server {
            Some(server) => deployment.chat_servers.push(chat_server(reader, server)),
            None => {
                reader.rest();
                reader.faults.push(format!(
                    "[{}] is none of [chat] [service.request-chat-poll] [endpoints:1] [settings] [chat-server:NAME]",
                    reader.section
                ));
            }
        });
    }
    faults.extend(together(&deployment, settings.as_ref()));
    if let Some(settings) = settings {
        deployment.restores = settings.mode == "simple";
        deployment.settings = settings.for_chats;
    }
    if faults.is_empty() { Ok(deployment) } else { Err(faults.join("\n")) }
}

/// What no section knows alone.
fn together(deployment: &Deployment, settings: Option<&ChatServerSettings>) -> Vec<String> {
    let mut faults = Vec::new();
    let (mut names, mut ports) = (BTreeSet::new(), BTreeSet::new());
    for server in &deployment.chat_servers {
        for name in [Some(&server.name), server.backup.as_ref()].into_iter().flatten() {
            if !names.insert(name) {
                faults.push(format!("[chat-server:{}] the application {name} is there twice", server.name));
            }
        }
        if let Some(port) = server.port.filter(|port| !ports.insert(*port)) {
            faults.push(format!("[chat-server:{}] the port {port} is there twice", server.name));
        }
        let ready = settings.is_some_and(|settings| settings.mode == "simple" && settings.auto_save == "2");
        if server.backup.is_some() && !ready {
            faults.push(format!(
                "[chat-server:{}] backup-server needs session-restoration-mode=simple and transcript-auto-save=2 in [settings]",
                server.name
            ));
        }
    }
    faults
}

fn address(value: &str) -> Result<String, &'static str> {
    let page = value.split(['?', '#']).next().unwrap_or_default();
    let good = !value.chars().any(|c| c.is_whitespace() || c.is_control()) && Origin::split_url(page).is_ok();
    if good { Ok(value.trim_end_matches('/').to_owned()) } else { Err("must be an address with http or https") }
}

fn number(value: &str) -> Result<u32, &'static str> {
    value.parse().ok().filter(|number| *number > 0).ok_or("must be a number above 0")
}

fn endpoints(reader: &mut Reader<'_>) -> BTreeMap<String, String> {
    reader.must_have(DEFAULT_ENDPOINT);
    let mut endpoints = BTreeMap::new();
    for (name, (line, queue)) in reader.rest() {
        if queue.is_empty() {
            let fault = format!("line {line} ([{}] {name}) must be the name of a queue", reader.section);
            reader.faults.push(fault);
        }
        endpoints.insert(name, queue);
    }
    endpoints
}

fn endpoint(value: &str, known: &BTreeMap<String, String>) -> Result<String, &'static str> {
    if known.contains_key(value) { Ok(value.to_owned()) } else { Err("must be an endpoint of [endpoints:1]") }
}

fn chat(reader: &mut Reader<'_>, known: &BTreeMap<String, String>) -> ChatOptions {
    for name in ["chat_load_balancer_url_path", "chat_session_request_timeout", "ixn_server_submit_queue"] {
        reader.must_have(name);
    }
    let default = Deployment::default().chat;
    ChatOptions {
        load_balancer_path: reader.take("chat_load_balancer_url_path", default.load_balancer_path, |value| {
            let path = value.trim_start_matches('/');
            let good = path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c)) && !path.contains("//");
            // What GMS itself answers must stay reachable.
            let own = path.is_empty() || path == "genesys" || path.starts_with("genesys/");
            if good && !own { Ok(path.to_owned()) } else { Err("must be a path outside of genesys/") }
        }),
        session_request_timeout: reader.take("chat_session_request_timeout", default.session_request_timeout, number),
        submit_queue: reader.take("ixn_server_submit_queue", default.submit_queue, |value| endpoint(value, known)),
    }
}

fn poll(reader: &mut Reader<'_>, known: &BTreeMap<String, String>) -> PollOptions {
    for name in ["service", "ttl", "type"] {
        reader.must_have(name);
    }
    reader.fixed("type", "ors");
    let text = |value: &str| if value.is_empty() { Err("must not be empty") } else { Ok(Some(value.to_owned())) };
    let some_address = |value: &str| address(value).map(Some);
    let url_base = reader.take("internal_api_url_base", None, some_address);
    let message = reader.take("default_poke_message", None, text);
    let poke = match (url_base, message) {
        (Some(url_base), Some(message)) => Some(Poke { url_base, message }),
        (None, None) => None,
        _ => {
            reader.faults.push(format!(
                "[{}] a poke needs internal_api_url_base and default_poke_message, both of them",
                reader.section
            ));
            None
        }
    };
    let options = PollOptions {
        service: reader.take("service", String::new(), address),
        ttl: reader.take("ttl", Deployment::default().poll.ttl, number),
        chat_endpoint: reader.take("chat_endpoint", None, |value| endpoint(value, known).map(Some)),
        poke,
        iws_plugin_url: reader.take("iws_plugin_url", None, some_address),
        iws_plugin_view_name: reader.take("iws_plugin_view_name", None, text),
    };
    if options.iws_plugin_view_name.is_some() && options.iws_plugin_url.is_none() {
        reader.faults.push(format!("[{}] iws_plugin_view_name needs iws_plugin_url", reader.section));
    }
    options
}

/// `[settings]` of the Chat Server.
struct ChatServerSettings {
    mode: String,
    auto_save: String,
    for_chats: Settings,
}

fn settings(reader: &mut Reader<'_>) -> ChatServerSettings {
    reader.must_have("session-restoration-mode");
    reader.must_have("transcript-auto-save");
    let mut one_of = |name: &str, words: &'static [&'static str], expected: &'static str| {
        reader.take(
            name,
            String::new(),
            |value| {
                if words.contains(&value) { Ok(value.to_owned()) } else { Err(expected) }
            },
        )
    };
    let mode = one_of("session-restoration-mode", &["none", "simple"], "must be none or simple");
    let auto_save = one_of("transcript-auto-save", &["0", "1", "2"], "must be 0, 1 or 2");
    let mut seconds = |name: &str, range: RangeInclusive<i64>| {
        reader.take(name, None, |value| {
            let seconds = value.parse::<u32>().ok().filter(|seconds| range.contains(&i64::from(*seconds)));
            seconds.map(Some).ok_or_else(|| format!("must be seconds from {} to {}", range.start(), range.end()))
        })
    };
    let for_chats = Settings {
        flex_disconnect_timeout: seconds("flex-disconnect-timeout", DISCONNECT_SECONDS),
        async_idle_alert: seconds("async-idle-alert", ASYNC_SECONDS),
        async_idle_close: seconds("async-idle-close", ASYNC_SECONDS),
        async_idle_notices: reader.take("async-idle-notices", None, |value| {
            let notices = IncludedNotices::from_str(value, false).map(Some);
            notices.map_err(|_| "must be none, major, major2, typing or all")
        }),
    };
    ChatServerSettings { mode, auto_save, for_chats }
}

/// What the name of an application may be, because it stands in addresses.
const NAME: &str = "must be made of letters, digits and _ . -";

fn is_name(value: &str) -> bool {
    !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

fn chat_server(reader: &mut Reader<'_>, name: &str) -> ChatServerOptions {
    reader.must_have("interaction-server");
    reader.text("interaction-server", "");
    reader.fixed("connection-protocol", "http");
    let backup =
        reader.take("backup-server", None, |value| if is_name(value) { Ok(Some(value.to_owned())) } else { Err(NAME) });
    if !is_name(name) {
        reader.faults.push(format!("[{}] NAME {NAME}", reader.section));
    }
    let redundancy = reader.take("redundancy-type", None, |value| {
        if value == "warm-standby" { Ok(Some(())) } else { Err("must be warm-standby") }
    });
    if backup.is_some() && redundancy.is_none() {
        reader.faults.push(format!("[{}] backup-server needs redundancy-type=warm-standby", reader.section));
    }
    if backup.is_none() && redundancy.is_some() {
        reader.faults.push(format!("[{}] redundancy-type needs backup-server", reader.section));
    }
    let port = reader.take("port", None, |value| {
        value.parse::<u16>().ok().filter(|port| *port > 0).map(Some).ok_or("must be a port from 1 to 65535")
    });
    ChatServerOptions { name: name.to_owned(), backup, port }
}
