//! Waiting for conditions.

use anyhow::{Context, Result, bail};
use std::time::Duration;
use tokio::time::Instant;

/// How long any condition may take.
pub const DEADLINE: Duration = Duration::from_secs(20);
/// After how long it is looked at again: sooner at first, since most come true at once.
const INTERVALS: [Duration; 5] = [
    Duration::from_millis(10),
    Duration::from_millis(20),
    Duration::from_millis(40),
    Duration::from_millis(80),
    Duration::from_millis(120),
];

/// Looks until `probe` gives something; an error of the probe counts as "not yet".
///
/// # Errors
/// After [`DEADLINE`], naming `what` and the probe's last error.
pub async fn until<T>(what: &str, mut probe: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    let [.., longest] = INTERVALS;
    let mut intervals = INTERVALS.into_iter();
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
        tokio::time::sleep(intervals.next().unwrap_or(longest)).await;
    }
}

/// Looks until `probe` says true.
///
/// # Errors
/// As [`until`].
pub async fn until_true(what: &str, mut probe: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    until(what, async || Ok(probe().await?.then_some(()))).await
}
