//! The stack and the bare handler, each in a process of its own: on the threads of one program, whatever one of them blocks
//! would hold up the other and those who ask, and the ratio of both would hide it.

use std::io;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use cx_stack::stack::READY;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// A server in a process of its own. It ends when this is dropped, and with our own process, be it killed: both close its
/// input.
pub struct Server {
    process: Child,
    input: ChildStdin,
}

impl Server {
    /// Starts this program again with a sub-command; answers with what it says of its addresses as well.
    ///
    /// # Errors
    /// It does not get ready.
    pub async fn start(which: &str) -> Result<(Self, String)> {
        let mut command = Command::new(std::env::current_exe()?);
        // Why a group of its own: an interrupt at the terminal is for us, and it tidies up after us.
        command.arg(which).stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut process = command.spawn()?;
        let input = process.stdin.take().context("no input")?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(addresses) = line.strip_prefix(READY) {
                return Ok((Self { process, input }, addresses.to_owned()));
            }
        }
        bail!("{which} ended before it was ready")
    }

    /// Ends it, and waits until it has.
    ///
    /// # Errors
    /// It ended badly, or had done so before.
    pub async fn end(mut self) -> Result<()> {
        drop(self.input);
        let status = self.process.wait().await?;
        if !status.success() {
            bail!("a server ended with {status}");
        }
        Ok(())
    }
}

/// Waits until nobody has the other end of our input any more, or we are asked to stop.
///
/// # Errors
/// Signals cannot be listened for.
pub async fn let_go() -> Result<()> {
    let (tell, told) = oneshot::channel();
    // Why a thread of its own: the runtime would wait for one of its own, and nothing may ever come.
    std::thread::spawn(move || {
        let _whatever_comes = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _nobody_waits = tell.send(());
    });
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = told => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Runs the `cx-stack` that lies beside this program on free ports and a database of its own, which says itself when it is
/// ready, until we are let go of.
///
/// # Errors
/// It is not there, or ends before.
pub async fn stack() -> Result<()> {
    let binary = std::env::current_exe()?.with_file_name("cx-stack");
    let folder = tempfile::tempdir()?;
    let ports = ["--site-port", "--gms-port", "--cloud-port", "--messaging-port", "--desk-port"];
    let mut command = Command::new(&binary);
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    command.args(ports.iter().flat_map(|port| [*port, "0"])).arg("--db").arg(folder.path().join("load.sqlite"));
    let mut stack = command
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} (build it with: cargo build -p cx-stack)", binary.display()))?;
    tokio::select! {
        status = stack.wait() => bail!("cx-stack ended with {}", status?),
        result = let_go() => result?,
    }
    Ok(stack.kill().await?)
}
