//! The customer's interface to the Chat Server ("flex"): what GMS calls, and what the Messaging Server reads with the
//! customer's user id and secure key.

use super::client::{ClientAction, Credentials, Identity, Joined, StartChat, View};
use super::entry::{Draft, EntryType, PartyType, Visibility};
use super::idle::IdleTimer;
use super::key::KeyDigest;
use super::session::{Participant, Session};
use super::silence::Line;
use super::{
    ChatChange, ChatError, ChatServer, MESSAGE_LIMIT_BYTES, NICKNAME_LIMIT, asynchronous, check_text, check_url,
    own_data,
};
use crate::clock::now_ms;
use crate::random;
use crate::store::StoreError;

/// The party with this user id. One that has left may still read a chat that is over, but nothing of one that goes on
/// without it; one that was let go for its silence is told so.
fn owner(session: &Session, user_id: &str) -> Result<Participant, ChatError> {
    let party = session.party(user_id).ok_or(ChatError::UnknownUser)?;
    if party.kind == PartyType::Client && session.line.is_some_and(Line::is_cut) {
        return Err(ChatError::Silent);
    }
    if party.left.is_some() && session.ended.is_none() {
        return Err(ChatError::UnknownUser);
    }
    Ok(party.clone())
}

impl ChatServer {
    /// Starts a chat of a web client, which is let go if nothing is heard of it for too long ([`super::silence`]).
    ///
    /// # Errors
    /// A text over the limit; faults of database or random generator.
    pub fn start(&self, start: StartChat) -> Result<Joined, ChatError> {
        self.start_for(start, |_, _| Ok(()))
    }

    /// The same for a server that keeps in the database whose chat it is, by chat id and user id: it writes that `beside`, so
    /// that a kill leaves both or none.
    ///
    /// # Errors
    /// As [`ChatServer::start`].
    pub fn start_for(
        &self,
        start: StartChat,
        beside: impl FnOnce(&str, &str) -> Result<(), StoreError>,
    ) -> Result<Joined, ChatError> {
        let (identity, secure_key) = (Identity::draw()?, random::hex_lower::<8>()?);
        let (chat_id, user_id) = (identity.chat_id.clone(), identity.user_id.clone());
        let key = KeyDigest::of(&secure_key);
        self.begin(start, identity, key, || beside(&chat_id, &user_id))?;
        Ok(Joined { chat_id, user_id, secure_key })
    }

