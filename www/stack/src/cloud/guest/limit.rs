//! How many messages a member may send (transports 2.3; no number of the real service is known, this one is ours).

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use super::error::GuestError;

/// Messages of one member in a minute.
pub(super) const PER_MINUTE: usize = 30;

const WINDOW_MS: i64 = 60_000;

/// When members have sent their last messages. Not kept over a restart.
#[derive(Default)]
pub(super) struct Limit(Mutex<HashMap<String, VecDeque<i64>>>);

impl Limit {
    /// Counts a message of this conversation's guest.
    ///
    /// # Errors
    /// [`GuestError::TooManyRequests`]; the message then does not count.
    pub(super) fn count(&self, conversation: &str, now: i64) -> Result<(), GuestError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever has been silent for a minute is forgotten, so the map holds only those who talk.
        all.retain(|_, sent| sent.back().is_some_and(|last| now - last < WINDOW_MS));
        let sent = all.entry(conversation.to_owned()).or_default();
        while sent.front().is_some_and(|first| now - first >= WINDOW_MS) {
            sent.pop_front();
        }
        if let Some(first) = sent.front().filter(|_| sent.len() >= PER_MINUTE) {
            let wait = (WINDOW_MS - (now - first) + 999) / 1000;
            return Err(GuestError::TooManyRequests(u32::try_from(wait).unwrap_or(1)));
        }
        sent.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let limit = Limit::default();
        for at in 0..30 {
            assert_eq!(limit.count("A", at * 1000), Ok(()));
        }
        assert_eq!(limit.count("A", 30_000), Err(GuestError::TooManyRequests(30)));
        assert_eq!(limit.count("B", 30_000), Ok(()));
        assert_eq!(limit.count("A", 59_999), Err(GuestError::TooManyRequests(1)));
        assert_eq!(limit.count("A", 60_000), Ok(()));
        assert_eq!(limit.count("A", 60_001), Err(GuestError::TooManyRequests(1)));
    }
}
