//! What the server does with Chat Server and Interaction Server for a session: it reads what they know, says status messages
//! in the chat and attaches data (steps 4, 5, 7 and 8 of the vendor's process).

use std::sync::Arc;

use cx_speechstorm::core::status::progress_block;
use zeroize::Zeroizing;

use super::Sessions;
use crate::chat_server::ChatError;
use crate::chat_server::client::{Credentials, View};
use crate::interaction_server::AttachedData;
use crate::messaging_server::reach::Unreached;
use crate::messaging_server::refusal::Refusal;
use crate::store::MicroAppRow;

impl Sessions {
    /// What a party of a chat may read of it, by its own key.
    pub(in super::super) fn transcript(
        &self,
        interaction: &str,
        credentials: Credentials<'_>,
    ) -> Result<View, Refusal> {
        let (chat, id, user) = (self.chat.clone(), interaction.to_owned(), credentials.user_id.to_owned());
        let key = Zeroizing::new(credentials.secure_key.to_owned());
        let ask = move || chat.read_transcript(&id, Credentials { user_id: &user, secure_key: &key }, Some(1));
        let read = self.way.ask_after(self.faults.chat_delay(), ask).map_err(|_| Refusal::ChatServerUnreached)?;
        read.map_err(|error| Refusal::from(&error))
    }

    /// What the Interaction Server knows of an interaction.
    pub(in super::super) fn attached_data(&self, interaction: &str) -> Result<AttachedData, Unreached> {
        let (interactions, id) = (self.interactions.clone(), interaction.to_owned());
        let ask = move || interactions.attached_data(&id).map_err(|_| Unreached);
        self.way.ask_after(self.faults.interaction_delay(), ask).flatten()
    }

    /// Tells the agent of the step the customer is at, if the server that brought them there was killed before it could.
    pub(in super::super) fn tell_untold(&self, session: &MicroAppRow) -> Result<(), Refusal> {
        let own = session.id.clone();
        let noted = self.read(move |store| store.milestones(&own))?;
        if noted.last().is_some_and(|newest| newest.name == session.block) {
            return Ok(());
        }
        let (chat, id) = (self.chat.clone(), session.interaction.clone());
        let nickname = self.settings.progress_nickname.clone();
        let said = self.way.ask(move || chat.external_newest(&id, &nickname).ok().flatten());
        let is_it = |(index, text): (u64, String)| index > session.index && text == progress_block(&session.block);
        if said.ok().flatten().is_some_and(is_it) {
            let (own, block, now) = (session.id.clone(), session.block.clone(), self.now_ms());
            return self.write(move |store| store.add_milestone(&own, &block, now));
        }
        self.report(session);
        Ok(())
    }

    /// Writes attached data; a failure is audited.
    ///
    /// # Errors
    /// [`Refusal::AttachedDataUnavailable`] when it fails and `AttachedData.IgnoreFailures` is false.
    pub(in super::super) fn attach(&self, session: &MicroAppRow, data: AttachedData) -> Result<(), Refusal> {
        if data.is_empty() {
            return Ok(());
        }
        let (interactions, id) = (self.interactions.clone(), session.interaction.clone());
        let by = self.settings.interaction_client_name.clone();
        let update = move || interactions.update(&id, &data, &by).is_ok();
        let written = self.way.ask_after(self.faults.interaction_delay(), update).unwrap_or(false);
        self.attached(session, written)
    }

    /// Audits whether data were attached, and says whether it can go on.
    pub(super) fn attached(&self, session: &MicroAppRow, written: bool) -> Result<(), Refusal> {
        let code = if written { "attached_data_written" } else { "attached_data_failed" };
        self.audit(code, &session.interaction, &session.token);
        let goes_on = written || self.settings.attached_data_ignore_failures;
        if goes_on { Ok(()) } else { Err(Refusal::AttachedDataUnavailable) }
    }

    /// Says in the chat that a block is reached, and then notes it: whoever is killed in between has it in the transcript.
    pub(in super::super) fn report(&self, session: &MicroAppRow) {
        let (nickname, text) = (self.settings.progress_nickname.clone(), progress_block(&session.block));
        let (chat, id, visibility) = (self.chat.clone(), session.interaction.clone(), self.visibility);
        let sent = self.way.ask(move || chat.external_message(&id, &nickname, &text, visibility));
        // One that is waited for in vain is noted all the same, as soon as the database has time.
        let (store, own, block, now) =
            (Arc::clone(&self.store), session.id.clone(), session.block.clone(), self.now_ms());
        let noted = self.way.ask(move || store.add_milestone(&own, &block, now));
        let code = match (noted, sent) {
            (Ok(Ok(())), Ok(Ok(_))) => "status_sent",
            // Who finishes after the end of the chat has nobody left to tell.
            (Ok(Ok(())), Ok(Err(ChatError::Ended))) => "status_skipped",
            _ => "status_failed",
        };
        self.audit(code, &session.interaction, &session.token);
    }
}