    /// Starts a chat for a customer whose ids and key another server has given out, and who is there for as long as that
    /// server says ([`ChatServer::is_there`], [`ChatServer::stays`]). What it keeps of the chat in the database it writes
    /// `beside`: a kill leaves both or none.
    ///
    /// # Errors
    /// A text over the limit; faults of database or random generator.
    pub fn start_as(
        &self,
        start: StartChat,
        identity: Identity,
        key: KeyDigest,
        beside: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(), ChatError> {
        self.begin(start, identity, key, beside)
    }

    fn begin(
        &self,
        start: StartChat,
        identity: Identity,
        key: KeyDigest,
        beside: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(), ChatError> {
        if start.text.len() > MESSAGE_LIMIT_BYTES {
            return Err(ChatError::MessageTooLong);
        }
        let (now, asynchronous) = (self.inner.clock.now_ms(), asynchronous::is_meant(&start.user_data));
        let mut session = Session {
            id: identity.chat_id,
            service: start.service,
            queue: start.queue,
            subject: start.subject,
            created: now_ms(),
            ended: None,
            participants: Vec::new(),
            transcript: Vec::new(),
            typing: Vec::new(),
            preview: String::new(),
            asynchronous,
            idle: IdleTimer::new(self.inner.limits.of(asynchronous).clone(), now),
            // Whoever comes back hours later is not missed meanwhile.
            line: (!asynchronous).then(|| Line::new(now, false)),
            offer: start.offer,
            alerts: Vec::new(),
            asked: None,
            customer_read: 0,
            stale: false,
        };
        // Before the database, as everybody else takes them.
        let mut sessions = self.lock();
        self.whole(|| {
            self.inner.store.insert_session(&session)?;
            if !asynchronous {
                self.inner.store.put_line(&session.id, false)?;
            }
            let mut data = own_data::without_own(start.user_data);
            data.insert(own_data::IS_ONLINE.to_owned(), "1".to_owned());
            data.insert(own_data::APPLICATION.to_owned(), self.application().to_owned());
            self.inner.interactions.update(&session.id, &data, self.application())?;
            let (kind, all) = (PartyType::Client, Visibility::All);
            let party = self.join_as(&mut session, kind, &start.nickname, identity.user_id, vec![key], all)?;
            if !start.text.is_empty() {
                self.append(&mut session, party.sender(), Draft::message(&start.text, Visibility::All))?;
            }
            Ok(beside()?)
        })?;
        let chat_id = session.id.clone();
        sessions.insert(chat_id.clone(), session);
        drop(sessions);
        self.notify(ChatChange::Summary { chat_id });
        Ok(())
    }

    /// Does what the customer asks and answers with the transcript from `position` (backend 1.4).
    ///
    /// A wrong key removes the party at once, to stop hijacking (backend 1.5, 8210).
    ///
    /// # Errors
    /// Unknown chat, unknown or silent user, wrong key, ended chat, unfit text, database fault.
    pub fn act(
        &self,
        chat_id: &str,
        credentials: Credentials<'_>,
        action: ClientAction,
        position: Option<i64>,
    ) -> Result<View, ChatError> {
        self.with(chat_id, |session| {
            let party = self.authenticate(session, credentials)?;
            self.perform(session, &party, action)?;
            Ok(session.view_of(&party, position, self.inner.clock.now_ms()))
        })
    }

    /// As [`ChatServer::act`], without a key: for GMS's API v1, whose clients have only a service's id and which keeps the
    /// session itself (backend 2.2).
    ///
    /// # Errors
    /// As [`ChatServer::act`], but for the key.
    pub fn act_in_place_of(
        &self,
        chat_id: &str,
        user_id: &str,
        action: ClientAction,
        position: Option<i64>,
    ) -> Result<View, ChatError> {
        self.with(chat_id, |session| {
            self.cut_if_silent(session)?;
            let party = owner(session, user_id)?;
            self.hear(session, 0);
            self.perform(session, &party, action)?;
            Ok(session.view_of(&party, position, self.inner.clock.now_ms()))
        })
    }

    /// What [`ChatServer::act_in_place_of`] shows, with nothing done.
    ///
    /// # Errors
    /// Unknown chat or user, database fault.
    pub fn look_in_place_of(&self, chat_id: &str, user_id: &str, position: Option<i64>) -> Result<View, ChatError> {
        self.with(chat_id, |session| {
            Ok(session.view_of(&owner(session, user_id)?, position, self.inner.clock.now_ms()))
        })
    }

    /// How many chats go on.
    pub fn live_chats(&self) -> usize {
        self.lock().values().filter(|session| session.ended.is_none()).count()
    }

    /// The alias under which this Chat Server is reached.
    pub fn alias(&self) -> &str {
        &self.inner.application.alias
    }

    /// Name under which this Chat Server appears as an application.
    pub fn application(&self) -> &str {
        &self.inner.application.name
    }

    pub(super) fn authenticate(
        &self,
        session: &mut Session,
        credentials: Credentials<'_>,
    ) -> Result<Participant, ChatError> {
        self.cut_if_silent(session)?;
        let party = owner(session, credentials.user_id)?;
        if party.keys.is_empty() {
            return Err(ChatError::UnknownUser);
        }
        if party.is_opened_by(credentials.secure_key) {
            self.hear(session, 0);
            return Ok(party);
        }
        if session.ended.is_none() {
            self.leave(session, party.id)?;
            self.end_if_deserted(session)?;
            self.notify(ChatChange::Summary { chat_id: session.id.clone() });
        }
        Err(ChatError::WrongKey)
    }

    fn perform(&self, session: &mut Session, party: &Participant, action: ClientAction) -> Result<(), ChatError> {
        if session.ended.is_some() {
            return match action {
                // Looking and leaving are always possible, so that a late client learns the end.
                ClientAction::Refresh { .. } | ClientAction::Typing { .. } | ClientAction::Disconnect => Ok(()),
                _ => Err(ChatError::Ended),
            };
        }
        match action {
            ClientAction::Refresh { preview } => self.set_preview(session, preview),
            ClientAction::Send { text, message_type, attributes } => {
                check_text(&text)?;
                self.set_preview(session, String::new())?;
                self.set_typing(session, party, false)?;
                let mut draft = Draft::message(&text, Visibility::All);
                draft.message_type = message_type.or(draft.message_type);
                draft.event_attributes = attributes;
                self.append(session, party.sender(), draft).map(|_| ())
            }
            ClientAction::Typing { on, preview } => {
                self.set_preview(session, if on { preview } else { String::new() })?;
                self.set_typing(session, party, on)
            }
            ClientAction::UpdateData(data) => {
                Ok(self.inner.interactions.update(&session.id, &own_data::without_own(data), self.application())?)
            }
            ClientAction::Notice { text, attributes } => {
                if text.as_ref().is_some_and(|text| text.len() > MESSAGE_LIMIT_BYTES) {
                    return Err(ChatError::MessageTooLong);
                }
                let draft = Draft { text, event_attributes: attributes, ..Draft::event(EntryType::CustomNotice) };
                self.append(session, party.sender(), draft).map(|_| ())
            }
            ClientAction::PushUrl(url) => {
                check_url(&url)?;
                let draft = Draft { text: Some(url), ..Draft::event(EntryType::PushUrl) };
                self.append(session, party.sender(), draft).map(|_| ())
            }
            ClientAction::ReadReceipt(index) => {
                if index == 0 || index > session.newest_index() {
                    return Err(ChatError::BadPosition);
                }
                if index > session.customer_read {
                    self.inner.store.put_customer_read(&session.id, index)?;
                    session.customer_read = index;
                    self.notify(ChatChange::Summary { chat_id: session.id.clone() });
                }
                Ok(())
            }
            ClientAction::UpdateNickname(nickname) => self.rename(session, party.id, &nickname),
            ClientAction::Disconnect => {
                self.leave(session, party.id)?;
                self.finish(session)
            }
        }
    }

    fn rename(&self, session: &mut Session, participant_id: u32, nickname: &str) -> Result<(), ChatError> {
        let fits = (1..=NICKNAME_LIMIT).contains(&nickname.trim().chars().count());
        if !fits || nickname.chars().any(char::is_control) {
            return Err(ChatError::BadNickname);
        }
        let Some(party) = session.participants.iter_mut().find(|party| party.id == participant_id) else {
            return Err(ChatError::UnknownUser);
        };
        nickname.trim().clone_into(&mut party.nickname);
        let party = party.clone();
        self.inner.store.put_participant(&session.id, &party)?;
        self.append(session, party.sender(), Draft::event(EntryType::NicknameUpdated))?;
        self.notify(ChatChange::Summary { chat_id: session.id.clone() });
        Ok(())
    }

    pub(super) fn set_preview(&self, session: &mut Session, preview: String) -> Result<(), ChatError> {
        if preview.len() > MESSAGE_LIMIT_BYTES {
            return Err(ChatError::MessageTooLong);
        }
        if session.preview != preview {
            session.preview.clone_from(&preview);
            self.notify(ChatChange::Preview { chat_id: session.id.clone(), text: preview });
        }
        Ok(())
    }
}
