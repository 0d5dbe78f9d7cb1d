//! `cx-stack`: starts the servers, says where they are, stops on SIGINT and SIGTERM.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use cx_stack::stack::missing_files;
use cx_stack::{Config, Stack};

fn say(line: &str) {
    // Whoever started us may have stopped reading; that is no reason to stop serving.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn announce(stack: &Stack) {
    let at = stack.addresses();
    for (name, value) in [
        ("Website", &at.site),
        ("Agent desk", &at.desk),
        ("GMS", &at.gms),
        ("Guest Chat and v3", &at.cloud),
        ("Messaging Server", &at.messaging),
        ("Database", &at.db),
    ] {
        say(&format!("{name:<17} {value}"));
    }
    if let Some(esp) = &at.esp {
        say(&format!("{:<17} {esp}", "ESP"));
    }
    say(&format!("READY {}", serde_json::to_string(at).unwrap_or_default()));
}

#[cfg(unix)]
async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[tokio::main]
async fn main() -> ExitCode {
    let config = Config::parse();
    for (path, flag) in missing_files(&config) {
        eprintln!("{} is not there; run: cargo xtask build (or see {flag})", path.display());
    }
    if !config.is_loopback() {
        eprintln!(
            "--host {} is open to others, and the agent desk has no passwords: use it in trusted networks only",
            config.host
        );
    }
    let stack = match Stack::start(&config).await {
        Ok(stack) => stack,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    announce(&stack);
    let result = tokio::select! {
        result = stack.run() => result,
        result = asked_to_stop() => result,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("a server stopped: {error}");
            ExitCode::FAILURE
        }
    }
}
