//! What agents do with each other: who is there, transfers, and supervisors in the chats of others.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::Desk;
use super::api::DeskError;
use super::body::Body;
use crate::chat_server::agent::{ChatState, Summary};
use crate::chat_server::supervisor::Presence;
use crate::routing::Profile;
use crate::routing::target::Meant;

/// Somebody who is signed in.
#[derive(Serialize)]
pub(super) struct Colleague {
    name: String,
    ready: bool,
    /// How many chats they have.
    chats: usize,
    profile: Profile,
}

/// `GET /api/agents`.
pub(super) async fn agents(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
) -> Result<Json<Vec<Colleague>>, DeskError> {
    desk.logins.agent(&headers)?;
    let chats = desk.chat.chats();
    let of = |name: &str| {
        let own = |chat: &&Summary| chat.state == ChatState::Active && chat.agent.as_deref() == Some(name);
        chats.iter().filter(own).count()
    };
    let all = desk.router.agents().into_iter();
    Ok(Json(all.map(|(name, profile, ready)| Colleague { chats: of(&name), name, ready, profile }).collect()))
}

/// Where a chat is to go: to one of both.
#[derive(Deserialize)]
pub(super) struct Transfer {
    agent: Option<String>,
    group: Option<String>,
    /// For whoever takes the chat; the customer does not see it.
    #[serde(default)]
    note: String,
}

/// `POST /api/chats/{id}/transfer {agent | group, note?}`: the caller leaves the chat, and it is offered to the other agent
/// or to those of the group; after a while to whoever likes.
pub(super) async fn transfer(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(transfer): Body<Transfer>,
) -> Result<Json<Summary>, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    let (text, meant) = match (transfer.agent, transfer.group) {
        (Some(name), None) => (name.clone(), Meant::Agent(name)),
        (None, Some(group)) => (group.clone(), Meant::Group(group)),
        _ => return Err(DeskError::BadBody),
    };
    let is_meant = |name: &String, profile: &Profile| match &meant {
        Meant::Group(group) => profile.groups.contains(group),
        _ => *name == text,
    };
    if !desk.router.agents().iter().any(|(name, profile, _)| *name != agent && is_meant(name, profile)) {
        return Err(DeskError::NobodyThere);
    }
    desk.router.hand_on(&id, &agent, transfer.note.trim(), meant)?;
    Ok(Json(desk.chat.summary(&id)?))
}

/// Whom an agent asks.
#[derive(Deserialize)]
pub(super) struct Consult {
    agent: String,
    /// For the colleague; the customer does not see it.
    #[serde(default)]
    note: String,
}

/// `POST /api/chats/{id}/consult {agent, note?}`: asks a colleague, who may come for advice.
pub(super) async fn consult(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(consult): Body<Consult>,
) -> Result<Json<Summary>, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    let is_there = |(name, ..): &(String, Profile, bool)| *name != agent && *name == consult.agent;
    if !desk.router.agents().iter().any(is_there) {
        return Err(DeskError::NobodyThere);
    }
    desk.chat.consult(&id, &agent, &consult.agent, consult.note.trim())?;
    Ok(Json(desk.chat.summary(&id)?))
}

/// What becomes of it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Step {
    /// Whoever is asked comes.
    Join,
    /// Whoever is asked does not want to.
    Decline,
    /// One of both ends it.
    End,
    /// The agent hands the chat over.
    HandOver,
}

#[derive(Deserialize)]
pub(super) struct Answer {
    step: Step,
}

/// `POST /api/chats/{id}/consult/answer {step}`.
pub(super) async fn answer_consult(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(answer): Body<Answer>,
) -> Result<Json<Summary>, DeskError> {
    let name = desk.logins.agent(&headers)?;
    match answer.step {
        Step::Join => desk.chat.answer_consult(&id, &name, true)?,
        Step::Decline => desk.chat.answer_consult(&id, &name, false)?,
        Step::End => desk.chat.end_consult(&id, &name)?,
        Step::HandOver => desk.chat.hand_over(&id, &name)?,
    }
    Ok(Json(desk.chat.summary(&id)?))
}

/// How a supervisor wants to be in a chat.
#[derive(Deserialize)]
pub(super) struct Supervise {
    mode: Presence,
}

/// `POST /api/chats/{id}/supervise {mode}`.
pub(super) async fn supervise(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(supervise): Body<Supervise>,
) -> Result<Json<Summary>, DeskError> {
    let name = desk.logins.agent(&headers)?;
    if !desk.is_supervisor(&name) {
        return Err(DeskError::NotSupervisor);
    }
    desk.chat.supervise(&id, &name, supervise.mode)?;
    Ok(Json(desk.chat.summary(&id)?))
}
