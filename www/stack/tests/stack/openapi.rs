//! What the servers say of themselves in OpenAPI: as many operations as there are routes, and what schemathesis finds when
//! it compares them with what they do.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::effort::examples;
use crate::front::{Front, OPTIONS, PAIR};
use crate::harness::Servers;
use crate::hostile::{LAST, VERY_LAST};
use crate::live::{Live, front_with_all_servers, with_all_servers};

const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "any"];

/// Examples of each operation, unless in a long run.
const EXAMPLES: usize = 20;

/// What a source file calls the beginnings of its paths.
const PREFIXES: [(&str, &str, &str); 3] = [
    ("administration/mod.rs", "SETTINGS", "/administration/default-server-settings"),
    ("cloud/guest/mod.rs", "PREFIX", "/api/v2/webchat/guest/conversations"),
    ("cloud/v3/mod.rs", "BASE", "/nexus/v3/chat/sessions"),
];

/// What is served by a folder, as a fallback or at a path that the operator chooses, and so by no route.
const WITHOUT_ROUTE: [&str; 3] =
    ["get /dist/{}", "get /{}", "get /WebAPI812/SimpleSamples812/ChatHA/ChatLBServerInfo.jsp"];

/// An operation without the names of its parameters, which differ between sources and description.
fn plain(method: &str, path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap().to_owned();
    let rest = parts.map(|part| format!("{{{}", &part[part.find('}').unwrap()..]));
    format!("{method} {}", std::iter::once(first).chain(rest).collect::<String>())
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// The arguments of each `.route(…)` of a source text.
fn routes(text: &str) -> Vec<&str> {
    text.split(".route(")
        .skip(1)
        .map(|rest| {
            let mut depth = 1;
            let end = rest.char_indices().find(|(_, c)| {
                depth += i32::from(*c == '(') - i32::from(*c == ')');
                depth == 0
            });
            &rest[..end.expect("a closed parenthesis").0]
        })
        .collect()
}

/// The path of a route and what it answers with, from the arguments of `.route(…)` in a file with this text.
fn path_of<'a>(file: &str, text: &str, arguments: &'a str) -> (String, &'a str) {
    let arguments = arguments.trim();
    if let Some(rest) = arguments.strip_prefix('"') {
        let (path, rest) = rest.split_once('"').unwrap();
        return (path.to_owned(), rest);
    }
    let known = PREFIXES.iter().find(|(of, ..)| file.ends_with(of));
    if let Some(rest) = arguments.strip_prefix("&at(\"") {
        let (path, rest) = rest.split_once('"').unwrap();
        let prefix = known.unwrap_or_else(|| panic!("{file}: where is .route({arguments})? See PREFIXES")).2;
        return (format!("{prefix}/{{}}{path}"), rest);
    }
    let (name, rest) = arguments.split_once(',').unwrap();
    if let Some((_, _, prefix)) = known.filter(|(_, constant, _)| *constant == name) {
        return ((*prefix).to_owned(), rest);
    }
    let value = text.split(&format!("const {name}: &str = \"")).nth(1).and_then(|rest| rest.split('"').next());
    (value.unwrap_or_else(|| panic!("{file}: what is {name} of .route({arguments})?")).to_owned(), rest)
}

/// Every operation for which the sources have a route.
fn routed() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut files, mut found) = (Vec::new(), BTreeSet::new());
    sources(&root, &mut files);
    for file in files.iter().filter(|file| !file.ends_with("openapi/mod.rs")) {
        let text = std::fs::read_to_string(file).unwrap();
        // What begins with a small letter sends a chat on its way.
        let routes =
            routes(&text).into_iter().filter(|text| !text.trim().starts_with(|c: char| c.is_ascii_lowercase()));
        for arguments in routes {
            let (path, rest) = path_of(&file.display().to_string(), &text, arguments);
            for method in METHODS {
                let call = format!("{method}(");
                let called = rest
                    .match_indices(&call)
                    .any(|(at, _)| !rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
                // A route for any method is described by the one that clients use.
                let methods: &[&str] = match method {
                    "any" if path.contains("cometd") => &["get", "post"],
                    "any" => &["get"],
                    _ => &[method],
                };
                if called {
                    found.extend(methods.iter().map(|method| plain(method, &path)));
                }
            }
        }
    }
    found
}

