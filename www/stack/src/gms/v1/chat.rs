//! The chat of a service: creation and verbs (backend 2.2).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde_json::Value;

use super::super::Gms;
use super::super::error::GmsError;
use super::super::form::Form;
use super::error::V1Error;
use super::inbound::{self, SERVICE_KEY};
use super::object::{IxnState, add_details, chat_object};
use super::poke;
use super::push::{self, locked};
use super::{create, find};
use crate::chat_server::client::{ClientAction, StartChat, View};
use crate::interaction_server::AttachedData;
use crate::store::ServiceRow;

/// Who takes part when nobody has said a name.
const NAMELESS: &str = "Customer";

/// `POST …/ixn/chat`: Chat Immediate's second stage, "Initiate Chat". Doing it twice is no fault.
pub(super) async fn create(
    State(gms): State<Arc<Gms>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: Result<Form, GmsError>,
) -> Result<Json<Value>, V1Error> {
    let (mut row, form) = (find(&gms, &id)?, form?);
    if row.chat.is_none() {
        row.push = form.get("notify_by") == "comet";
        if row.push && row.gms_user.is_empty() {
            row.gms_user = form.some("subscriptionID").unwrap_or(create::user(&headers)).to_owned();
        }
        if row.push && row.gms_user.is_empty() {
            return Err(V1Error::Incorrect("gms_user, without which nobody knows whose device is told"));
        }
        let mut start = request(&row, &form);
        poke::announce(&gms, &row, &mut start)?;
        let way = inbound::arrives(&gms, &mut start);
        let joined = gms.chat.start_for(start, |chat_id, user_id| {
            row.chat = Some((chat_id.to_owned(), user_id.to_owned()));
            gms.store.put_service(&row)?;
            way.keep(chat_id)
        })?;
        let chat_id = joined.chat_id;
        locked(&gms.v1.keys).insert(chat_id.clone(), joined.secure_key);
        if row.push {
            push::begin(&gms, &row, 1);
        }
        way.go(&chat_id);
    }
    let view = look(&gms, &row, 1)?;
    Ok(answer(&gms, &row, &headers, &form, &view, IxnState::Connected))
}

/// `…/ixn/chat/{verb}`.
pub(super) async fn act(
    State(gms): State<Arc<Gms>>,
    Path((id, verb)): Path<(String, String)>,
    headers: HeaderMap,
    form: Result<Form, GmsError>,
) -> Result<Json<Value>, V1Error> {
    let (row, form) = (find(&gms, &id)?, form?);
    let text = || form.get("message").to_owned();
    let send = || ClientAction::Send { text: text(), message_type: None, attributes: None };
    let action = match verb.as_str() {
        "send" => send(),
        // With a message it sends and refreshes in one.
        "refresh" if form.some("message").is_some() => send(),
        "refresh" => ClientAction::Refresh { preview: String::new() },
        "startTyping" => ClientAction::Typing { on: true, preview: text() },
        "stopTyping" => ClientAction::Typing { on: false, preview: String::new() },
        "disconnect" => ClientAction::Disconnect,
        _ => return Err(V1Error::NotFound),
    };
    let (chat_id, user_id) = row.chat.as_ref().ok_or(V1Error::NotFound)?;
    // Without a position a client gets everything: it has nothing yet.
    let position = form.position().unwrap_or(1);
    let view = gms.chat.act_in_place_of(chat_id, user_id, action, Some(position))?;
    Ok(answer(&gms, &row, &headers, &form, &view, IxnState::Transcript))
}

fn look(gms: &Gms, row: &ServiceRow, position: i64) -> Result<View, V1Error> {
    let (chat_id, user_id) = row.chat.as_ref().ok_or(V1Error::NotFound)?;
    let refresh = ClientAction::Refresh { preview: String::new() };
    Ok(gms.chat.act_in_place_of(chat_id, user_id, refresh, Some(position))?)
}

fn answer(gms: &Gms, row: &ServiceRow, headers: &HeaderMap, form: &Form, view: &View, state: IxnState) -> Json<Value> {
    let mut object = chat_object(gms, row, view, state);
    if form.get("_verbose") == "true" {
        add_details(gms, row, headers, &mut object);
    }
    Json(object)
}

fn request(row: &ServiceRow, form: &Form) -> StartChat {
    let field = |names: [&str; 2]| names.into_iter().find_map(|name| form.some(name).map(ToOwned::to_owned));
    let (first, last) = (field(["firstName", "FirstName"]), field(["lastName", "LastName"]));
    let (email, subject) = (field(["email", "EmailAddress"]), form.some("subject").map(ToOwned::to_owned));
    let mut user_data: AttachedData = row.data.clone();
    user_data.extend(form.user_data());
    let described = [("FirstName", &first), ("LastName", &last), ("EmailAddress", &email), ("Subject", &subject)];
    user_data.extend(described.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?))));
    for name in [
        "subscriptionID",
        "push_notification_deviceid",
        "push_notification_type",
        "push_notification_language",
        "push_notification_debug",
    ] {
        if let Some(value) = form.some(name) {
            user_data.insert(name.to_owned(), value.to_owned());
        }
    }
    user_data.insert(SERVICE_KEY.to_owned(), row.id.clone());
    let names = [first, last].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let named = form.some("userDisplayName").map(ToOwned::to_owned).or(Some(names).filter(|names| !names.is_empty()));
    let nickname = named.or_else(|| row.data.get("usr_customer_name").cloned()).unwrap_or_else(|| NAMELESS.to_owned());
    StartChat {
        service: row.name.clone(),
        queue: row.name.clone(),
        nickname,
        subject: subject.or_else(|| row.data.get("usr_reason").cloned()).unwrap_or_default(),
        text: String::new(),
        user_data,
        offer: None,
    }
}
