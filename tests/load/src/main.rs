//! Thousands of customers chat with the stack at once, as their widgets would: each polls, and each has an agent who answers.
//!
//! It fails when a message is lost, doubled or out of order. What it prints is a ratio: between two polls each customer
//! asks a bare handler of the same web framework, on the same machine in the same moment, so the number says what the
//! stack itself costs and not how busy the machine is.

mod agent;
mod baseline;
mod customer;
mod numbers;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use cx_stack::{Config, Stack};
use futures_util::future::try_join_all;
use reqwest::Client;
use tokio::sync::Barrier;

use agent::Desk;
use customer::{Customer, Plan};
use numbers::Latencies;

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
}

fn config(folder: &Path) -> Config {
    Config {
        site_port: 0,
        gms_port: 0,
        cloud_port: 0,
        messaging_port: 0,
        desk_port: 0,
        db: Some(folder.join("load.sqlite")),
        ..Config::default()
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    if options.chats == 0 || options.agents == 0 || options.messages == 0 {
        bail!("--chats, --agents and --messages must be at least 1");
    }
    let folder = tempfile::tempdir()?;
    let stack = Stack::start(&config(folder.path())).await?;
    let at = stack.addresses().clone();
    let bare = baseline::start().await?;
    let http = Client::builder().pool_idle_timeout(Duration::from_secs(120)).build()?;

    let start = Instant::now();
    let names = (0..options.agents).map(|number| format!("Agent {number}"));
    let desks = try_join_all(names.map(|name| Desk::sign_in(http.clone(), &at.desk, name))).await?;
    // Nobody polls before all are there: what is measured are so many chats, not their arrival.
    let all_there = Arc::new(Barrier::new(options.chats));
    let plan = Plan {
        messages: options.messages,
        poll: Duration::from_millis(options.poll_ms),
        gms: format!("{}/genesys/2/chat/customer-support", at.gms),
        bare,
    };
    let mut tasks = tokio::task::JoinSet::new();
    for (number, desk) in (0..options.chats).zip(desks.iter().cycle()) {
        let (http, plan, desk, barrier) = (http.clone(), plan.clone(), desk.clone(), Arc::clone(&all_there));
        tasks.spawn(async move {
            let run = async {
                let customer = Customer::start(http, plan, number).await?;
                barrier.wait().await;
                customer.chat(&desk).await
            };
            run.await.with_context(|| format!("chat {number}"))
        });
    }
    let mut latencies = Latencies::default();
    while let Some(done) = tasks.join_next().await {
        // The first that fails ends it all: those who wait for the others would wait for ever.
        latencies.add(done??);
    }
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
