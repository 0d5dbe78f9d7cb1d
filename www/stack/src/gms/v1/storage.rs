//! The storage of a service: values by name (backend 2.1).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::super::Gms;
use super::super::error::GmsError;
use super::super::form::Form;
use super::error::V1Error;
use super::find;

/// `GET …/storage`.
pub(super) async fn all(
    State(gms): State<Arc<Gms>>,
    Path(id): Path<String>,
) -> Result<Json<BTreeMap<String, String>>, V1Error> {
    find(&gms, &id)?;
    Ok(Json(gms.store.storage(&id)?))
}

/// `POST …/storage`: values beside those that are there.
pub(super) async fn store(
    State(gms): State<Arc<Gms>>,
    Path(id): Path<String>,
    form: Result<Form, GmsError>,
) -> Result<StatusCode, V1Error> {
    find(&gms, &id)?;
    gms.store.put_storage(&id, form?.fields())?;
    Ok(StatusCode::OK)
}

/// `DELETE …/storage`.
pub(super) async fn clear(State(gms): State<Arc<Gms>>, Path(id): Path<String>) -> Result<StatusCode, V1Error> {
    find(&gms, &id)?;
    gms.store.delete_storage(&id, None)?;
    Ok(StatusCode::OK)
}

/// `GET …/storage/{key}`.
pub(super) async fn one(
    State(gms): State<Arc<Gms>>,
    Path((id, key)): Path<(String, String)>,
) -> Result<Json<BTreeMap<String, String>>, V1Error> {
    find(&gms, &id)?;
    let value = gms.store.storage(&id)?.remove(&key).ok_or(V1Error::NotFound)?;
    Ok(Json(BTreeMap::from([(key, value)])))
}

/// `DELETE …/storage/{key}`.
pub(super) async fn remove(
    State(gms): State<Arc<Gms>>,
    Path((id, key)): Path<(String, String)>,
) -> Result<StatusCode, V1Error> {
    find(&gms, &id)?;
    gms.store.delete_storage(&id, Some(&key))?;
    Ok(StatusCode::OK)
}
