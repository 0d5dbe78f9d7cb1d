//! The demo: website, agent desk and an operator's page on this machine.

use crate::engine::Engine;
use crate::{dist, setup, shell, stack};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// What the stack prints before its addresses, once it is ready.
pub const READY: &str = "READY ";

/// The Chat Servers of the demo, and what is done with their chats.
const DEPLOYMENT: &str = "www/stack/demo/deployment.ini";
const WORKFLOW: &str = "www/stack/demo/workflow.ini";

/// Flags of `cargo xtask demo`.
#[derive(clap::Args)]
pub struct Options {
    /// Play agent and customer automatically, then exit
    #[arg(long)]
    script: bool,
    /// Seconds between two steps of the script
    #[arg(long, default_value_t = 1.5, requires = "script")]
    pace: f64,
    /// Folder for pictures of the script's steps
    #[arg(long, requires = "script", value_name = "FOLDER")]
    pictures: Option<String>,
    /// Messaging Server that the website uses instead of the stack's
    #[arg(long, value_name = "URL", conflicts_with = "script")]
    messaging_server: Option<String>,
    /// GMS chat service that the website uses instead of the stack's
    #[arg(long, value_name = "URL", conflicts_with = "script")]
    chat_server: Option<String>,
    /// Only print the addresses
    #[arg(long)]
    no_open: bool,
}

/// Sets up, builds, and plays or serves until interrupted.
pub fn run(options: &Options) -> Result<()> {
    setup::run_for(setup::Purpose::Demo)?;
    dist::build()?;
    if options.script { play(options) } else { serve_website(options) }
}

/// Plays agent and customer as fast as they can; fails when one does not see what is due.
pub fn play_at_once() -> Result<()> {
    let script =
        Options { script: true, pace: 0.0, pictures: None, messaging_server: None, chat_server: None, no_open: true };
    play(&script)
}

fn play(options: &Options) -> Result<()> {
    let mut script = shell::command("cargo");
    script.args(["run", "--quiet", "-p", "e2e", "--bin", "demo-script", "--"]);
    script.args(["--pace", &options.pace.to_string()]);
    if has_screen() && !options.no_open {
        script.arg("--visible");
    }
    if let Some(folder) = &options.pictures {
        script.args(["--pictures", folder]);
    }
    setup::name_browser(&mut script, Engine::Chromium);
    shell::run(&mut script)
}

fn serve_website(options: &Options) -> Result<()> {
    let others = [("--messaging-server", &options.messaging_server), ("--chat-server", &options.chat_server)];
    let given = others.iter().filter_map(|(flag, value)| Some([*flag, value.as_deref()?]));
    let hint = "Start a chat on the website, accept it at the agent desk, and choose the standard response “Payment MicroApp”, fill in\n\
                account and amount, insert it, and send. Any future expiry date and CVC will do with card 4111 1111 1111 1111.\n\
                Ctrl+C ends the demo.\n\
                Chat Immediate, which routes to whoever is signed in at the desk: {site}/chat-immediate/";
    // Two Chat Servers, so that one can be made to fail on the operator's page; and a chat's silence is counted down, or the
    // workflow's limits would show nothing.
    let (deployment, workflow) = (shell::root().join(DEPLOYMENT), shell::root().join(WORKFLOW));
    let (deployment, workflow) = (deployment.display().to_string(), workflow.display().to_string());
    let own = ["--deployment", &deployment, "--operator-port", "8090", "--workflow", &workflow, "--idle-enabled"];
    serve(&given.flatten().chain(own).collect::<Vec<_>>(), hint, !options.no_open)
}

/// Runs the stack with these flags until it is interrupted; says what to do once it is ready, with the website's address for
/// `{site}`, and shows website and desk.
pub fn serve(flags: &[&str], hint: &str, show: bool) -> Result<()> {
    let mut process = stack::binary().args(flags).stdout(Stdio::piped()).spawn().context("starting the stack")?;
    let output = process.stdout.take().context("the stack has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        let Some(addresses) = line.strip_prefix(READY) else {
            println!("{line}");
            continue;
        };
        let addresses: serde_json::Value = serde_json::from_str(addresses)?;
        println!("\n{}", hint.replace("{site}", addresses["site"].as_str().unwrap_or_default()));
        let operator = addresses["operator"].as_str();
        if let Some(operator) = operator {
            println!("A button that kills the Chat Server; its backup takes over, and the chat goes on: {operator}");
        }
        if show {
            let pages = ["site", "desk"].map(|page| addresses[page].as_str().unwrap_or_default());
            pages.into_iter().chain(operator).for_each(open);
        }
    }
    let status = process.wait()?;
    if !status.success() {
        bail!("the stack ended: {status}");
    }
    Ok(())
}

fn has_screen() -> bool {
    cfg!(target_os = "macos") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some())
}

/// Opens a page in the person's browser; where there is none, the printed address has to do.
fn open(address: &str) {
    if !has_screen() {
        return;
    }
    if let Some(opener) = shell::find(&["xdg-open", "open"]).or_else(|| Engine::Chromium.browser()) {
        let _ = shell::command(opener).arg(address).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    }
}
