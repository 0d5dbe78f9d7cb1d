//! Services that were created: list, change, cancel (backend 2.1), and the stages that a Chat Immediate service goes
//! through.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::Gms;
use super::super::error::GmsError;
use super::super::form::Form;
use super::create::chat_path;
use super::error::V1Error;
use super::object::time as shown_time;
use super::{current, find};
use crate::chat_server::agent::ChatState;
use crate::store::ServiceRow;

/// A time in ISO 8601, in ms.
pub(super) fn read_time(text: &str) -> Option<i64> {
    let time = OffsetDateTime::parse(text.trim(), &Rfc3339).ok()?;
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).ok()
}

/// Stage of a service, target and agent: waiting for its chat, the chat in the queue, a target reserved, the chat routed and
/// the service over.
fn stage(gms: &Gms, row: &ServiceRow) -> (&'static str, Option<String>, Option<String>) {
    if row.cancelled {
        return ("CANCELLED", None, None);
    }
    let Some((chat_id, _)) = &row.chat else { return ("SCHEDULED", None, None) };
    match gms.chat.summary(chat_id) {
        Ok(chat) if chat.state == ChatState::Waiting => {
            let stage = if chat.offered_to.is_some() { "ROUTING" } else { "QUEUED" };
            (stage, chat.target, chat.offered_to)
        }
        Ok(chat) => ("COMPLETED", None, chat.agent),
        Err(_) => ("COMPLETED", None, None),
    }
}

fn shown(gms: &Gms, row: &ServiceRow) -> Value {
    let (stage, target, agent) = stage(gms, row);
    let queue = gms.v1.services.services.get(&row.name).map(|options| options.virtual_queue.clone());
    let mut shown = json!({
        "_id": row.id,
        "_service": row.name,
        "_callback_state": stage,
        "_desired_time": shown_time(row.desired),
        "_expiration_time": shown_time(row.expires),
        "_url": format!("/genesys/1/service/callback/{}/{}", row.name, row.id),
        "_chatIxnAPI-CREATE-URL": chat_path(&row.id),
        "_urs_virtual_queue": queue,
        "_target": target,
        "_agent": agent,
    });
    if let Some(shown) = shown.as_object_mut() {
        for (key, value) in &row.data {
            shown.entry(key.clone()).or_insert_with(|| value.clone().into());
        }
    }
    shown
}

/// What a search has to name one of: who is looked for. Anything else would list other customers, and a service's id is
/// all that API v1 asks for.
const KEYS: [&str; 2] = ["_id", "_customer_number"];

/// `GET /genesys/1/service/callback/{service}?…`: services for which every field of the address holds.
pub(super) async fn list(
    State(gms): State<Arc<Gms>>,
    Path(service): Path<String>,
    form: Result<Form, GmsError>,
) -> Result<Json<Vec<Value>>, V1Error> {
    let form = form?;
    if !gms.v1.services.services.contains_key(&service) {
        return Err(V1Error::UnknownService);
    }
    if !KEYS.iter().any(|key| form.some(key).is_some()) {
        return Err(V1Error::Incorrect("_id or _customer_number to look for"));
    }
    current(&gms)?;
    gms.router.work();
    let rows = gms.store.services()?.into_iter().filter(|row| row.name == service);
    let shown = rows.map(|row| shown(&gms, &row));
    let meant = |row: &Value| {
        form.fields().iter().all(|(key, value)| row.get(key).and_then(Value::as_str) == Some(value.as_str()))
    };
    Ok(Json(shown.filter(meant).collect()))
}

/// `PUT /genesys/1/service/callback/{service}/{id}`: another time, other data.
pub(super) async fn change(
    State(gms): State<Arc<Gms>>,
    Path((service, id)): Path<(String, String)>,
    form: Result<Form, GmsError>,
) -> Result<Json<Value>, V1Error> {
    let (mut row, form) = (find_of(&gms, &service, &id)?, form?);
    let times = ["_new_desired_time", "_desired_time"];
    if let Some(text) = times.into_iter().find_map(|name| form.some(name)) {
        let kept = row.expires - row.desired;
        row.desired = read_time(text).ok_or(V1Error::Incorrect("_desired_time"))?.max(gms.config.clock.now_ms());
        row.expires = row.desired.saturating_add(kept);
    }
    let data = form.fields().iter().filter(|(name, _)| !times.contains(&name.as_str()));
    row.data.extend(data.map(|(name, value)| (name.clone(), value.clone())));
    gms.store.put_service(&row)?;
    Ok(Json(shown(&gms, &row)))
}

/// `DELETE /genesys/1/service/callback/{service}/{id}`; a chat that goes on is not ended.
pub(super) async fn cancel(
    State(gms): State<Arc<Gms>>,
    Path((service, id)): Path<(String, String)>,
) -> Result<StatusCode, V1Error> {
    let mut row = find_of(&gms, &service, &id)?;
    row.cancelled = true;
    gms.store.put_service(&row)?;
    Ok(StatusCode::OK)
}

fn find_of(gms: &Gms, service: &str, id: &str) -> Result<ServiceRow, V1Error> {
    let row = find(gms, id)?;
    if row.name == service { Ok(row) } else { Err(V1Error::UnknownService) }
}
