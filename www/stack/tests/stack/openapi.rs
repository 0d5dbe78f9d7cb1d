//! What the servers say of themselves in OpenAPI: as many operations as there are routes, and what schemathesis finds when
//! it compares them with what they do.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::failover::{Front, OPTIONS, PAIR};
use crate::guest::create;
use crate::harness::{Customer, Servers};

const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "any"];

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

/// Every server that there can be.
pub async fn with_all_servers() -> Servers {
    Servers::with(|config| {
        config.esp.esp_port = Some(0);
        // Guesses are what is sent here.
        config.launch_limit = 0;
    })
    .await
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

/// Compares a description with what its server does. `values` are parameters by name.
async fn compare(
    servers: &Servers,
    name: &str,
    origin: &str,
    headers: &[(&str, String)],
    values: Value,
    flags: &[&str],
) -> Vec<String> {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/schemathesis/bin/schemathesis");
    assert!(tool.is_file(), "get the pinned schemathesis with: cargo xtask setup");
    let folder = servers.folder.as_ref().unwrap().0.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let settings = folder.join("schemathesis.toml");
    let lines = values.as_object().unwrap().iter().map(|(name, value)| format!("{name:?} = {value}\n"));
    std::fs::write(&settings, format!("[parameters]\n{}", lines.collect::<String>())).unwrap();
    let mut command = Command::new(tool);
    command.current_dir(&folder).arg("--config-file").arg(&settings).args(["run", &format!("{origin}/openapi.json")]);
    // Chance is no test: the same cases each time.
    command.args(["--seed", "1", "--max-examples", "3", "--generation-database", "none", "--no-color"]);
    command.args(["--phases", "examples,coverage,fuzzing", "--request-timeout", "10", "--max-redirects", "0"]);
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                  response_schema_conformance";
    command.args(["--checks", checks]).args(flags);
    for (name, value) in headers {
        command.args(["--header", &format!("{name}: {value}")]);
    }
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() && said.contains("generated") { Vec::new() } else { vec![format!("{name}: {said}")] }
}

/// Values by which calls reach something that is there, by the names of the descriptions.
pub struct Live {
    /// Of the desk.
    pub chat: Value,
    /// Of GMS.
    pub gms: Value,
    /// Of Guest Chat and v3.
    pub cloud: Value,
    /// Headers of the cloud.
    pub headers: Vec<(&'static str, String)>,
}

impl Live {
    pub async fn of(servers: &Servers, customer: &Customer<'_>) -> Self {
        let (at, http) = (&servers.at, &servers.http);
        let request = http.post(format!("{}/api/v2/webchat/guest/conversations", at.cloud)).json(&create());
        let guest: Value = request.send().await.unwrap().json().await.unwrap();
        let request = http.post(format!("{}/nexus/v3/chat/sessions", at.cloud)).header("x-api-key", "demo-api-key");
        let form = [("data[nickname]", "Maria"), ("data[endpoint]", "customer-support")];
        let session: Value = request.form(&form).send().await.unwrap().json().await.unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (jwt, token) = (text(&guest["jwt"]), text(&session["data"]["clientToken"]));
        let session = text(&session["data"]["selfUri"]).rsplit('/').next().unwrap().to_owned();
        Self {
            chat: json!({ "id": customer.id }),
            gms: json!({
                "service": "customer-support", "chatId": customer.id, "userId": customer.user_id,
                "secureKey": customer.key,
            }),
            cloud: json!({ "conversation": guest["id"], "member": guest["member"]["id"], "session": session }),
            headers: vec![
                ("Authorization", format!("Bearer {jwt}")),
                ("x-api-key", "demo-api-key".to_owned()),
                ("x-nexus-client-key", token),
            ],
        }
    }
}

#[tokio::test]
async fn the_servers_do_as_they_say() {
    let servers = with_all_servers().await;
    let at = servers.at.clone();
    let (customer, agent) = servers.chat().await;
    let live = Live::of(&servers, &customer).await;
    // One who is left alone, so that request-chat has somebody.
    servers.agent("Carl").await;
    let cookie = |cookie: &str| [("Cookie", cookie.to_owned())];
    let (working, leaving) = (cookie(&agent.cookie), cookie(&servers.agent("Bea").await.cookie));
    // The stream has no end; and who has signed out can try nothing more.
    let desk = ["--exclude-path", "/api/events", "--exclude-path", "/api/logout"];
    let logout = ["--include-path", "/api/logout"];
    let found = tokio::join!(
        compare(&servers, "website", &at.site, &[], json!({}), &[]),
        compare(&servers, "gms", &at.gms, &[], live.gms, &[]),
        compare(&servers, "cloud", &at.cloud, &live.headers, live.cloud, &[]),
        compare(&servers, "messaging", &at.messaging, &[], json!({}), &[]),
        compare(&servers, "esp", at.esp.as_ref().unwrap(), &[], live.chat.clone(), &[]),
        compare(&servers, "desk", &at.desk, &working, live.chat, &desk),
        compare(&servers, "logout", &at.desk, &leaving, json!({}), &logout),
    );
    let found = [found.0, found.1, found.2, found.3, found.4, found.5, found.6].concat();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
