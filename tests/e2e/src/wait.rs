//! Waiting for conditions.

use anyhow::{Context, Result, bail};
use std::time::Duration;
use tokio::time::Instant;

/// How long any condition may take.
pub const DEADLINE: Duration = Duration::from_secs(20);
/// How often it is looked at.
const INTERVAL: Duration = Duration::from_millis(40);

/// Looks until `probe` gives something; an error of the probe counts as "not yet".
///
/// # Errors
/// After [`DEADLINE`], naming `what` and the probe's last error.
pub async fn until<T>(what: &str, mut probe: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    loop {
        let failure = match probe().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if start.elapsed() > DEADLINE {
            return match failure {
                Some(error) => Err(error).with_context(|| format!("waited in vain: {what}")),
                None => bail!("waited in vain: {what}"),
            };
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Looks until `probe` says true.
///
/// # Errors
/// As [`until`].
pub async fn until_true(what: &str, mut probe: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    until(what, async || Ok(probe().await?.then_some(()))).await
}
