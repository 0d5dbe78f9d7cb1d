//! Rust tests inside the browser, by wasm-pack.

use crate::toolchain::Toolchain;
use crate::{setup, shell};
use anyhow::{Context, Result};
use serde_json::json;

/// Where the browser's options for the test runner are written.
const OPTIONS: &str = "target/webdriver.json";

/// Runs the browser tests of plugin and host.
pub fn run() -> Result<()> {
    let options = shell::root().join(OPTIONS);
    let browser = setup::browser().context("no browser; run: cargo xtask setup")?;
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];
    let chrome = json!({ "goog:chromeOptions": { "args": arguments, "binary": browser } });
    std::fs::write(&options, chrome.to_string())?;
    // Why not `wasm-pack test .` for the plugin: its folder is the workspace's, and native test files come along.
    let files = ["browser", "channel_browser", "bus_plugin_browser", "regressions_browser"];
    let tests: Vec<_> = files.iter().flat_map(|file| ["--test", file]).collect();
    cargo_test(&[&["-p", "cx-speechstorm"], &tests[..]].concat())?;
    let toolchain = Toolchain::find().context("no standard library for WebAssembly; run: cargo xtask setup")?;
    let mut wasm_pack = shell::command("wasm-pack");
    toolchain.prepare(&mut wasm_pack);
    wasm_pack.args(["test", "--headless", "--chrome", "--mode", "no-install", "--chromedriver"]);
    wasm_pack.arg(setup::driver().context("no WebDriver; run: cargo xtask setup")?);
    wasm_pack.arg("www/host").env("CARGO_TARGET_DIR", shell::root().join(crate::wasm::TARGET_DIR));
    shell::run(wasm_pack.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", options))
}

fn cargo_test(arguments: &[&str]) -> Result<()> {
    let toolchain = Toolchain::find().context("no standard library for WebAssembly; run: cargo xtask setup")?;
    let mut cargo = toolchain.cargo();
    cargo.arg("test").args(arguments).args([
        "--target",
        crate::toolchain::TARGET,
        "--target-dir",
        crate::wasm::TARGET_DIR,
    ]);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    cargo.env("CHROMEDRIVER", setup::driver().context("no WebDriver; run: cargo xtask setup")?);
    shell::run(cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", shell::root().join(OPTIONS)))
}
