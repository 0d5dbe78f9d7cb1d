//! The way to Chat Server and Interaction Server: how long one waits for them
//! (`GenesysSDK.ServerCommunication.ConnectionTimeoutMillis`).

use std::future::Future;
use std::time::Duration;

/// The other server did not answer in time, or not with what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreached;

/// Asks another server: `way` is the time that goes by before it answers, `ask` its answer. Waits for `timeout_ms` at most.
///
/// # Errors
/// [`Unreached`] when the time is over.
pub(super) async fn reach<T>(
    timeout_ms: u32,
    way: impl Future<Output = ()>,
    ask: impl FnOnce() -> T,
) -> Result<T, Unreached> {
    tokio::time::timeout(Duration::from_millis(timeout_ms.into()), way).await.map_err(|_| Unreached)?;
    Ok(ask())
}
