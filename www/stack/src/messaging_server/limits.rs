//! How many launches that come to nothing one address may try: who guesses keys, tokens or chats is slowed down, and who
//! has what an agent asked for is never.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The time that is looked back, in ms.
const WINDOW_MS: i64 = 60_000;

/// Refused launches of the last minute, by the address they came from. Not kept over a restart.
pub(crate) struct LaunchLimit {
    most: usize,
    refused: Mutex<HashMap<IpAddr, VecDeque<i64>>>,
}

impl LaunchLimit {
    /// A limit of so many in a minute; 0 is no limit.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, refused: Mutex::default() }
    }

    /// Seconds until this address may try again, if it has to wait.
    pub(crate) fn wait(&self, from: IpAddr, now: i64) -> Option<i64> {
        let mut all = self.recent(now);
        let refused = all.get_mut(&from)?;
        let first = *refused.front().filter(|_| self.most > 0 && refused.len() >= self.most)?;
        Some((WINDOW_MS - (now - first) + 999) / 1000)
    }

    /// Counts a launch that was refused.
    pub(crate) fn count(&self, from: IpAddr, now: i64) {
        if self.most > 0 {
            self.recent(now).entry(from).or_default().push_back(now);
        }
    }

    /// What is not older than the window; addresses without any are forgotten, so the map holds only those who guess.
    fn recent(&self, now: i64) -> MutexGuard<'_, HashMap<IpAddr, VecDeque<i64>>> {
        let mut all = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, refused| {
            refused.retain(|at| now - at < WINDOW_MS);
            !refused.is_empty()
        });
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides_and_each_address_has_its_own() {
        let (limit, one, other) = (LaunchLimit::new(2), IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        limit.count(one, 0);
        assert_eq!(limit.wait(one, 1000), None);
        limit.count(one, 1000);
        assert_eq!((limit.wait(one, 2000), limit.wait(other, 2000)), (Some(58), None));
        assert_eq!(limit.wait(one, 60_000), None);
        let none = LaunchLimit::new(0);
        none.count(one, 0);
        assert_eq!(none.wait(one, 0), None);
    }
}
