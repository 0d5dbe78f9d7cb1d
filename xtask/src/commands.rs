//! The commands that the documents tell a reader to type, typed: all that no other suite runs. That none is missing is a test
//! (`tests/guides_examples.rs`).

use crate::{demo, dist, shell};
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What `cargo xtask` is told and comes to an end. So few rounds, chats and pictures show that the command works, and no more.
const ENDING: &[&str] =
    &["setup --check", "bench --rounds 1", "load --chats 50 --messages 1 --unoptimised", "shots site-dark-mobile-ar"];

/// What the demo serves where the documents say so, and what each page has.
const DEMO: &[(&str, &str)] = &[
    ("http://127.0.0.1:8080/", "/dist/cx-speechstorm.js"),
    ("http://127.0.0.1:8080/chat-immediate/", "/config.js"),
    ("http://127.0.0.1:8070/", "Agent Desk"),
    ("http://127.0.0.1:8090/", "Chat Servers"),
];
/// The same of the starter template, in JavaScript and in Rust.
const STARTER: &[(&str, &str)] = &[
    ("http://127.0.0.1:8080/", "/greeter.js"),
    ("http://127.0.0.1:8080/rust.html", "rust.js"),
    ("http://127.0.0.1:8080/pkg/cx_starter.js", "initSync"),
];
/// The same of the stack alone.
const STACK: &[(&str, &str)] = &[("http://127.0.0.1:8080/", "/dist/cx-speechstorm.js")];

/// What is printed once a command serves: how to end it, or where everything is.
const SERVES: [&str; 2] = ["Ctrl+C", demo::READY];

/// How long a server may take to end, and how often it is looked at meanwhile.
const ENDS_WITHIN: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(50);

/// Types each; reads what it serves, and presses Ctrl+C.
pub fn run() -> Result<()> {
    for words in ENDING {
        shell::run(&mut xtask(words))?;
    }
    try_serving(xtask("demo --no-open"), DEMO, || shell::run(&mut xtask("doctor http://127.0.0.1:8080/")))?;
    try_serving(xtask("starter --no-open"), STARTER, || Ok(()))?;
    try_serving(xtask("stack --allow-origin https://www.example"), STACK, || Ok(()))?;
    for words in ["dist", "build"] {
        shell::run(&mut xtask(words))?;
    }
    ensure!(dist::is_published(), "`cargo xtask build` has taken away what `cargo xtask dist` had made");
    Ok(())
}

fn xtask(words: &str) -> Command {
    let mut command = shell::command("cargo");
    command.arg("xtask").args(words.split(' '));
    command
}

/// Has a command serve these pages, do something meanwhile, and end.
fn try_serving(mut command: Command, pages: &[(&str, &str)], meanwhile: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("  $ {}", shell::describe(&command));
    for (page, _) in pages {
        ensure!(ureq::get(*page).call().is_err(), "something serves {page} already: is it a demo? End it first");
    }
    // Ctrl+C reaches all that a command has started, so they are a group of their own.
    let mut served = Served(command.process_group(0).stdout(Stdio::piped()).spawn()?);
    let output = served.0.stdout.take().context("the command has no output")?;
    let mut lines = BufReader::new(output).lines();
    loop {
        let line = lines.next().context("it ended before it served anything")??;
        println!("{line}");
        if SERVES.iter().any(|word| line.contains(word)) {
            break;
        }
    }
    // Why: whose output nobody reads any more has to wait.
    std::thread::spawn(move || lines.for_each(drop));
    for (page, text) in pages {
        let shown = ureq::get(*page).call().with_context(|| (*page).to_owned())?.body_mut().read_to_string()?;
        ensure!(shown.contains(text), "{page} has no {text}");
    }
    meanwhile()?;
    served.interrupt()?;
    served.0.wait()?;
    let asked = Instant::now();
    for (page, _) in pages {
        while ureq::get(*page).call().is_ok() {
            ensure!(asked.elapsed() < ENDS_WITHIN, "Ctrl+C does not end it: {page} is still served");
            std::thread::sleep(LOOK);
        }
    }
    Ok(())
}

/// A command with all the processes that it has started. They end with this value.
struct Served(Child);

impl Served {
    fn interrupt(&self) -> Result<()> {
        let group = format!("-{}", self.0.id());
        ensure!(shell::command("kill").args(["-INT", "--", &group]).status()?.success(), "Ctrl+C reaches nobody");
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if !matches!(self.0.try_wait(), Ok(Some(_))) {
            let _ = self.interrupt();
        }
    }
}
