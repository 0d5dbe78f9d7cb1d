//! The starter template for bus plugins (`www/host/starter`): built and served as its README says.

use crate::{demo, dist, setup, shell, wasm};
use anyhow::{Context, Result};

/// Flags of `cargo xtask starter`.
#[derive(clap::Args)]
pub struct Options {
    /// Only print the addresses
    #[arg(long)]
    no_open: bool,
}

/// Where the stack finds its pages.
const SITE: &str = "target/starter";

/// Sets up, builds, and serves until interrupted.
pub fn run(options: &Options) -> Result<()> {
    setup::run_for(setup::Purpose::Demo)?;
    dist::build()?;
    let hint = "Start a chat on the website and accept it at the agent desk. Ctrl+C ends it.";
    demo::serve(&["--site-dir", SITE], hint, !options.no_open)
}

/// Puts the pages and both plugins where the stack serves them.
pub fn build() -> Result<()> {
    println!("Building the starter template");
    let (template, site) = (shell::root().join("www/host/starter"), shell::root().join(SITE));
    dist::empty(&site)?;
    for entry in std::fs::read_dir(&template).context("reading the starter template")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_file() {
            std::fs::copy(&path, site.join(name)).with_context(|| format!("copying {}", path.display()))?;
        }
    }
    wasm::bind(wasm::STARTER, &site.join("pkg"))
}
