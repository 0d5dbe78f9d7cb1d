//! The TypeScript declarations name exactly what the Rust sources name. Whether they are right, `cargo xtask lint` asks `tsc`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod names;

use cx_speechstorm::core::options::Options;
use cx_speechstorm::core::surface::{COMMANDS, EVENTS, HOOKS};
use names::{codes, events_of_the_chat_service, everything_in, quoted, read, registered_events, sorted};

/// The members of an interface in index.d.ts.
fn members(interface: &str) -> Vec<String> {
    let text = read("pkg-template/index.d.ts");
    let (_, body) = text.split_once(&format!("\nexport interface {interface} {{\n")).unwrap();
    let body = body.split("\n}").next().unwrap();
    let own =
        body.lines().filter(|line| line.starts_with("  ") && line.chars().nth(2).is_some_and(char::is_alphabetic));
    sorted(own.map(|line| line.trim().split([':', '?']).next().unwrap().to_owned()))
}

/// The words of a union of index.d.ts, named `type` or the type of a member.
fn union(beginning: &str) -> Vec<String> {
    let text = read("pkg-template/index.d.ts");
    let (_, rest) = text.split_once(beginning).unwrap_or_else(|| panic!("no {beginning}"));
    sorted(quoted(rest.split(';').next().unwrap()))
}

#[test]
fn options_commands_events_and_hooks_are_those_of_the_sources() {
    assert_eq!(members("Options"), sorted(Options::NAMES.iter().copied()));
    assert_eq!(members("Commands"), sorted(COMMANDS));
    assert_eq!(members("Events"), sorted(EVENTS));
    assert_eq!(members("Hooks"), sorted(HOOKS));
}

#[test]
fn error_codes_are_those_of_the_sources() {
    assert_eq!(union("export type ErrorCode ="), codes());
}

#[test]
fn states_and_outcomes_are_those_of_the_sources() {
    let names = |path: &str| {
        let source = read(path);
        let (_, function) = source.split_once("pub fn name(self) -> &'static str {").unwrap();
        quoted(function.split("\n    }\n").next().unwrap())
    };
    assert_eq!(union("  state:\n"), sorted(names("src/core/effect.rs").into_iter().chain(["idle".to_owned()])));
    let outcomes = names("src/core/status.rs").into_iter().chain(["ended".to_owned()]);
    assert_eq!(union("export type Outcome ="), sorted(outcomes));
}

#[test]
fn the_words_of_an_option_are_those_that_the_configuration_takes() {
    let source = read("src/core/config.rs");
    let mut checked = 0;
    for call in source.split("word(&mut faults, ").skip(1) {
        let arguments = quoted(call.split(')').next().unwrap());
        let (option, words) = match arguments.as_slice() {
            [option, words] => (option.as_str(), words.clone()),
            // The only list with a name.
            [option] => (option.as_str(), quoted(source.split("const PLACEMENTS: &str = ").nth(1).unwrap()).remove(0)),
            other => panic!("{other:?}"),
        };
        let in_types =
            if option == "placement" { union("export type Placement =") } else { union(&format!("  {option}?: ")) };
        assert_eq!(in_types, sorted(words.split(", ")), "{option}");
        checked += 1;
    }
    assert!(checked >= 8, "{checked} options");
    assert_eq!(union("export type AcceptedSender ="), sorted(["Agent", "Supervisor", "External", "Bot"]));
}

/// The commands that a source of the host registers, each by a call of its own or in a list of pairs.
fn registered(path: &str) -> Vec<String> {
    let source = read(path);
    let is_function = |text: &str| {
        let name = text.trim_end_matches("),");
        text.starts_with('|') || name.chars().all(|c| c.is_ascii_alphabetic() || c == '_' || c == ':')
    };
    let calls = source.split("register_command(\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let pairs = source.lines().filter_map(|line| line.trim().strip_prefix("(\"")?.split_once("\", "));
    let pairs = pairs.filter(|(_, second)| is_function(second)).map(|(name, _)| name);
    let loops = source.lines().filter(|line| line.trim().starts_with("for (name, "));
    let loops = loops.flat_map(quoted).collect::<Vec<_>>();
    calls.chain(pairs).map(String::from).chain(loops).collect()
}

/// What an interface of a plugin names there, without the plugin's name.
fn declared(types: &str, plugin: &str, what: &str) -> Vec<String> {
    let (_, body) = types.split_once(&format!("\nexport interface {plugin}{what} {{\n")).unwrap();
    let lines = body.split("\n}").next().unwrap().lines();
    let names = lines.filter_map(|line| line.trim().strip_prefix(&format!("\"{plugin}."))?.split_once("\": "));
    let declared = sorted(names.map(|(name, _)| name));
    assert!(declared.len() > 1, "{plugin}: {declared:?}");
    declared
}

#[test]
fn commands_and_events_of_the_hosts_windows_are_those_of_its_sources() {
    let types = read("www/host/cx-host.d.ts");
    for (plugin, path, registers) in [
        ("WebChat", "web_chat/commands.rs", "web_chat/commands.rs"),
        ("Toaster", "toaster.rs", "toaster.rs"),
        ("Overlay", "overlay/mod.rs", "overlay/mod.rs"),
        ("WindowManager", "window_manager.rs", "window_manager.rs"),
        ("App", "app/commands.rs", "app/mod.rs"),
    ] {
        let of_sources = registered(&format!("www/host/src/{path}"));
        assert_eq!(declared(&types, plugin, "Commands"), sorted(of_sources), "{plugin}");
        // The product names `removed` as well; nobody publishes it.
        let events =
            registered_events(&format!("www/host/src/{registers}")).into_iter().filter(|name| name != "removed");
        assert_eq!(declared(&types, plugin, "Events"), sorted(events), "{plugin}");
    }
}

#[test]
fn commands_and_events_of_the_chat_service_are_those_of_the_hosts_sources() {
    /// Refused to all but the chat service itself, or none of anybody else's business.
    const OWN: [&str; 3] = ["configure", "poll", "asyncRestore"];
    let types = read("pkg-template/webchatservice.d.ts");
    let commands = registered("www/host/src/web_chat_service/commands.rs").into_iter();
    let commands = sorted(commands.filter(|name| !OWN.contains(&name.as_str())));
    assert_eq!(declared(&types, "WebChatService", "Commands"), commands);
    let events = events_of_the_chat_service();
    assert_eq!(declared(&types, "WebChatService", "Events"), events);
    // The list is not all that is published: what the sources publish stands there as well.
    let sources = everything_in("www/host/src/web_chat_service");
    let calls = ["publish(\"", "publish_participant(\""].map(|call| sources.split(call).skip(1));
    let published = sorted(calls.into_iter().flatten().map(|call| call.split('"').next().unwrap()));
    let missing: Vec<_> = published.iter().filter(|name| !events.contains(name)).collect();
    assert!(published.len() > 20 && missing.is_empty(), "{missing:?} of {published:?}");
}
