//! The way to Chat Server and Interaction Server: how long one waits for them
//! (`GenesysSDK.ServerCommunication.ConnectionTimeoutMillis`), whatever holds them up.

use std::future::{Future, ready};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::Messaging;
use super::refusal::Refusal;

/// The other server did not answer in time, or not with what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreached;

/// The way to the other servers.
pub(super) struct Way {
    timeout: Duration,
}

impl Way {
    /// A way on which one waits so long for an answer, in ms.
    pub(super) fn new(timeout_ms: u32) -> Self {
        Self { timeout: Duration::from_millis(timeout_ms.into()) }
    }

    /// Asks another server. It blocks, so it is for work that was put [`aside`].
    ///
    /// # Errors
    /// [`Unreached`] when the time is over. What was asked for may come about all the same, as with any server that is far
    /// away.
    pub(super) fn ask<T: Send + 'static>(&self, ask: impl FnOnce() -> T + Send + 'static) -> Result<T, Unreached> {
        self.ask_after(ready(()), ask)
    }

    /// The same, with `delay` as the time that goes by before the other server is there.
    ///
    /// # Errors
    /// As [`Way::ask`].
    pub(super) fn ask_after<T: Send + 'static>(
        &self,
        delay: impl Future<Output = ()>,
        ask: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unreached> {
        let answer = async {
            delay.await;
            spawn_blocking(ask).await.map_err(|_| Unreached)
        };
        let in_time = async { tokio::time::timeout(self.timeout, answer).await.map_err(|_| Unreached).flatten() };
        Handle::try_current().map_err(|_| Unreached)?.block_on(in_time)
    }
}

/// Does what may have to wait for other servers where it holds up nobody else.
///
/// # Errors
/// [`Refusal::ServerFault`] when it breaks down.
pub(super) async fn aside<T: Send + 'static>(
    server: Arc<Messaging>,
    work: impl FnOnce(&Messaging) -> T + Send + 'static,
) -> Result<T, Refusal> {
    spawn_blocking(move || work(&server)).await.map_err(|_| Refusal::ServerFault)
}
