//! The public names, as they stand in the sources.

use std::path::Path;

/// A file of the project.
pub fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Sorted and without repetitions.
pub fn sorted<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().map(Into::into).collect();
    names.sort();
    names.dedup();
    names
}

/// What stands between double quotes.
pub fn quoted(text: &str) -> Vec<String> {
    text.split('"').skip(1).step_by(2).map(String::from).collect()
}

/// Events of the host's chat service that the product publishes without naming them in its list.
const UNLISTED: [&str; 6] = [
    "botConnected",
    "botDisconnected",
    "externalConnected",
    "externalDisconnected",
    "supervisorConnected",
    "supervisorDisconnected",
];

/// The events that a source of the host registers.
pub fn registered_events(path: &str) -> Vec<String> {
    let source = read(path);
    let (_, list) = source.split_once("register_events(&[").unwrap();
    sorted(quoted(list.split(']').next().unwrap()))
}

/// All events of the host's chat service.
pub fn events_of_the_chat_service() -> Vec<String> {
    let listed = registered_events("www/host/src/web_chat_service/commands.rs");
    sorted(listed.into_iter().chain(UNLISTED.map(String::from)))
}

/// All stable codes: of errors, of malformed requests, and those of the loader.
pub fn codes() -> Vec<String> {
    let of_core = ["src/core/error.rs", "src/core/request.rs"].map(|path| {
        let source = read(path);
        let (_, function) = source.split_once("pub fn code(self) -> &'static str {").unwrap();
        quoted(function.split("\n    }\n").next().unwrap())
    });
    let loader = read("pkg-template/loader.js");
    let (_, remedies) = loader.split_once("const REMEDIES = {\n").unwrap();
    let remedies = remedies.split("\n};").next().unwrap().lines();
    let of_loader = remedies.filter_map(|line| Some(line.trim().split_once(':')?.0.to_owned()));
    sorted(of_core.concat().into_iter().chain(of_loader))
}

/// Whether `name` is a test there: a function below an attribute that says so, or an entry of the host's macros.
pub fn is_test(source: &str, name: &str) -> bool {
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    lines.iter().enumerate().any(|(at, line)| {
        if line.starts_with(&format!("{name} => r")) {
            return ["browser_tests! {", "scripted_tests! {"].iter().any(|host| source.contains(host));
        }
        let declared = line.trim_start_matches("async ").starts_with(&format!("fn {name}("));
        let above = lines.iter().take(at).rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        declared && above.into_iter().any(|line| line.starts_with("#[") && line.contains("test"))
    })
}

/// The text of all files below a folder.
pub fn everything_in(folder: &str) -> String {
    let entries =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap().map(|entry| entry.unwrap());
    let texts = entries.map(|entry| {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            everything_in(&path)
        } else {
            std::fs::read_to_string(entry.path()).unwrap_or_default()
        }
    });
    texts.collect()
}

/// What `cargo xtask` says when it is called with these words.
pub fn xtask(arguments: &[&str]) -> std::process::Output {
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).arg("xtask").args(arguments).output().unwrap()
}
