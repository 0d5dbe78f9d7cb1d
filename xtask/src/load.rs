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
    /// As for the tests: what is printed says nothing of the stack then
    #[arg(long, hide = true)]
    unoptimised: bool,
}

/// Builds generator and stack with all optimizations, and runs one against the other.
pub fn run(options: &Options) -> Result<()> {
    let profile = if options.unoptimised { "dev" } else { "load" };
    // The generator starts the `cx-stack` that lies beside it.
    let mut build = shell::command("cargo");
    shell::run(build.args(["build", "--quiet", "--profile", profile, "-p", "cx-stack", "-p", "load"]))?;
    let mut cargo = shell::command("cargo");
    cargo.args(["run", "--quiet", "--profile", profile, "-p", "load", "--"]);
    cargo.args(["--chats", &options.chats.to_string(), "--messages", &options.messages.to_string()]);
    shell::run(&mut cargo)
}
