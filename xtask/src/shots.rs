//! Pictures of the windows, to be looked at.

use crate::engine::Engine;
use crate::{dist, setup, shell};
use anyhow::Result;

/// Flags of `cargo xtask shots`.
#[derive(clap::Args)]
pub struct Options {
    /// Only pictures with this in their name
    only: Option<String>,
}

/// Builds and takes the pictures into `target/shots/`.
pub fn run(options: &Options) -> Result<()> {
    setup::run_for(setup::Purpose::Test)?;
    dist::build()?;
    let mut shots = shell::command("cargo");
    shots.args(["run", "--quiet", "-p", "e2e", "--bin", "shots", "--"]).arg(shell::root().join("target/shots"));
    shots.args(&options.only);
    setup::name_browser(&mut shots, Engine::Chromium);
    shell::run(&mut shots)
}
