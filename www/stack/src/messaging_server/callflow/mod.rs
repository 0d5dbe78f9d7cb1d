//! Callflows: what a MicroApp does, as a file says it (backend 5.9).
//!
//! A callflow is a TOML file: the application with its two tokens, the Start block with its variables, and blocks that a
//! customer walks through. [`model`] is the file's shape, [`check`] what must hold beyond it, both with line numbers. How a
//! session walks is `run`, how a block looks `pages`; neither knows any application by name.

pub mod check;
pub(super) mod entry;
pub mod kinds;
pub mod model;
pub(super) mod pages;
mod parts;
pub(super) mod run;
pub mod template;
pub(super) mod words;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::Callflow;

/// The callflows that come with the server: name of the file and its text.
const BUILT_IN: [(&str, &str); 5] = [
    ("payment.toml", include_str!("../../../callflows/payment.toml")),
    ("identity.toml", include_str!("../../../callflows/identity.toml")),
    ("address.toml", include_str!("../../../callflows/address.toml")),
    ("consent.toml", include_str!("../../../callflows/consent.toml")),
    ("survey.toml", include_str!("../../../callflows/survey.toml")),
];

/// Which of an application's two tokens was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edition {
    /// The test version.
    Test,
    /// The production version; it needs https, or a page on this very machine.
    Production,
}

/// The applications this server knows.
#[derive(Debug, Clone)]
pub struct Callflows(Vec<Arc<Callflow>>);

impl Callflows {
    /// Those that come with the server and those of these files; a file takes the place of what has one of its tokens.
    ///
    /// # Errors
    /// All faults of all files, one a line: file, line number, fault.
    pub fn read(files: &[PathBuf]) -> Result<Self, String> {
        let mut all = Self(Vec::new());
        let mut faults = Vec::new();
        for (name, text) in BUILT_IN {
            all.add(name, text, &mut faults);
        }
        for path in files {
            match std::fs::read_to_string(path) {
                Ok(text) => all.add(&path.display().to_string(), &text, &mut faults),
                Err(error) => faults.push(format!("cannot read {} ({error})", path.display())),
            }
        }
        if faults.is_empty() { Ok(all) } else { Err(faults.join("\n")) }
    }

    fn add(&mut self, name: &str, text: &str, faults: &mut Vec<String>) {
        match check::parse(text) {
            Ok(flow) => {
                let tokens = flow.application.tokens();
                self.0.retain(|other| !other.application.tokens().iter().any(|token| tokens.contains(token)));
                self.0.push(Arc::new(flow));
            }
            Err(list) => {
                let file = Path::new(name).file_name().map_or(name.into(), |name| name.to_string_lossy());
                faults.extend(list.iter().map(|fault| format!("{file}, {fault}")));
            }
        }
    }

    /// The application a token belongs to.
    pub(super) fn find(&self, token: &str) -> Option<(&Arc<Callflow>, Edition)> {
        self.0.iter().find_map(|flow| match token {
            token if token == flow.application.test_token => Some((flow, Edition::Test)),
            token if token == flow.application.production_token => Some((flow, Edition::Production)),
            _ => None,
        })
    }

    /// All of them, in the order of their files.
    pub fn all(&self) -> &[Arc<Callflow>] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_with_the_server_is_sound() {
        let flows = Callflows::read(&[]).unwrap();
        assert_eq!(flows.0.len(), BUILT_IN.len(), "no two share a token");
        assert!(
            flows
                .find("T3NB68E-")
                .is_some_and(|(flow, edition)| { flow.application.name == "Payment" && edition == Edition::Test })
        );
        assert!(flows.find("T3NB68E").is_none());
    }

    #[test]
    fn the_readmes_example_is_a_callflow() {
        let readme = include_str!("../../../README.md");
        let example = readme.split_once("```toml\n").unwrap().1.split_once("```").unwrap().0;
        let flow = check::parse(example).unwrap();
        assert_eq!(flow.negotiate("fr, de-AT;q=0.5"), "de");
        for kind in readme
            .split_once("Types of variables and fields: `")
            .unwrap()
            .1
            .split('`')
            .next()
            .unwrap()
            .split_whitespace()
        {
            let with = example.replace("\"phone\", label", &format!("\"{kind}\", label"));
            let known =
                !check::parse(&with).err().unwrap_or_default().iter().any(|fault| fault.what.contains("unknown"));
            assert!(known, "{kind}");
        }
    }
}
