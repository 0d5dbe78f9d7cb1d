//! The tools of binaryen, which make WebAssembly small and make JavaScript of it.

use crate::{build_id, setup, shell};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// The npm package.
const PACKAGE: &str = "binaryen";

/// One of its tools.
pub fn tool(name: &str) -> Command {
    let mut command = shell::command("node");
    command.arg(setup::node_tool(PACKAGE).join("bin").join(name));
    command
}

/// Has a tool make one file of another, and gives what it prints. What it has made of the same bytes with the same flags is
/// taken as it is: it would make the same again, and takes most of the time of a build in which little has changed.
pub fn make(name: &str, from: &Path, to: &Path, flags: &[&str]) -> Result<String> {
    let said = to.with_extension("said");
    let bytes = std::fs::read(from).with_context(|| format!("reading {}", from.display()))?;
    let key = key(name, &bytes, flags)?;
    let before = std::fs::read_to_string(&said).unwrap_or_default();
    if let Some(said) = before.strip_prefix(&key)
        && to.is_file()
    {
        return Ok(said.to_owned());
    }
    // Why: whoever is interrupted leaves a file of which nobody can say that it is whole.
    if said.exists() {
        std::fs::remove_file(&said)?;
    }
    let printed = shell::run_for_output(tool(name).arg(from).arg("-o").arg(to).args(flags))?;
    std::fs::write(&said, key + &printed).with_context(|| format!("writing {}", said.display()))?;
    Ok(printed)
}

/// Everything that the result depends on, as one line.
fn key(name: &str, bytes: &[u8], flags: &[&str]) -> Result<String> {
    let version = std::fs::read(setup::node_tool(PACKAGE).join("package.json")).context("binaryen is not installed")?;
    let flags = flags.iter().map(|flag| ("flag", flag.as_bytes()));
    let parts: Vec<_> = [("bytes", bytes), ("version", &version[..]), (name, &[])].into_iter().chain(flags).collect();
    Ok(build_id::of(&parts) + "\n")
}
