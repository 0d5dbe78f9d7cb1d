//! Rust tests inside the browser, by wasm-pack.

use crate::engine::Engine;
use crate::shell;
use crate::toolchain::Toolchain;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::Path;

/// Where the browser's options for the test runner are written.
const OPTIONS: &str = "target/webdriver.json";

/// How many seconds a file of tests may take; the chat service's own clocks make some run for half a minute.
const DEADLINE: (&str, &str) = ("WASM_BINDGEN_TEST_TIMEOUT", "180");

/// Runs the browser tests of plugin and host in one engine.
pub fn run(engine: Engine) -> Result<()> {
    let browser = engine.browser().context("no browser; run: cargo xtask setup")?;
    std::fs::write(shell::root().join(OPTIONS), options(engine, &browser).to_string())?;
    // Why not `wasm-pack test .` for the plugin: its folder is the workspace's, and native test files come along.
    let files = ["browser", "bus_plugin_browser"];
    let tests: Vec<_> = files.iter().flat_map(|file| ["--test", file]).collect();
    cargo_test(engine, &[&["-p", "cx-speechstorm"], &tests[..]].concat())?;
    let toolchain = Toolchain::find().context("no standard library for WebAssembly; run: cargo xtask setup")?;
    let mut wasm_pack = shell::command("wasm-pack");
    toolchain.prepare(&mut wasm_pack);
    wasm_pack.args(["test", "--headless", "--mode", "no-install"]);
    wasm_pack.args(match engine {
        Engine::Chromium => ["--chrome", "--chromedriver"],
        Engine::Firefox => ["--firefox", "--geckodriver"],
    });
    wasm_pack.arg(engine.driver().context("no WebDriver; run: cargo xtask setup")?);
    wasm_pack.arg("www/host").env("CARGO_TARGET_DIR", shell::root().join(crate::wasm::TARGET_DIR));
    wasm_pack.env(DEADLINE.0, DEADLINE.1);
    shell::run(wasm_pack.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", shell::root().join(OPTIONS)))
}

/// What the test runner asks of the browser.
fn options(engine: Engine, browser: &Path) -> Value {
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
    match engine {
        Engine::Chromium => json!({ "goog:chromeOptions": { "args": arguments, "binary": browser } }),
        Engine::Firefox => json!({ "moz:firefoxOptions": { "args": ["-headless"], "binary": browser } }),
    }
}

fn cargo_test(engine: Engine, arguments: &[&str]) -> Result<()> {
    let toolchain = Toolchain::find().context("no standard library for WebAssembly; run: cargo xtask setup")?;
    let mut cargo = toolchain.cargo();
    cargo.arg("test").args(arguments).args([
        "--target",
        crate::toolchain::TARGET,
        "--target-dir",
        crate::wasm::TARGET_DIR,
    ]);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    let name = match engine {
        Engine::Chromium => "CHROMEDRIVER",
        Engine::Firefox => "GECKODRIVER",
    };
    cargo.env(name, engine.driver().context("no WebDriver; run: cargo xtask setup")?);
    shell::run(cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", shell::root().join(OPTIONS)))
}
