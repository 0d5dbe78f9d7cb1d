//! What the servers did for an interaction, for tests and for whoever wants to know: steps 4 to 8 of the vendor's process.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Serialize;

use super::Desk;
use super::api::DeskError;
use crate::interaction_server::AttachedData;
use crate::store::{AuditRow, Milestone};

/// One MicroApp session. Its id is left out: whoever knows it can act in the customer's frame.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MicroAppRecord {
    token: String,
    app: String,
    transcript_index: u64,
    state: String,
    block: String,
    milestones: Vec<Milestone>,
    attempts: u32,
    reference: Option<String>,
    started_at: i64,
    ended_at: Option<i64>,
}

/// The record of an interaction.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    interaction_id: String,
    microapps: Vec<MicroAppRecord>,
    audit: Vec<AuditRow>,
    attached_data: AttachedData,
}

/// `GET /api/chats/{id}/record`.
pub(super) async fn record(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Record>, DeskError> {
    desk.logins.agent(&headers)?;
    let attached_data = desk.interactions.attached_data(&id)?;
    let mut microapps = Vec::new();
    for session in desk.store.microapps_of(&id)? {
        microapps.push(MicroAppRecord {
            milestones: desk.store.milestones(&session.id)?,
            token: session.token,
            app: session.app,
            transcript_index: session.index,
            state: session.state,
            block: session.block,
            attempts: session.attempts,
            reference: session.reference,
            started_at: session.created,
            ended_at: session.ended,
        });
    }
    Ok(Json(Record { audit: desk.store.audit_of(&id)?, interaction_id: id, microapps, attached_data }))
}
