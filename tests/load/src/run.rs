//! All customers and agents at once.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use cx_stack::Addresses;
use futures_util::future::try_join_all;
use reqwest::Client;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::agent::Desk;
use crate::customer::{Customer, Plan};
use crate::numbers::Latencies;
use crate::servers::Server;
use crate::{BARE, Options, STACK};

/// Starts stack and bare handler, lets everybody chat, and answers with how long polls took.
///
/// # Errors
/// What does not start; a refusal; a message that is lost, doubled or out of order.
pub async fn run(options: &Options) -> Result<Latencies> {
    let (stack, at) = Server::start(STACK).await?;
    let at: Addresses = serde_json::from_str(&at)?;
    let (handler, bare) = Server::start(BARE).await?;
    let http = Client::builder().pool_idle_timeout(Duration::from_secs(120)).build()?;
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
    let mut tasks = JoinSet::new();
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
    stack.end().await?;
    handler.end().await?;
    Ok(latencies)
}
