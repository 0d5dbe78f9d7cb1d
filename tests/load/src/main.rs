//! Thousands of customers chat with the stack at once, as their widgets would: each polls, and each has an agent who answers.
//!
//! It fails when a message is lost, doubled or out of order. What it prints is a ratio: between two polls each customer
//! asks a bare handler of the same web framework, on the same machine in the same moment. Stack, handler and customers are
//! processes of their own, so the number says what the stack itself costs, and how busy the machine is counts for both.

mod agent;
mod baseline;
mod customer;
mod numbers;
mod run;
mod servers;

use std::time::Instant;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};

/// Flags of the load generator.
#[derive(Parser)]
struct Options {
    /// Chats that go on at the same time
    #[arg(long, default_value_t = 2000)]
    chats: usize,
    /// Messages that each customer and each agent writes
    #[arg(long, default_value_t = 5)]
    messages: usize,
    /// Time between two polls of a customer, in ms; the widget's own is 3000
    #[arg(long, default_value_t = 3000)]
    poll_ms: u64,
    /// Agents, among whom the chats are shared out
    #[arg(long, default_value_t = 20)]
    agents: usize,
    #[command(subcommand)]
    server: Option<ServerOnly>,
}

/// The sub-command that is the stack.
const STACK: &str = "stack";

/// The sub-command that is the bare handler.
const BARE: &str = "bare";

/// What this program is when it starts itself again.
#[derive(Subcommand)]
enum ServerOnly {
    /// The stack, until its input is closed
    #[command(name = STACK, hide = true)]
    Stack,
    /// The bare handler, until its input is closed
    #[command(name = BARE, hide = true)]
    Bare,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    match options.server {
        Some(ServerOnly::Stack) => return servers::stack().await,
        Some(ServerOnly::Bare) => return baseline::serve().await,
        None => {}
    }
    if options.chats == 0 || options.agents == 0 || options.messages == 0 {
        bail!("--chats, --agents and --messages must be at least 1");
    }
    let start = Instant::now();
    let latencies = run::run(&options).await?;
    println!(
        "{} chats, {} messages, {} polls in {:.0} s: none lost, none doubled, all in order",
        options.chats,
        options.chats * options.messages * 2,
        latencies.polls(),
        start.elapsed().as_secs_f64()
    );
    println!("{}", latencies.table());
    Ok(())
}
