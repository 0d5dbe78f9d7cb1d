//! Rust tests inside the browser, by wasm-pack.

use crate::engine::Engine;
use crate::shell;
use crate::toolchain::Toolchain;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};

/// The variable that names the test runner's options of the browser.
const OPTIONS: &str = "WASM_BINDGEN_TEST_WEBDRIVER_JSON";

/// How many seconds a program of tests may take; the chat service's own clocks make the host's run for a minute.
const DEADLINE: (&str, &str) = ("WASM_BINDGEN_TEST_TIMEOUT", "240");

/// Runs the browser tests of plugin and host in these engines, side by side: they mostly wait for the clocks of a chat.
pub fn run(engines: &[Engine]) -> Result<()> {
    // What all engines run is compiled once, and where somebody sees it.
    if let Some(engine) = engines.first() {
        shell::run(cargo_test(*engine, &["--no-run"])?.args(["-p", "cx-host", "--tests"]))?;
        shell::run(&mut plugins_tests(*engine, &["--no-run"])?)?;
    }
    let outcomes = std::thread::scope(|scope| {
        let runs: Vec<_> = engines.iter().map(|engine| scope.spawn(|| run_in(*engine))).collect();
        runs.into_iter().map(|run| run.join()).collect::<Vec<_>>()
    });
    for engine in engines {
        println!("\n--- {engine:?} ---\n{}", std::fs::read_to_string(log(*engine))?);
    }
    // Only now, so that what every engine printed can be read.
    outcomes.into_iter().try_for_each(|outcome| outcome.unwrap_or_else(|_| bail!("a run of tests broke off")))
}

/// All tests in one engine, with what they print in a file.
fn run_in(engine: Engine) -> Result<()> {
    let log = File::create(log(engine))?;
    shell::run_into(&mut plugins_tests(engine, &[])?, &log)?;
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
    wasm_pack.env(DEADLINE.0, DEADLINE.1).env(OPTIONS, write_options(engine)?);
    shell::run_into(&mut wasm_pack, &log)
}

/// What the tests in an engine print.
fn log(engine: Engine) -> PathBuf {
    shell::root().join("target").join(format!("browser-{}.log", engine.name()))
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

/// Writes what the test runner asks of the browser, and gives the file.
fn write_options(engine: Engine) -> Result<PathBuf> {
    let browser = engine.browser().context("no browser; run: cargo xtask setup")?;
    let file = shell::root().join("target").join(format!("webdriver-{}.json", engine.name()));
    std::fs::write(&file, options(engine, &browser).to_string())?;
    Ok(file)
}

/// Why not `wasm-pack test .` for the plugin: its folder is the workspace's, and native test files come along.
fn plugins_tests(engine: Engine, arguments: &[&str]) -> Result<std::process::Command> {
    let files = ["browser", "bus_plugin_browser"];
    let mut cargo = cargo_test(engine, arguments)?;
    cargo.args(["-p", "cx-speechstorm"]).args(files.iter().flat_map(|file| ["--test", file]));
    Ok(cargo)
}

fn cargo_test(engine: Engine, arguments: &[&str]) -> Result<std::process::Command> {
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
    cargo.env(OPTIONS, write_options(engine)?);
    Ok(cargo)
}