pub async fn description(servers: &Servers, origin: &str) -> Value {
    let page = servers.get(&format!("{origin}/openapi.json")).await;
    assert_eq!((page.status.as_u16(), page.header(CONTENT_TYPE.as_str())), (200, "application/json"));
    serde_json::from_str(&page.text).unwrap()
}

#[tokio::test]
async fn every_route_is_described() {
    let servers = with_all_servers().await;
    let (at, front) = (&servers.at, Front::start(&format!("{OPTIONS}{PAIR}")).await);
    let mut described = BTreeSet::new();
    for origin in
        [at.site.as_str(), &at.gms, &at.cloud, &at.messaging, &at.desk, at.esp.as_ref().unwrap(), front.operator()]
    {
        let description = description(&servers, origin).await;
        assert_eq!(description["openapi"], "3.1.0");
        for (path, methods) in description["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()));
                assert!(
                    operation["responses"].as_object().is_some_and(|answers| !answers.is_empty()),
                    "{method} {path}"
                );
                // A wildcard would allow what nobody has thought of. Chat API v2, cloud and website have one for refusals.
                let listed = [&at.messaging, &at.desk, at.esp.as_ref().unwrap()].iter().any(|listed| *listed == origin)
                    || path.starts_with("/genesys/1/");
                let statuses = operation["responses"].as_object().unwrap();
                let vague = statuses.contains_key("5XX") || listed && statuses.contains_key("4XX");
                assert!(!vague, "{method} {path}");
                described.insert(plain(method, path));
            }
        }
    }
    let routed = routed();
    assert!(routed.len() > 60, "{routed:?}");
    let expected: BTreeSet<String> = routed.into_iter().chain(WITHOUT_ROUTE.map(str::to_owned)).collect();
    let missing: Vec<_> = expected.difference(&described).collect();
    let invented: Vec<_> = described.difference(&expected).collect();
    assert!(missing.is_empty() && invented.is_empty(), "src/openapi lacks {missing:?}, and no route has {invented:?}");
}

/// What is compared with a running server.
struct Part<'a> {
    name: &'a str,
    origin: &'a str,
    /// The description, or as much of it as is meant.
    description: Value,
    headers: Vec<(&'a str, String)>,
    /// Parameters by name.
    values: Value,
    phases: &'a str,
    mode: &'a str,
}

impl Part<'_> {
    /// What schemathesis finds.
    async fn compare(self, folder: PathBuf) -> Vec<String> {
        let Self { name, origin, description, headers, values, phases, mode } = self;
        let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/schemathesis/bin/schemathesis");
        assert!(tool.is_file(), "get the pinned schemathesis with: cargo xtask setup");
        std::fs::create_dir_all(&folder).unwrap();
        let settings = folder.join("schemathesis.toml");
        let lines = values.as_object().unwrap().iter().map(|(name, value)| format!("{name:?} = {value}\n"));
        // A method that a description does not name here may be one that it names elsewhere, and end what is tried.
        let methods = "[phases.coverage]\nunexpected-methods = [\"TRACE\", \"QUERY\"]\n";
        std::fs::write(&settings, format!("[parameters]\n{}{methods}", lines.collect::<String>())).unwrap();
        std::fs::write(folder.join("openapi.json"), description.to_string()).unwrap();
        let mut command = Command::new(tool);
        command.current_dir(&folder).arg("--config-file").arg(&settings).args(["run", "openapi.json", "--url", origin]);
        // Chance is no test: the same cases each time.
        command.args(["--seed", "1", "--generation-database", "none", "--no-color"]);
        command.args(["--max-examples", &examples(EXAMPLES).to_string()]);
        command.args(["--phases", phases, "--mode", mode, "--request-timeout", "10", "--max-redirects", "0"]);
        let checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance";
        command.args(["--checks", checks]);
        for (name, value) in headers {
            command.args(["--header", &format!("{name}: {value}")]);
        }
        let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        if output.status.success() && said.contains("generated") { Vec::new() } else { vec![format!("{name}: {said}")] }
    }
}

/// Whether what an operation is about is there no more afterwards.
fn ends(method: &str, path: &str) -> bool {
    method == "delete"
        || path == "/api/logout"
        || VERY_LAST.contains(&format!("{} {path}", method.to_uppercase()).as_str())
        || LAST.iter().any(|end| path.ends_with(end))
}

