//! `cargo xtask load`: thousands of customers who chat at once.

use crate::{shell, stack};
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
    let (profile, folder) = if options.unoptimised { ("dev", "debug") } else { ("load", "load") };
    // The generator starts the `cx-stack` that lies beside it.
    let mut build = stack::cargo("build");
    shell::run(build.args(["--quiet", "--profile", profile, "-p", "load", "--bin", "cx-stack", "--bin", "load"]))?;
    let mut load = shell::command(shell::root().join("target").join(folder).join("load"));
    shell::run(load.args(["--chats", &options.chats.to_string(), "--messages", &options.messages.to_string()]))
}
