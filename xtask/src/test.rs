//! Every test of the project, in the order of how soon they tell something.

use crate::{browser_tests, dist, setup, shell};
use anyhow::Result;
use std::time::Instant;

/// Flags of `cargo xtask test`.
#[derive(clap::Args)]
pub struct Options {
    /// Only these suites
    #[arg(value_enum)]
    suites: Vec<Suite>,
}

/// A suite of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    /// The plugin's core, natively
    Core,
    /// The stack's servers over real HTTP
    Stack,
    /// Plugin and host inside the browser
    Browser,
    /// Customer and agent in real browsers against the stack
    E2e,
}

/// Sets up, builds and runs; prints what ran and how long it took.
pub fn run(options: &Options) -> Result<()> {
    setup::run_for(setup::Purpose::Test)?;
    let all = [Suite::Core, Suite::Stack, Suite::Browser, Suite::E2e];
    let suites = if options.suites.is_empty() { &all[..] } else { &options.suites };
    let mut ran = Vec::new();
    for suite in suites {
        println!("\n=== {suite:?} ===");
        let start = Instant::now();
        match suite {
            Suite::Core => cargo_test("cx-speechstorm", &[])?,
            Suite::Stack => {
                // The stack's tests start the binary, which wants to find the files that it serves.
                dist::build()?;
                cargo_test("cx-stack", &[])?;
            }
            Suite::Browser => browser_tests::run()?,
            Suite::E2e => {
                dist::build()?;
                cargo_test("e2e", &["--", "--test-threads=2"])?;
            }
        }
        ran.push(format!("{:<8} passed in {:>4.0} s", format!("{suite:?}"), start.elapsed().as_secs_f64()));
    }
    println!("\n{}", ran.join("\n"));
    Ok(())
}

fn cargo_test(package: &str, arguments: &[&str]) -> Result<()> {
    let mut cargo = shell::command("cargo");
    cargo.args(["test", "-p", package]).args(arguments);
    setup::name_browser(&mut cargo);
    shell::run(&mut cargo)
}
