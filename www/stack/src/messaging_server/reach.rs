//! The way to Chat Server and Interaction Server: how long one waits for them
//! (`GenesysSDK.ServerCommunication.ConnectionTimeoutMillis`), whatever holds them up.

use std::future::{Future, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
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

    /// Asks another server for what must not come about once nobody waits for it. Just before it does, `ask` asks whether
    /// somebody waits; if so, its answer is waited for to the end, which has to be near.
    ///
    /// # Errors
    /// [`Unreached`] when the time is over; `ask` hears that nobody waits then. Also when it breaks down.
    pub(super) fn ask_and_agree<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<T, Unreached> {
        // Whoever is first to say so, it is decided by: that it is done, or that it is given up.
        let decided = Arc::new(AtomicBool::new(false));
        let is_decided = Arc::clone(&decided);
        let (tell, told) = channel();
        let asked = self.ask(move || tell.send(ask(&|| !is_decided.swap(true, Ordering::SeqCst))));
        match asked {
            Err(Unreached) if !decided.swap(true, Ordering::SeqCst) => Err(Unreached),
            _ => told.recv().map_err(|_| Unreached),
        }
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
                let asked = Way::new(TIMEOUT_MS).ask_and_agree(move |waits| {
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
