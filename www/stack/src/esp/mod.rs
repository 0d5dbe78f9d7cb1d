//! ESP: what a workflow asks of the Chat Server ("How to send ESP requests to Chat Session from Workflow"; backend 4).
//!
//! [`Esp`] is the interface itself; [`http`] renders it as JSON over HTTP, which is ours, because no public source says what
//! goes over the wire (backend 4.3). The [workflow runner](crate::workflow) uses the former.

mod fault;
pub mod flags;
pub mod http;
mod method;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::chat_server::own_data::{APPLICATION, INTERACTION_ID, IS_ONLINE};
use crate::chat_server::{ChatError, ChatServer};
use crate::interaction_server::{AttachedData, InteractionError, InteractionServer};
pub use fault::Fault;
pub use method::{LANGUAGE_CODE, Message, Method};

/// The one service of a Chat Server.
pub const SERVICE: &str = "Chat";

/// A request: what the External Service block of a workflow has to be told.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Service name; `Chat`.
    pub service: String,
    /// Method name.
    pub method: String,
    /// Parameters of the method.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// User data of the interaction, which goes along unless "Don't send user data" is checked.
    pub user_data: Option<AttachedData>,
}

/// The ESP port of the Chat Server; clones are the same.
#[derive(Clone)]
pub struct Esp {
    chat: ChatServer,
    interactions: InteractionServer,
    /// Codes that the language of a session may have; none: any.
    languages: Arc<[String]>,
}

impl Esp {
    /// The port of this Chat Server, where a session may have one of these languages; any if there are none.
    pub fn new(chat: ChatServer, interactions: InteractionServer, languages: &[String]) -> Self {
        Self { chat, interactions, languages: languages.into() }
    }

    /// User data and properties of an interaction, as a workflow reads them before it asks for anything (document, "How to
    /// Implement", steps 1 and 2).
    ///
    /// # Errors
    /// [`Fault::NoSuchSession`], [`Fault::Server`].
    pub fn user_data(&self, interaction_id: &str) -> Result<AttachedData, Fault> {
        let mut data = self.interactions.attached_data(interaction_id).map_err(|error| match error {
            InteractionError::Unknown => Fault::NoSuchSession,
            InteractionError::Store(_) => Fault::Server,
        })?;
        data.insert(INTERACTION_ID.to_owned(), interaction_id.to_owned());
        Ok(data)
    }

    /// Does what a workflow asks of the Chat Server application of this name.
    ///
    /// # Errors
    /// [`Fault`]; nothing has been done then.
    pub fn call(&self, application: &str, request: &Request) -> Result<(), Fault> {
        if application != self.chat.application() {
            return Err(Fault::UnknownApplication);
        }
        if request.service != SERVICE {
            return Err(Fault::UnknownService);
        }
        let method = Method::read(&request.method, &request.parameters)?;
        if let Method::ConfigureSession(language) = &method
            && let Some(code) = language.get(LANGUAGE_CODE)
            && !self.languages.is_empty()
            && !self.languages.contains(code)
        {
            return Err(Fault::BadParameter(LANGUAGE_CODE, "one of the languages of --language"));
        }
        let data = request.user_data.as_ref().ok_or(Fault::NoUserData)?;
        let id = data.get(INTERACTION_ID).ok_or(Fault::NoUserData)?;
        if data.get(IS_ONLINE).is_some_and(|online| online == "0") {
            return Err(Fault::Offline);
        }
        // After a failover it is another one, and user data that was read before is of no use any more.
        if data.get(APPLICATION).is_some_and(|name| name != application) {
            return Err(Fault::OtherApplication);
        }
        self.perform(id, method).map_err(|error| match error {
            ChatError::UnknownChat => Fault::NoSuchSession,
            ChatError::Ended => Fault::Offline,
            ChatError::BadUrl => Fault::BadUrl,
            ChatError::MessageEmpty | ChatError::MessageTooLong => Fault::BadText,
            ChatError::BadNickname => Fault::BadParameter("Nickname", "1 to 128 characters"),
            _ => Fault::Server,
        })
    }

    fn perform(&self, id: &str, method: Method) -> Result<(), ChatError> {
        match method {
            Method::Message(message) | Method::Notice(message) => {
                let nickname = message.nickname.as_deref().unwrap_or(method::DEFAULT_NICKNAME);
                self.chat.external_entry(id, nickname, message.draft).map(|_| ())
            }
            Method::IdleControlConfigure(change) => self.chat.configure_idle(id, &change),
            Method::ConfigureSession(language) => self.chat.configure_language(id, &language),
        }
    }
}
