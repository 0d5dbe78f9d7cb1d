//! The stack: built, and run with flags of its own.

use crate::shell;
use anyhow::{Result, bail};
use std::process::Command;

/// Flags of `cargo xtask stack`.
#[derive(clap::Args)]
pub struct Options {
    /// Flags of the stack; `cargo xtask stack -- --help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    flags: Vec<String>,
}

/// Its package, and that of the browser tests. Why both wherever the stack is compiled: the tests ask more of the crates that
/// both use, and what is selected together has the same features, so that cargo compiles all of it once.
const PACKAGES: [&str; 4] = ["-p", "cx-stack", "-p", "e2e"];

/// Builds and runs it until it is interrupted.
pub fn run(options: &Options) -> Result<()> {
    build()?;
    let status = binary().args(&options.flags).status()?;
    if !status.success() {
        bail!("the stack ended: {status}");
    }
    Ok(())
}

/// Builds it.
pub fn build() -> Result<()> {
    println!("Building the stack");
    shell::run(cargo("build").args(["--quiet", "--bin", "cx-stack"]))
}

/// The program that [`build`] has made.
pub fn binary() -> Command {
    shell::command(shell::root().join("target/debug/cx-stack"))
}

/// A command of cargo for the stack; it says itself which of the programs and tests.
pub fn cargo(task: &str) -> Command {
    let mut cargo = shell::command("cargo");
    cargo.arg(task).args(PACKAGES);
    cargo
}
