//! Python programs of the tests, in a folder of their own below target/.

use crate::shell;
use anyhow::Result;
use std::path::PathBuf;

/// What is installed, each package with its version.
const PINS: &str = "www/stack/tests/python/requirements.txt";
const FOLDER: &str = "target/schemathesis";

fn program(name: &str) -> PathBuf {
    shell::root().join(FOLDER).join("bin").join(name)
}

/// Whether every package is there in the version that is asked for.
pub fn has_pinned() -> bool {
    let Ok(wanted) = std::fs::read_to_string(shell::root().join(PINS)) else { return false };
    let installed = shell::output(shell::command(program("python")).args(["-m", "pip", "freeze"])).unwrap_or_default();
    let installed: Vec<&str> = installed.lines().collect();
    program("schemathesis").is_file() && wanted.lines().all(|pin| installed.contains(&pin))
}

/// Makes the folder and installs what is pinned.
pub fn install() -> Result<()> {
    shell::run(shell::command("python3").args(["-m", "venv", "--clear", FOLDER]))?;
    let flags = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement", PINS];
    shell::run(shell::command(program("python")).args(flags))
}

/// How a person does the same.
pub fn by_hand() -> String {
    format!(
        "python3 -m venv {FOLDER} && {FOLDER}/bin/pip install --no-deps -r {PINS}   (on Debian: apt-get install python3-venv)"
    )
}
