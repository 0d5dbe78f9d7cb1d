//! Poke: the agent's desktop sends the customer's device a word (Chat Support, options `internal_api_url_base` and
//! `default_poke_message`). The address of the request is *ours*; the document names only `internal-poke` and its
//! parameter `poke_message`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::super::Gms;
use super::super::error::GmsError;
use super::super::form::Form;
use super::super::start::enqueue;
use super::error::V1Error;
use super::find;
use super::inbound::SERVICE_KEY;
use crate::chat_server::client::StartChat;
use crate::chat_server::entry::{Draft, EntryType};
use crate::store::ServiceRow;

/// Keys of attached data by which the agent's desktop learns of it. *Ours*, but for those that are options' names.
const POKE_URL: &str = "_gms_poke_url";
const PLUGIN_URL: &str = "iws_plugin_url";
const PLUGIN_VIEW: &str = "iws_plugin_view_name";

/// Who pokes.
const NAME: &str = "GMS";

/// Says what queue a chat is for, and attaches what the agent's desktop needs.
pub(super) fn announce(gms: &Gms, row: &ServiceRow, start: &mut StartChat) -> Result<(), V1Error> {
    let (poll, data) = (&gms.config.deployment.poll, &mut start.user_data);
    if let Some(queue) = enqueue(gms, gms.config.deployment.poll_endpoint(), data)? {
        start.queue = queue;
    }
    let poke = poll.poke.as_ref().map(|poke| format!("{}/genesys/1/internal-poke/{}", poke.url_base, row.id));
    let told =
        [(POKE_URL, poke), (PLUGIN_URL, poll.iws_plugin_url.clone()), (PLUGIN_VIEW, poll.iws_plugin_view_name.clone())];
    data.extend(told.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    Ok(())
}

/// `/genesys/1/internal-poke/{id}`: the customer of this service's chat gets a custom notice, by refresh or push.
pub(super) async fn poke(
    State(gms): State<Arc<Gms>>,
    Path(id): Path<String>,
    form: Result<Form, GmsError>,
) -> Result<StatusCode, V1Error> {
    let (row, form) = (find(&gms, &id)?, form?);
    send(&gms, &row, form.some("poke_message"))?;
    Ok(StatusCode::NO_CONTENT)
}

fn send(gms: &Gms, row: &ServiceRow, message: Option<&str>) -> Result<(), V1Error> {
    let poke = gms.config.deployment.poll.poke.as_ref().ok_or(V1Error::NotFound)?;
    let (chat_id, _) = row.chat.as_ref().ok_or(V1Error::NotFound)?;
    let text = message.unwrap_or(&poke.message).to_owned();
    gms.chat.external_entry(chat_id, NAME, Draft { text: Some(text), ..Draft::event(EntryType::CustomNotice) })?;
    Ok(())
}

/// Pokes for the agents' desk of the same process.
///
/// Why it does not ask at the address that is attached: attached data may be anybody's, and a server asks nobody because a
/// customer wants it to.
#[derive(Clone)]
pub struct Poker(Arc<Gms>);

/// Why nobody is poked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPoke {
    /// The chat is none of a service, its service is forgotten, or the deployment has no poke.
    Unavailable,
    /// The text is too long.
    TooLong,
    /// The server has a fault.
    Fault,
}

impl Poker {
    pub(in super::super) fn new(gms: Arc<Gms>) -> Self {
        Self(gms)
    }

    /// The customer of this chat gets a custom notice with this text, or with `default_poke_message`.
    ///
    /// # Errors
    /// [`NoPoke`].
    pub fn poke(&self, chat_id: &str, message: Option<&str>) -> Result<(), NoPoke> {
        let data = self.0.interactions.attached_data(chat_id).map_err(|_| NoPoke::Fault)?;
        let id = data.get(SERVICE_KEY).ok_or(NoPoke::Unavailable)?;
        let row = find(&self.0, id)?;
        // A customer may attach the id of a service that is somebody else's.
        if row.chat.as_ref().is_none_or(|(chat, _)| chat != chat_id) {
            return Err(NoPoke::Unavailable);
        }
        Ok(send(&self.0, &row, message)?)
    }
}

impl From<V1Error> for NoPoke {
    fn from(error: V1Error) -> Self {
        match error {
            V1Error::UnknownService | V1Error::NotFound | V1Error::NoAgent => Self::Unavailable,
            V1Error::Incorrect(_) => Self::TooLong,
            V1Error::Fault => Self::Fault,
        }
    }
}
