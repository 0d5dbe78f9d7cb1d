//! The processes that a front starts.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::node::Node;
use crate::chat_server::Application;
use crate::stack::{Addresses, READY};

/// What every process of a pair is started with.
pub struct Spawn {
    /// The program.
    pub program: PathBuf,
    /// The arguments of the front itself.
    pub arguments: Vec<OsString>,
    /// Port of the one that serves, if the operator wants a certain one.
    pub port: Option<u16>,
    /// The file of the pair.
    pub db: PathBuf,
    /// The front's addresses.
    pub public: Addresses,
}

/// A process. It dies with this value.
pub struct Process {
    /// Which application it is.
    pub application: Application,
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Spawn {
    /// Starts a process, which waits to be made primary.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(&self, application: &Application) -> io::Result<Process> {
        let node = Node {
            name: application.name.clone(),
            alias: application.alias.clone(),
            port: self.port,
            db: self.db.clone(),
            public: self.public.clone(),
        };
        let node = serde_json::to_string(&node).map_err(io::Error::other)?;
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).arg("--node").arg(node).kill_on_drop(true);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let missing = || io::Error::other("a Chat Server has no input or output");
        let (input, output) = (child.stdin.take().ok_or_else(missing)?, child.stdout.take().ok_or_else(missing)?);
        Ok(Process { application: application.clone(), child, input, output: BufReader::new(output).lines() })
    }
}

impl Process {
    /// Makes it primary; answers when it serves.
    ///
    /// # Errors
    /// It has ended before.
    pub async fn promote(&mut self) -> io::Result<Addresses> {
        self.input.write_all(b"primary\n").await?;
        self.input.flush().await?;
        while let Some(line) = self.output.next_line().await? {
            if let Some(addresses) = line.strip_prefix(READY) {
                return serde_json::from_str(addresses).map_err(io::Error::other);
            }
        }
        Err(io::Error::other(format!("the Chat Server {} ended before it served", self.application.name)))
    }

    /// Its number in the system, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// What the system says.
    pub async fn ended(&mut self) -> io::Result<()> {
        self.child.wait().await.map(|_| ())
    }

    /// Kills it and waits for its end.
    ///
    /// # Errors
    /// What the system says.
    pub async fn kill(&mut self) -> io::Result<()> {
        self.child.kill().await
    }
}
