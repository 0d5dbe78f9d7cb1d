//! `cargo xtask`: the only entry that a contributor needs.

mod bars;
mod bench;
mod binaryen;
mod browser_tests;
mod build_id;
mod bundle;
mod commands;
mod components;
mod cost;
mod demo;
mod demo_page;
mod dist;
mod doctor;
mod engine;
mod library;
mod lint;
mod load;
mod manifest;
mod nowasm;
mod package;
mod plugin;
mod python;
mod reproduce;
mod sbom;
mod setup;
mod shell;
mod shorten;
mod shots;
mod size;
mod stack;
mod starter;
mod test;
mod toolchain;
mod wasm;
mod weigh;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Sets up, builds, demonstrates, tests and weighs cx-speechstorm.
#[derive(Parser)]
#[command(name = "cargo xtask", version = None::<&str>)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what is missing on this machine, saying what and why
    Setup {
        /// Only report what is missing
        #[arg(long)]
        check: bool,
    },
    /// Builds what demo and development need of plugin, host and stack into dist/ and target/
    Build {
        /// Builds all that is published, and nothing else, into this folder; for comparing two builds
        #[arg(long, hide = true, value_name = "FOLDER")]
        into: Option<std::path::PathBuf>,
        /// As where the source of Rust's standard library is not installed, and the plugin alone
        #[arg(long, hide = true, requires = "into")]
        without_source: bool,
    },
    /// Builds all that is published into dist/
    Dist,
    /// Opens the demo website and the agent desk on this machine
    Demo(demo::Options),
    /// Builds the starter template for bus plugins, and serves it
    Starter(starter::Options),
    /// Builds the stack, and runs it with flags of its own
    Stack(stack::Options),
    /// Runs every test
    Test(test::Options),
    /// Checks formatting, licences, lints, types and documentation
    Lint,
    /// Looks at a page in the browser: what keeps MicroApps from opening on it, and how to put it right
    Doctor(doctor::Options),
    /// Takes pictures of every placement and view into target/shots/
    Shots(shots::Options),
    /// Measures the plugin's timing against the same behaviour written by hand, in a browser
    Bench(bench::Options),
    /// Lets thousands of customers chat with the stack at once; fails when a message is lost or doubled
    Load(load::Options),
    /// Weighs what a website downloads against the bars of the project
    Size,
}

fn main() -> std::process::ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Setup { check } => setup::run(check),
        Task::Build { into: Some(folder), without_source: true } => dist::build_without_source(&folder),
        Task::Build { into: Some(folder), .. } => dist::contents(&folder, plugin::Scope::Published),
        Task::Build { into: None, .. } => setup::run_for(setup::Purpose::Demo).and_then(|()| dist::build()),
        Task::Dist => setup::run_for(setup::Purpose::Demo).and_then(|()| dist::publish()),
        Task::Demo(options) => demo::run(&options),
        Task::Starter(options) => starter::run(&options),
        Task::Stack(options) => stack::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Lint => lint::run(),
        Task::Doctor(options) => doctor::run(&options),
        Task::Shots(options) => shots::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Load(options) => load::run(&options),
        Task::Size => setup::run_for(setup::Purpose::Demo).and_then(|()| size::run()),
    }
}
