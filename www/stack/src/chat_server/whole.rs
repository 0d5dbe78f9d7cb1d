//! A call is done as a whole: a kill in the middle of it leaves all of it in the database or nothing, and so does a fault of
//! the database.

use super::session::Session;
use super::{ChatError, ChatServer};
use crate::interaction_server::InteractionError;

impl ChatError {
    /// Whether the server has a fault, as opposed to whoever calls.
    fn is_ours(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Random(_) | Self::Interaction(InteractionError::Store(_)))
    }
}

impl ChatServer {
    /// Does what is written by `work` as a whole. What a refusal writes is kept: a wrong key removes its party.
    pub(super) fn whole<T>(&self, work: impl FnOnce() -> Result<T, ChatError>) -> Result<T, ChatError> {
        let together = self.inner.store.together()?;
        let done = work();
        if !done.as_ref().is_err_and(ChatError::is_ours) {
            together.keep()?;
        }
        done
    }

    /// The same with a session in memory. If it fails there is more in it than was written, so it is read anew the next time,
    /// and what only memory has is as it was before.
    pub(super) fn whole_of<T>(
        &self,
        session: &mut Session,
        work: impl FnOnce(&mut Session) -> Result<T, ChatError>,
    ) -> Result<T, ChatError> {
        let before = session.memory();
        let done = self.whole(|| work(session));
        if done.as_ref().is_err_and(ChatError::is_ours) {
            session.put_back(before);
        }
        done
    }
}
