//! `cargo xtask load`: thousands of customers who chat at once.

use crate::shell;
use anyhow::Result;

/// Flags of `cargo xtask load`.
#[derive(clap::Args)]
pub struct Options {
    /// Chats that go on at the same time
    #[arg(long, default_value_t = 2000)]
    chats: usize,
    /// Messages that each customer and each agent writes
    #[arg(long, default_value_t = 5)]
    messages: usize,
}

/// Builds generator and stack with all optimizations, and runs one against the other.
pub fn run(options: &Options) -> Result<()> {
    // The generator starts the `cx-stack` that lies beside it.
    let mut build = shell::command("cargo");
    shell::run(build.args(["build", "--quiet", "--profile", "load", "-p", "cx-stack", "-p", "load"]))?;
    let mut cargo = shell::command("cargo");
    cargo.args(["run", "--quiet", "--profile", "load", "-p", "load", "--"]);
    cargo.args(["--chats", &options.chats.to_string(), "--messages", &options.messages.to_string()]);
    shell::run(&mut cargo)
}