/// The operations after which all is still there, or those after which it is not.
fn half(mut description: Value, last: bool) -> Value {
    for (path, methods) in description["paths"].as_object_mut().unwrap() {
        let methods = methods.as_object_mut().unwrap();
        methods.retain(|method, operation| {
            let parameters = operation["parameters"].as_array_mut().unwrap();
            let mut verbs =
                parameters.iter_mut().filter_map(|parameter| parameter.pointer_mut("/schema/enum")?.as_array_mut());
            if let Some(verbs) = verbs.find(|verbs| verbs.iter().any(|verb| verb == "disconnect")) {
                verbs.retain(|verb| (verb == "disconnect") == last);
                return true;
            }
            // The stream of the desk has no end.
            path != "/api/events" && ends(method, path) == last
        });
    }
    description["paths"].as_object_mut().unwrap().retain(|_, methods| methods != &json!({}));
    description
}

/// Fields of bodies that are what they must be, wherever the description has them.
fn fill(description: &mut Value, known: &[(&str, &str)]) {
    match description {
        Value::Object(fields) => {
            if let Some(properties) = fields.get_mut("properties").and_then(Value::as_object_mut) {
                for (name, value) in
                    known.iter().filter(|(name, _)| properties.contains_key(*name)).copied().collect::<Vec<_>>()
                {
                    properties.insert(name.to_owned(), json!({ "enum": [value] }));
                }
            }
            fields.values_mut().for_each(|value| fill(value, known));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| fill(value, known)),
        _ => {}
    }
}

#[tokio::test]
async fn the_servers_do_as_they_say() {
    // Behind a front, so that it is looked at as well; what it says of itself stands on the operator's page of another one.
    let servers = front_with_all_servers().await;
    let live = Live::of(&servers).await;
    let front = Front::start(&format!("{OPTIONS}{PAIR}")).await;
    // One who is left alone, so that request-chat has somebody.
    servers.agent("Carl").await;
    let at = &servers.at;
    let cookie = vec![("Cookie", live.agent.cookie.clone())];
    let [site, gms, cloud, messaging, desk, esp] = live.values.clone();
    let all = [
        ("website", at.site.as_str(), site, vec![]),
        ("gms", &at.gms, gms.clone(), vec![]),
        ("cloud", &at.cloud, cloud, live.headers.clone()),
        ("messaging", &at.messaging, messaging, vec![]),
        ("desk", &at.desk, desk, cookie),
        ("esp", at.esp.as_ref().unwrap(), esp, vec![]),
        ("operator", front.operator(), json!({ "name": "ChatServer1" }), vec![]),
    ];
    let known = [("InteractionId", live.customer.id.as_str()), ("nonce", &live.nonce)];
    let ids = [("userId", live.customer.user_id.as_str()), ("secureKey", &live.customer.key)];
    for last in [false, true] {
        let mut parts = Vec::new();
        for (name, origin, values, headers) in all.clone() {
            let mut description = half(description(&servers, origin).await, last);
            fill(&mut description, &known);
            if description["paths"] != json!({}) {
                // What is simple, and what is tried only to be gone, is done with quickly.
                let quick = last || ["website", "operator"].contains(&name);
                let phases = if quick { "fuzzing" } else { "coverage,fuzzing" };
                parts.push(Part { name, origin, description, headers, values, phases, mode: "all" });
            }
        }
        if !last {
            // The calls of a chat by its right ids alone: a wrong key would cost the customer the chat.
            let of_gms = parts.iter_mut().find(|part| part.name == "gms").unwrap();
            let mut description = of_gms.description.clone();
            let about_chat = |path: &String| path.contains("{chatId}");
            of_gms.description["paths"].as_object_mut().unwrap().retain(|path, _| !about_chat(path));
            description["paths"].as_object_mut().unwrap().retain(|path, _| about_chat(path));
            fill(&mut description, &ids);
            let (values, phases) = (gms.clone(), "coverage,fuzzing");
            let (origin, headers, mode) = (at.gms.as_str(), vec![], "positive");
            parts.push(Part { name: "chat", origin, description, headers, values, phases, mode });
        }
        let runs = parts.into_iter().map(|part| {
            let folder = servers.folder.0.join(format!("{}-{last}", part.name));
            part.compare(folder)
        });
        let found = futures_util::future::join_all(runs).await.concat();
        assert!(found.is_empty(), "{}", found.join("\n"));
        if !last {
            live.is_well().await;
        }
    }
}
