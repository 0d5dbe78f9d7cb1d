//! `cx-stack`: starts the servers, says where they are, stops on SIGINT and SIGTERM.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use cx_stack::deployment::Deployment;
use cx_stack::front::Front;
use cx_stack::front::node::Orders;
use cx_stack::gms::v1::options::Services;
use cx_stack::stack::{READY, missing_files};
use cx_stack::{Addresses, Config, Stack, StartError};

fn say(line: &str) {
    // Whoever started us may have stopped reading; that is no reason to stop serving.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn announce(at: &Addresses) {
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
    let further = at.desks.iter().map(|desk| ("Agent desk", desk));
    for (name, value) in further.chain(at.esp.iter().map(|esp| ("ESP", esp))) {
        say(&format!("{name:<17} {value}"));
    }
    if let Some(operator) = &at.operator {
        say(&format!("{:<17} {operator}", "Operator"));
    }
    say(&format!("{READY}{}", serde_json::to_string(at).unwrap_or_default()));
}

/// When the process is asked to stop. Listens from now on: whoever reads that it is ready may ask at once.
#[cfg(unix)]
fn asked_to_stop() -> impl Future<Output = std::io::Result<()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let [terminate, interrupt] = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    async {
        let (mut terminate, mut interrupt) = (terminate?, interrupt?);
        tokio::select! {
            _ = terminate.recv() => Ok(()),
            _ = interrupt.recv() => Ok(()),
        }
    }
}

#[cfg(not(unix))]
fn asked_to_stop() -> impl Future<Output = std::io::Result<()>> {
    tokio::signal::ctrl_c()
}

/// What became of the servers once they had started.
type Served = Result<std::io::Result<()>, StartError>;

/// All servers in this process.
async fn serve_alone(config: &Config) -> Served {
    let stack = Stack::start(config).await?;
    let stop = asked_to_stop();
    announce(stack.addresses());
    Ok(tokio::select! {
        result = stack.run() => result,
        result = stop => result,
    })
}

/// The front of several Chat Servers.
async fn serve_in_front(config: &Config, deployment: &Deployment) -> Served {
    let front = Front::start(config, deployment).await?;
    let stop = asked_to_stop();
    announce(front.addresses());
    Ok(tokio::select! {
        result = front.run() => result,
        result = stop => result,
    })
}

/// A Chat Server behind a front, which waits until it is needed.
async fn serve_behind_front(config: &Config) -> Served {
    let mut orders = Orders::listen();
    if !orders.promoted().await {
        return Ok(Ok(()));
    }
    let stack = Stack::start(config).await?;
    let stop = asked_to_stop();
    announce(stack.addresses());
    Ok(tokio::select! {
        result = stack.run() => result,
        () = orders.gone() => Ok(()),
        result = stop => result,
    })
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
    // What is wrong with the file is told by the stack, which does not start then.
    let services = config.services.as_deref().filter(|_| config.front.node.is_none()).map(Services::read);
    for remark in services.and_then(Result::ok).iter().flat_map(Services::remarks) {
        eprintln!("{remark}");
    }
    let deployment = match config.deployment.as_deref().map(Deployment::read).transpose() {
        Ok(deployment) => deployment.unwrap_or_default(),
        Err(fault) => {
            eprintln!("{}", StartError::Deployment(fault));
            return ExitCode::FAILURE;
        }
    };
    let outcome = if config.front.node.is_some() {
        serve_behind_front(&config).await
    } else if deployment.chat_servers.is_empty() {
        serve_alone(&config).await
    } else {
        serve_in_front(&config, &deployment).await
    };
    let result = match outcome {
        Ok(result) => result,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("a server stopped: {error}");
            ExitCode::FAILURE
        }
    }
}
