//! Wall-clock time as the protocols carry it, and a clock that tests can put forward.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// Milliseconds since the Unix epoch, the unit of `utcTime` (backend 1.4).
pub fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}

/// A time as JSON carries it in the newer protocols: ISO 8601 in UTC, with milliseconds (transports 2.2).
pub fn iso(ms: i64) -> String {
    let at = time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000);
    let at = at.unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    let (date, month) = (at.date(), u8::from(at.month()));
    format!(
        "{:04}-{month:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        date.year(),
        date.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

/// The wall clock, or one ahead of it. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct Clock {
    ahead: watch::Sender<i64>,
}

impl Default for Clock {
    /// The wall clock.
    fn default() -> Self {
        Self { ahead: watch::channel(0).0 }
    }
}

impl Clock {
    /// Milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> i64 {
        now_ms().saturating_add(*self.ahead.borrow())
    }

    /// Puts the clock forward and wakes who waits for that: no test has to sleep.
    pub fn advance(&self, ms: i64) {
        self.ahead.send_modify(|ahead| *ahead = ahead.saturating_add(ms));
    }

    /// Waits until the clock shows this time, in ms.
    pub async fn until(&self, at: i64) {
        let mut moves = self.moves();
        loop {
            let left = at.saturating_sub(self.now_ms());
            if left <= 0 {
                return;
            }
            let _ = tokio::time::timeout(Duration::from_millis(left.unsigned_abs()), moves.changed()).await;
        }
    }

    /// Changes whenever the clock is put forward; each who waits has their own.
    pub fn moves(&self) -> watch::Receiver<i64> {
        self.ahead.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_text() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(1_709_164_799_007), "2024-02-28T23:59:59.007Z");
    }

    #[tokio::test]
    async fn who_waits_is_woken_by_the_move() {
        let clock = Clock::default();
        let at = clock.now_ms() + 3_600_000;
        let (waiting, other) = (clock.clone(), clock.clone());
        let waits = tokio::spawn(async move { waiting.until(at).await });
        let too = tokio::spawn(async move { other.until(at).await });
        clock.advance(3_600_000);
        waits.await.unwrap();
        too.await.unwrap();
    }
}
