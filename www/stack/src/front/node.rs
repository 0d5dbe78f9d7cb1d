//! A Chat Server process behind the front: it waits as a warm standby until it is told to be primary, then opens the
//! database and serves.
//!
//! It is told by its standard input: a line makes it primary, the end of the input ends it, so that none is left over when
//! the front dies. It says `READY` and its addresses on standard output, as every stack does.

use std::io::BufRead;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::stack::Addresses;

/// Who a process is, and how others see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Node {
    /// Its application name.
    pub name: String,
    /// Its alias.
    pub alias: String,
    /// Port at which it listens for GMS; any free one if `None`.
    pub port: Option<u16>,
    /// The file that it shares with its backup.
    pub db: PathBuf,
    /// Addresses of the front, by which browsers reach it.
    pub public: Addresses,
}

impl Node {
    /// Reads what the front has written.
    ///
    /// # Errors
    /// What is wrong with the JSON.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

/// What the front says.
pub struct Orders(mpsc::UnboundedReceiver<()>);

impl Orders {
    /// Begins to listen to standard input.
    pub fn listen() -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        // A thread of its own, because a read of standard input cannot be called off.
        std::thread::spawn(move || {
            for _ in std::io::stdin().lock().lines().map_while(Result::ok) {
                if sender.send(()).is_err() {
                    return;
                }
            }
        });
        Self(receiver)
    }

    /// Waits to be made primary; `false` when the front is gone.
    pub async fn promoted(&mut self) -> bool {
        self.0.recv().await.is_some()
    }

    /// Waits until the front is gone.
    pub async fn gone(&mut self) {
        while self.0.recv().await.is_some() {}
    }
}
