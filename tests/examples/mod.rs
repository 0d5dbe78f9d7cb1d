//! The examples of the documents: every fenced block, what it is, and what it is called.

use std::path::{Path, PathBuf};

/// A fenced block; its first line says ```` ```kind ```` or ```` ```kind name ````.
pub struct Example {
    /// The document, such as `docs/integrate.md`.
    pub document: String,
    /// What it is: the first word after the fence.
    pub kind: String,
    /// What tests and readers call it: the second word, empty where there is none.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// The folder of the project.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let below = ["tests/e2e", "tests/packaging"].iter().any(|folder| here.ends_with(folder));
    if below { here.join("../..") } else { here.to_owned() }
}

/// The README, those of the package and of the starter template, and everything in docs/, each with its text.
pub fn documents() -> Vec<(String, String)> {
    let folder = std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let names = folder.map(|name| name.to_string_lossy().into_owned()).filter(|name| name.ends_with(".md"));
    let mut names: Vec<_> = names.map(|name| format!("docs/{name}")).collect();
    names.extend(["README.md", "pkg-template/README.md", "www/host/starter/README.md"].map(String::from));
    names.sort();
    let read = |name: String| {
        let text = std::fs::read_to_string(root().join(&name)).unwrap();
        (name, text)
    };
    names.into_iter().map(read).collect()
}

/// The examples of a document.
pub fn of(document: &str, text: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut open: Option<Example> = None;
    for line in text.lines() {
        let fence = line.strip_prefix("```");
        open = match (open.take(), fence) {
            (None, Some(words)) => {
                let (kind, name) = words.split_once(' ').unwrap_or((words, ""));
                let (kind, name) = (kind.to_owned(), name.to_owned());
                Some(Example { document: document.to_owned(), kind, name, text: String::new() })
            }
            (None, None) => None,
            (Some(example), Some(_)) => {
                examples.push(example);
                None
            }
            (Some(mut example), None) => {
                example.text.push_str(line);
                example.text.push('\n');
                Some(example)
            }
        };
    }
    assert!(open.is_none(), "{document}: a block does not end");
    examples
}

/// The examples of all documents.
pub fn all() -> Vec<Example> {
    documents().iter().flat_map(|(name, text)| of(name, text)).collect()
}

/// The example with this name.
#[allow(dead_code, reason = "not every test that uses this module asks for one")]
pub fn named(document: &str, name: &str) -> String {
    let mut found = all().into_iter().filter(|example| example.document == document && example.name == name);
    let example = found.next().unwrap_or_else(|| panic!("{document} has no example {name}"));
    assert!(found.next().is_none(), "{document} has two examples {name}");
    example.text
}
