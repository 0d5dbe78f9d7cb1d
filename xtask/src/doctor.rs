//! Looks at a page in the browser and says what keeps MicroApps from opening on it.

use crate::engine::Engine;
use crate::{setup, shell};
use anyhow::{Result, bail};

/// Flags of `cargo xtask doctor`.
#[derive(clap::Args)]
pub struct Options {
    /// The page's address
    url: String,
    /// Start a chat, as a customer would, and end it: filters that other scripts leave show only then
    #[arg(long)]
    chat: bool,
    /// The browser engine to look with
    #[arg(long, value_enum, default_value = "chromium")]
    engine: Engine,
}

/// Looks and prints; an error when something is broken.
pub fn run(options: &Options) -> Result<()> {
    setup::run_for(setup::Purpose::Demo)?;
    let mut doctor = shell::command("cargo");
    doctor.args(["run", "--quiet", "-p", "e2e", "--bin", "doctor", "--", &options.url]);
    if options.chat {
        doctor.arg("--chat");
    }
    setup::name_browser(&mut doctor, options.engine);
    if !doctor.status()?.success() {
        bail!("MicroApps do not open on {}", options.url);
    }
    Ok(())
}
