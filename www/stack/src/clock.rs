//! Wall-clock time as the protocols carry it, and a clock that tests can put forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

/// Milliseconds since the Unix epoch, the unit of `utcTime` (backend 1.4).
pub fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}

/// The wall clock, or one ahead of it. Clones are the same clock.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    ahead: Arc<AtomicI64>,
    moved: Arc<Notify>,
}

impl Clock {
    /// Milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> i64 {
        now_ms().saturating_add(self.ahead.load(Ordering::Relaxed))
    }

    /// Puts the clock forward and wakes who waits for that: no test has to sleep.
    pub fn advance(&self, ms: i64) {
        self.ahead.fetch_add(ms, Ordering::Relaxed);
        self.moved.notify_one();
    }

    /// Waits until the clock is put forward.
    pub async fn moved(&self) {
        self.moved.notified().await;
    }
}
