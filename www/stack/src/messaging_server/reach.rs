//! The way to Chat Server and Interaction Server: how long one waits for them
//! (`GenesysSDK.ServerCommunication.ConnectionTimeoutMillis`), whatever holds them up, and how many wait at once, so that
//! MicroApps that are held up hold up nothing else that this process does.

use std::future::{Future, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::Messaging;
use super::refusal::Refusal;

/// The other server did not answer in time, or not with what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreached;

/// How long a request waits for a place. Who comes to one in this time does not notice; who does not is better told.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// How many calls of other servers may be under way for each place: one that somebody waits for, and one that somebody has
/// given up, which goes on all the same.
const CALLS_A_PLACE: usize = 2;

/// The way to the other servers.
pub(super) struct Way {
    timeout: Duration,
    calls: Arc<Semaphore>,
}

impl Way {
    /// A way on which one waits so long for an answer, in ms, and for so many [`Places`].
    pub(super) fn new(timeout_ms: u32, places: usize) -> Self {
        let calls = Arc::new(Semaphore::new(places.saturating_mul(CALLS_A_PLACE)));
        Self { timeout: Duration::from_millis(timeout_ms.into()), calls }
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
            let place = Arc::clone(&self.calls).acquire_owned().await.map_err(|_| Unreached)?;
            let call = move || {
                let _place = place;
                ask()
            };
            spawn_blocking(call).await.map_err(|_| Unreached)
        };
        let in_time = async { tokio::time::timeout(self.timeout, answer).await.map_err(|_| Unreached).flatten() };
        Handle::try_current().map_err(|_| Unreached)?.block_on(in_time)
    }

    /// Asks another server, which is there after `delay`, for what must not come about once nobody waits for it. Just before
    /// it does, `ask` asks whether somebody waits; if so, its answer is waited for to the end, which has to be near.
    ///
    /// # Errors
    /// [`Unreached`] when the time is over; `ask` hears that nobody waits then. Also when it breaks down.
    pub(super) fn ask_and_agree<T: Send + 'static>(
        &self,
        delay: impl Future<Output = ()>,
        ask: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<T, Unreached> {
        // Whoever is first to say so, it is decided by: that it is done, or that it is given up.
        let decided = Arc::new(AtomicBool::new(false));
        let is_decided = Arc::clone(&decided);
        let (tell, told) = channel();
        let asked = self.ask_after(delay, move || tell.send(ask(&|| !is_decided.swap(true, Ordering::SeqCst))));
        match asked {
            Err(Unreached) if !decided.swap(true, Ordering::SeqCst) => Err(Unreached),
            _ => told.recv().map_err(|_| Unreached),
        }
    }
}

/// How many requests may be worked on at once. The threads that wait are few and belong to all servers of the process, so who
/// waits for a place waits without one.
pub(super) struct Places(Arc<Semaphore>);

impl Places {
    /// So many.
    pub(super) fn new(most: usize) -> Self {
        Self(Arc::new(Semaphore::new(most)))
    }

    async fn take(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.0).acquire_owned().await.map_err(|_| Refusal::ServerFault)
    }
}

/// Works on a request where it may wait for other servers and hold up nobody else. What it notes in the audit log is written
/// before its answer goes out.
///
/// # Errors
/// [`Refusal::ServerBusy`] when no place for it is free soon, [`Refusal::ServerFault`] when it breaks down.
pub(super) async fn aside<T: Send + 'static>(
    server: Arc<Messaging>,
    work: impl FnOnce(&Messaging) -> T + Send + 'static,
) -> Result<T, Refusal> {
    let place = tokio::time::timeout(PATIENCE, server.places.take()).await.map_err(|_| Refusal::ServerBusy)??;
    at_place(place, server, work).await
}

/// The same for what has to be done, however long it waits for its place.
///
/// # Errors
/// [`Refusal::ServerFault`] when it breaks down.
pub(super) async fn aside_at_last<T: Send + 'static>(
    server: Arc<Messaging>,
    work: impl FnOnce(&Messaging) -> T + Send + 'static,
) -> Result<T, Refusal> {
    let place = server.places.take().await?;
    at_place(place, server, work).await
}

async fn at_place<T: Send + 'static>(
    place: OwnedSemaphorePermit,
    server: Arc<Messaging>,
    work: impl FnOnce(&Messaging) -> T + Send + 'static,
) -> Result<T, Refusal> {
    // The place goes with the work, which goes on when whoever has asked for it is gone.
    let working = move || {
        let _place = place;
        let done = work(&server);
        server.sessions.settle();
        done
    };
    spawn_blocking(working).await.map_err(|_| Refusal::ServerFault)
}

/// What the server does of its own accord, which is one thing at a time.
pub(super) async fn apart(server: Arc<Messaging>, work: impl FnOnce(&Messaging) + Send + 'static) {
    // What breaks down there is told with the customer's next step.
    let _ = spawn_blocking(move || work(&server)).await;
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn what_is_done_is_told_and_what_is_told_is_done() {
        const TIMEOUT_MS: u32 = 5;
        let asked = spawn_blocking(|| {
            // Some ask well before the time is over, some in that moment, some when nobody waits any more.
            for microseconds in (3_000..7_000).step_by(40) {
                let done = Arc::new(AtomicBool::new(false));
                let is_done = Arc::clone(&done);
                let (alive, over) = channel::<()>();
                let begun = Instant::now();
                let after = move |microseconds| while begun.elapsed() < Duration::from_micros(microseconds) {};
                let asked = Way::new(TIMEOUT_MS, 1).ask_and_agree(ready(()), move |waits| {
                    let _alive = alive;
                    after(microseconds);
                    if waits() {
                        after(microseconds + 2_000);
                        is_done.store(true, Ordering::SeqCst);
                    }
                    is_done.load(Ordering::SeqCst)
                });
                let told = asked.unwrap_or(false);
                // What nobody has waited for is over, too.
                let _ = over.recv();
                assert_eq!(told, done.load(Ordering::SeqCst), "at {microseconds} microseconds");
            }
        });
        asked.await.unwrap();
    }
}
