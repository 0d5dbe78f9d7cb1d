//! The stack as a process of its own, on free ports.

use crate::kept::Kept;
use anyhow::{Context, Result};
use cx_stack::Addresses;
use cx_stack::stack::READY;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A running stack; it ends when this is dropped.
pub struct Stack {
    /// The website's origin.
    pub site: String,
    /// GMS's origin.
    pub gms: String,
    /// The origin of the Guest Chat API and of the chat API v3.
    pub cloud: String,
    /// The Messaging Server's origin.
    pub messaging: String,
    /// The agent desk's origin.
    pub desk: String,
    /// The origin of the operator's page, if there is one.
    pub operator: Option<String>,
    /// The SQLite file.
    pub db: PathBuf,
    /// With the database's folder: the process is killed, so it cannot tidy up itself.
    _process: Kept,
}

impl Stack {
    /// Starts it on free ports, with further flags.
    ///
    /// # Errors
    /// When the binary has not been built or does not get ready.
    pub async fn start(flags: &[&str]) -> Result<Stack> {
        let ports = ["--site-port", "--gms-port", "--cloud-port", "--messaging-port", "--desk-port"];
        let ports = ports.map(|port| [port, "0"]).concat();
        Stack::spawn(&[&ports[..], flags].concat()).await
    }

    /// The same, with the website on an origin of its own that sends no Content-Security-Policy: for pages that add
    /// scripts, for Widgets that do it for them, and for what the policy would forbid an attacker.
    ///
    /// # Errors
    /// As [`Stack::start`].
    pub async fn start_without_policy(flags: &[&str]) -> Result<Stack> {
        Stack::start_with_headers(flags, |_| String::new()).await
    }

    /// The same, with headers of the test's own, one a line; the stack's addresses may stand in them.
    ///
    /// # Errors
    /// As [`Stack::start`].
    pub async fn start_with_headers(flags: &[&str], headers: impl FnOnce(&Stack) -> String) -> Result<Stack> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let mut stack = Stack::start(&[&["--allow-origin", &origin], flags].concat()).await?;
        let site = std::mem::replace(&mut stack.site, origin);
        let headers: String = headers(&stack).lines().map(|line| format!("{line}\r\n")).collect();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (site, headers) = (site.clone(), headers.clone());
                tokio::spawn(async move { pass_on(connection, &site, &headers).await });
            }
        });
        Ok(stack)
    }

    /// Starts it with just these flags.
    ///
    /// # Errors
    /// As [`Stack::start`].
    pub async fn spawn(flags: &[&str]) -> Result<Stack> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let binary = root.join("target/debug/cx-stack");
        let folder = TempDir::with_prefix("cx-stack-")?;
        let mut command = Command::new(&binary);
        command.current_dir(&root).args(flags).arg("--db").arg(folder.path().join("stack.sqlite"));
        let ready = |line: &str| line.strip_prefix(READY).map(String::from);
        let (process, addresses) = Kept::start(command, folder, ready)
            .await
            .with_context(|| format!("{} (build it with: cargo xtask build)", binary.display()))?;
        let Addresses { site, gms, cloud, messaging, desk, operator, db, .. } = serde_json::from_str(&addresses)?;
        Ok(Stack { site, gms, cloud, messaging, desk, operator, db: db.into(), _process: process })
    }
}

/// A folder with these of the published files, for `--dist-dir`.
///
/// # Errors
/// When one of them has not been built.
pub fn published(names: &[&str]) -> Result<TempDir> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    let folder = TempDir::with_prefix("cx-dist-")?;
    for name in names {
        std::fs::copy(dist.join(name), folder.path().join(name))
            .with_context(|| format!("{name} (build it with: cargo xtask dist)"))?;
    }
    Ok(folder)
}

/// Answers one request with what `site` has there: of its headers the type alone, and these.
async fn pass_on(connection: TcpStream, site: &str, headers: &str) -> Result<()> {
    let mut connection = BufReader::new(connection);
    let mut request = String::new();
    connection.read_line(&mut request).await?;
    let mut header = String::from("-");
    while !header.trim().is_empty() {
        header.clear();
        connection.read_line(&mut header).await?;
    }
    let path = request.split(' ').nth(1).unwrap_or("/");
    let answer = reqwest::get(format!("{site}{path}")).await?;
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let (status, body) = (answer.status(), answer.bytes().await?);
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n"
    );
    connection.write_all(head.as_bytes()).await?;
    connection.write_all(&body).await?;
    Ok(connection.shutdown().await?)
}
