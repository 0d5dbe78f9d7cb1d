//! The starter template for bus plugins (`www/host/starter`): built and served as its README says.

use crate::toolchain::Toolchain;
use crate::{demo, dist, plugin, setup, shell, wasm};
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// Flags of `cargo xtask starter`.
#[derive(clap::Args)]
pub struct Options {
    /// Only print the addresses
    #[arg(long)]
    no_open: bool,
}

/// Where the template is.
const TEMPLATE: &str = "www/host/starter";
/// How the crate names this project, and how a copy is built.
const PROJECT: &str = "path = \"../../../..\"";
const BUILD: &str = "wasm-pack build rust --dev --target web --out-dir ../pkg";
/// How a copy is tested.
const TEST: &str = "cargo test --manifest-path rust/Cargo.toml";
/// Where the stack finds its pages.
const SITE: &str = "target/starter";
/// Where the end-to-end tests have the stack find those of a copy.
const COPY: &str = "target/starter-copy";

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
    let (template, site) = (shell::root().join(TEMPLATE), shell::root().join(SITE));
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

/// Makes a plugin of one's own out of the template, in another folder, word by word as its README says, and keeps what is
/// served of it for the end-to-end tests.
pub fn try_copy() -> Result<()> {
    println!("Building a copy of the starter template");
    let copy = std::env::temp_dir().join(format!("cx-starter-{}", std::process::id()));
    let outcome = build_copy(&copy);
    std::fs::remove_dir_all(&copy).context("removing the copy of the starter template")?;
    outcome
}

fn build_copy(copy: &Path) -> Result<()> {
    let template = shell::root().join(TEMPLATE);
    let readme = std::fs::read_to_string(template.join("README.md"))?;
    for line in [BUILD, TEST, "cargo xtask stack --site-dir ../my-plugin"] {
        ensure!(readme.contains(&format!("\n{line}\n")), "the README of the starter template does not say: {line}");
    }
    ensure!(readme.contains(&crate::toolchain::by_hand()), "the README of the starter template names other variables");
    for from in plugin::files_below(&template)? {
        let to = copy.join(from.strip_prefix(&template)?);
        std::fs::create_dir_all(to.parent().unwrap_or(copy))?;
        std::fs::copy(&from, &to).with_context(|| format!("copying {}", from.display()))?;
    }
    let manifest = std::fs::read_to_string(copy.join("rust/Cargo.toml"))?;
    ensure!(manifest.contains(PROJECT), "the starter template does not name the project by its path");
    let here = format!("path = {:?}", shell::root());
    std::fs::write(copy.join("rust/Cargo.toml"), manifest.replace(PROJECT, &here))?;
    // Why: what has been built already need not be built again, and the same versions need nobody to be asked.
    std::fs::copy(shell::root().join("Cargo.lock"), copy.join("rust/Cargo.lock"))?;
    let toolchain = Toolchain::find().context("no standard library for WebAssembly; run: cargo xtask setup")?;
    let line = |words: &str, target: &str| {
        let mut words = words.split(' ');
        let mut command = shell::command(words.next().unwrap_or_default());
        command.args(words).current_dir(copy).env("CARGO_TARGET_DIR", shell::root().join(target));
        command
    };
    let mut wasm_pack = line(BUILD, wasm::TARGET_DIR);
    toolchain.prepare(&mut wasm_pack);
    shell::run(&mut wasm_pack)?;
    shell::run(&mut line(TEST, "target"))?;
    // What `rust.js` loads.
    for file in ["pkg/cx_starter.js", "pkg/cx_starter_bg.wasm"] {
        ensure!(copy.join(file).is_file(), "the copy of the starter template has no {file}");
    }
    let site = shell::root().join(COPY);
    dist::empty(&site)?;
    for from in plugin::files_below(copy)? {
        let to = site.join(from.strip_prefix(copy)?);
        std::fs::create_dir_all(to.parent().unwrap_or(&site))?;
        std::fs::copy(&from, &to).with_context(|| format!("keeping {}", from.display()))?;
    }
    Ok(())
}
