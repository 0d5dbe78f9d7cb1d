//! The plugin's timing, against the same behaviour written by hand.

use crate::engine::Engine;
use crate::{dist, setup, shell};
use anyhow::Result;

/// Flags of `cargo xtask bench`.
#[derive(clap::Args)]
pub struct Options {
    /// Only what has this in its name: ready, slim, start, batch, frame
    only: Option<String>,
    /// How many times each thing is measured; with fewer than five, the bars are not applied
    #[arg(long, default_value_t = 15)]
    rounds: u32,
    /// The engine
    #[arg(long, value_enum, default_value = "chromium")]
    engine: Engine,
}

/// Builds, measures, prints a table, and fails when something is above its bar, if it was measured often enough.
pub fn run(options: &Options) -> Result<()> {
    setup::run_for(setup::Purpose::Test)?;
    dist::build()?;
    let mut bench = shell::command("cargo");
    bench.args(["run", "--quiet", "-p", "e2e", "--bin", "bench", "--", &options.rounds.to_string()]);
    bench.args(&options.only);
    setup::name_browser(&mut bench, options.engine);
    shell::run(&mut bench)
}
