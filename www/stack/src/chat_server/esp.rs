//! What only a workflow can change of a chat: its limits of inactivity and its language ("How to send ESP requests to Chat
//! Session from Workflow", methods `IdleControlConfigure` and `ConfigureSession`).

use super::{ChatChange, ChatError, ChatServer};
use crate::chat_server::idle::IdleChange;
use crate::interaction_server::AttachedData;
use crate::store::StoreError;

impl ChatServer {
    /// Gives a chat other limits of inactivity, from now on and over a restart.
    ///
    /// # Errors
    /// Unknown or ended chat, database fault.
    pub fn configure_idle(&self, chat_id: &str, change: &IdleChange) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            if session.ended.is_some() {
                return Err(ChatError::Ended);
            }
            let configured = self.inner.limits.of(session.asynchronous);
            let settings = change.apply(session.idle.settings(), configured);
            let own = (settings != *configured).then(|| serde_json::to_string(&settings));
            let own = own.transpose().map_err(|_| StoreError::Corrupt("idle_control"))?;
            self.inner.store.put_idle_control(chat_id, own.as_deref())?;
            session.idle.configure(settings, self.inner.clock.now_ms());
            self.notify(ChatChange::Summary { chat_id: session.id.clone() });
            Ok(())
        })
    }

    /// Says in attached data which language a chat is in.
    ///
    /// # Errors
    /// Unknown or ended chat, database fault.
    pub fn configure_language(&self, chat_id: &str, language: &AttachedData) -> Result<(), ChatError> {
        self.with(chat_id, |session| {
            if session.ended.is_some() {
                return Err(ChatError::Ended);
            }
            Ok(self.inner.interactions.update(&session.id, language, self.application())?)
        })
    }
}
