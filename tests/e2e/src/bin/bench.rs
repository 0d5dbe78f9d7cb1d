//! The numbers that the project promises. Arguments: how many times each is measured; part of a name, to measure
//! only that.

use anyhow::{Context, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let rounds = std::env::args().nth(1).context("how many rounds")?.parse()?;
    e2e::bench::run(rounds, &std::env::args().nth(2).unwrap_or_default()).await
}
