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
use crate::chat_server::entry::{Draft, EntryType};
use crate::chat_server::flex::StartChat;
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
    let poke = gms.config.deployment.poll.poke.as_ref().ok_or(V1Error::NotFound)?;
    let (chat_id, _) = row.chat.as_ref().ok_or(V1Error::NotFound)?;
    let text = form.some("poke_message").unwrap_or(&poke.message).to_owned();
    gms.chat.external_entry(chat_id, NAME, Draft { text: Some(text), ..Draft::event(EntryType::CustomNotice) })?;
    Ok(StatusCode::NO_CONTENT)
}
