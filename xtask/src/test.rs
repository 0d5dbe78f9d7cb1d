//! Every test of the project, in the order of how soon they tell something.

use crate::engine::{self, Engine};
use crate::{browser_tests, commands, demo, dist, reproduce, setup, shell, stack, starter};
use anyhow::Result;
use std::time::Instant;

/// Flags of `cargo xtask test`.
#[derive(clap::Args)]
pub struct Options {
    /// Only these suites
    #[arg(value_enum)]
    suites: Vec<Suite>,
    /// Only this browser engine
    #[arg(long, value_enum)]
    engine: Option<Engine>,
}

/// A suite of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    /// The plugin's core and the build, natively
    Core,
    /// The stack's servers over real HTTP
    Stack,
    /// The commands that the documents tell a reader to type
    Commands,
    /// Plugin and host inside the browser
    Browser,
    /// Two builds in two folders, which must be the same
    Reproduce,
    /// Customer and agent in real browsers against the stack
    E2e,
    /// The published files on pages and in bundles of integrators; in Firefox only the pages
    Packaging,
}

/// Sets up, builds and runs; prints what ran and how long it took.
pub fn run(options: &Options) -> Result<()> {
    setup::run_for(setup::Purpose::Test)?;
    let all =
        [Suite::Core, Suite::Stack, Suite::Commands, Suite::Browser, Suite::Reproduce, Suite::E2e, Suite::Packaging];
    let suites = if options.suites.is_empty() { &all[..] } else { &options.suites };
    let engines = options.engine.map_or(engine::ALL.to_vec(), |engine| vec![engine]);
    let mut ran = Vec::new();
    for suite in suites {
        println!("\n=== {suite:?} ===");
        let mut passed = |name: String, start: Instant| {
            ran.push(format!("{name:<18} passed in {:>4.0} s", start.elapsed().as_secs_f64()));
        };
        let start = Instant::now();
        match suite {
            Suite::Core => {
                cargo_test("cx-speechstorm", &[], None)?;
                // The build's own tests: it is a workspace of its own.
                let build = ["test", "--quiet", "--manifest-path", "xtask/Cargo.toml", "--target-dir", "target/xtask"];
                shell::run(shell::command("cargo").args(build))?;
                passed("Core".into(), start);
            }
            Suite::Stack => {
                // The stack's tests start the binary, which wants to find the files that it serves.
                dist::build()?;
                let targets = ["-p", "load", "--lib", "--bins", "--test", "stack", "--test", "small"];
                shell::run(stack::cargo("test").args(targets))?;
                passed("Stack".into(), start);
            }
            Suite::Commands => {
                commands::run()?;
                passed("Commands".into(), start);
            }
            Suite::Browser => {
                browser_tests::run(&engines)?;
                passed("Browser".into(), start);
            }
            Suite::Reproduce => {
                reproduce::run()?;
                passed("Reproduce".into(), start);
            }
            Suite::E2e => {
                dist::publish()?;
                starter::try_copy()?;
                demo::play_at_once()?;
                for engine in &engines {
                    println!("\n--- {engine:?} ---");
                    let start = Instant::now();
                    // The compiler, the tests' own order, what axe-core says of a page and what the doctor finds on one are the
                    // same in every engine.
                    let which: &[&str] = match engine {
                        Engine::Chromium => &["--", "--test-threads=3", "--skip=flat::two_hundred"],
                        Engine::Firefox => &[
                            "--",
                            "--test-threads=3",
                            "--skip=harness::",
                            "--skip=docs_scripts::",
                            "--skip=doctor::",
                            "--skip=access::every_placement",
                            "--skip=flat::a_thousand",
                            "--skip=desk::the_pages_of_operators",
                            "--skip=microapps::every_page",
                        ],
                    };
                    cargo_test("e2e", which, Some(*engine))?;
                    passed(format!("E2e {engine:?}"), start);
                }
            }
            Suite::Packaging => {
                dist::publish()?;
                dist::try_without_source()?;
                for engine in &engines {
                    println!("\n--- {engine:?} ---");
                    let start = Instant::now();
                    // What a bundler makes is the same in every engine, and each way onto a page is tried with one script.
                    let which: &[&str] = match engine {
                        Engine::Chromium => &["--", "--test-threads=2"],
                        Engine::Firefox => &[
                            "--",
                            "script_tag::",
                            "--test-threads=2",
                            "--skip=slim_script_works_wherever",
                            "--skip=without_webassembly_works_wherever",
                        ],
                    };
                    cargo_test("packaging", which, Some(*engine))?;
                    passed(format!("Packaging {engine:?}"), start);
                }
            }
        }
    }
    println!("\n{}", ran.join("\n"));
    Ok(())
}

fn cargo_test(package: &str, arguments: &[&str], engine: Option<Engine>) -> Result<()> {
    let mut cargo = shell::command("cargo");
    cargo.args(["test", "-p", package]).args(arguments);
    if let Some(engine) = engine {
        setup::name_browser(&mut cargo, engine);
    }
    shell::run(&mut cargo)
}
