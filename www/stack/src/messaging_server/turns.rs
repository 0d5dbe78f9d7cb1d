//! Turns: whoever works on something is alone with it, and holds up nobody who works on something else.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

/// What is worked on, by its key. Who waits is let in in the order in which they came.
pub(super) struct Turns<T> {
    all: Arc<Mutex<HashMap<String, Arc<Queue<T>>>>>,
    /// Whether there is nothing in it that has to be kept for the next one.
    is_spent: fn(&T) -> bool,
}

/// Somebody's turn; over when it is dropped.
pub(super) struct Turn<T> {
    // First, for the leave looks whether anybody else is there.
    here: OwnedMutexGuard<T>,
    _leave: Leave<T>,
}

/// Forgets what nobody waits for and nobody needs kept, so that as much is held as there are sessions.
struct Leave<T> {
    key: String,
    all: Arc<Mutex<HashMap<String, Arc<Queue<T>>>>>,
    is_spent: fn(&T) -> bool,
}

impl<T: Default> Turns<T> {
    /// No turns yet. What `is_spent` is as good as new, and not kept.
    pub(super) fn new(is_spent: fn(&T) -> bool) -> Self {
        Self { all: Arc::default(), is_spent }
    }

    /// Waits for one's turn, and holds up nothing meanwhile.
    pub(super) async fn take(&self, key: &str) -> Turn<T> {
        let (queue, leave) = self.enter(key);
        Turn { here: queue.lock_owned().await, _leave: leave }
    }

    /// The same where it may block, for work that was put aside.
    pub(super) fn take_blocking(&self, key: &str) -> Turn<T> {
        let (queue, leave) = self.enter(key);
        Turn { here: queue.blocking_lock_owned(), _leave: leave }
    }

    /// A turn for which nobody has to wait, if there is one.
    pub(super) fn try_take(&self, key: &str) -> Option<Turn<T>> {
        let (queue, leave) = self.enter(key);
        Some(Turn { here: queue.try_lock_owned().ok()?, _leave: leave })
    }

    fn enter(&self, key: &str) -> (Arc<Queue<T>>, Leave<T>) {
        let leave = Leave { key: key.to_owned(), all: Arc::clone(&self.all), is_spent: self.is_spent };
        (Arc::clone(lock(&self.all).entry(key.to_owned()).or_default()), leave)
    }
}

impl<T> Drop for Leave<T> {
    fn drop(&mut self) {
        let mut all = lock(&self.all);
        // Whoever waits has a share in it as well.
        let is_left = |queue: &Arc<Queue<T>>| {
            Arc::strong_count(queue) == 1 && queue.try_lock().is_ok_and(|what| (self.is_spent)(&what))
        };
        if all.get(&self.key).is_some_and(is_left) {
            all.remove(&self.key);
        }
    }
}

impl<T> Deref for Turn<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.here
    }
}

impl<T> DerefMut for Turn<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.here
    }
}

fn lock<T>(all: &Mutex<T>) -> MutexGuard<'_, T> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn each_waits_for_their_own_and_what_is_spent_is_forgotten() {
        let turns = Turns::<u32>::new(|number| *number == 0);
        let mut one = turns.take_blocking("one");
        assert_eq!(*turns.take("two").now_or_never().expect("nobody is at it"), 0);
        assert!(turns.try_take("one").is_none());
        let mut waiting = Box::pin(turns.take("one"));
        let gives_up = Box::pin(turns.take("one"));
        assert!(waiting.as_mut().now_or_never().is_none());
        *one = 7;
        drop(one);
        let mut one = waiting.now_or_never().expect("it is their turn");
        assert_eq!(*one, 7, "what the first has left");
        drop(gives_up);
        assert_eq!(lock(&turns.all).keys().collect::<Vec<_>>(), ["one"]);
        *one = 0;
        assert!(turns.take("one").now_or_never().is_none(), "and gives up");
        drop(one);
        assert!(lock(&turns.all).is_empty());
    }
}
