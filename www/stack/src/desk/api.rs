//! Chats, as the desk's page and the end-to-end tests see them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Desk;
use super::body::Body;
use crate::chat_server::ChatError;
use crate::chat_server::agent::{Snapshot, Summary};
use crate::chat_server::entry::{PartyType, Visibility};
use crate::chat_server::files::FileFault;
use crate::chat_server::own_data;
use crate::cloud::guest::GuestError;
use crate::gms::v1::NoPoke;
use crate::interaction_server::{AttachedData, InteractionError, Properties};
use crate::store::StoreError;

/// Why the desk's API refuses; the body is `{"error": {"code", "message"}}`.
#[derive(Debug)]
pub(super) enum DeskError {
    /// No valid cookie.
    SignedOut,
    /// The name cannot be used.
    BadName,
    /// Another page calls.
    ForeignOrigin,
    /// The body is no JSON.
    NotJson,
    /// The body cannot be read as what is asked for.
    BadBody,
    /// This key of attached data is not for people to write.
    KeyReserved(String),
    /// Only supervisors may.
    NotSupervisor,
    /// There is no such agent, and nobody of such a group.
    NobodyThere,
    /// The customer of this chat cannot be poked.
    NoPoke,
    /// This server has a fault.
    Fault,
    /// The Chat Server refused.
    Chat(ChatError),
    /// The Guest Chat API refused.
    Guest(GuestError),
}

impl From<ChatError> for DeskError {
    fn from(error: ChatError) -> Self {
        Self::Chat(error)
    }
}

impl From<GuestError> for DeskError {
    fn from(error: GuestError) -> Self {
        Self::Guest(error)
    }
}

impl From<NoPoke> for DeskError {
    fn from(error: NoPoke) -> Self {
        match error {
            NoPoke::Unavailable => Self::NoPoke,
            NoPoke::TooLong => Self::Chat(ChatError::MessageTooLong),
            NoPoke::Fault => Self::Fault,
        }
    }
}

impl From<InteractionError> for DeskError {
    fn from(error: InteractionError) -> Self {
        Self::Chat(error.into())
    }
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        Self::Chat(error.into())
    }
}

impl IntoResponse for DeskError {
    fn into_response(self) -> Response {
        let (status, code, message) = match &self {
            Self::SignedOut => (StatusCode::UNAUTHORIZED, "signed_out", "Sign in first.".to_owned()),
            Self::BadName => (StatusCode::BAD_REQUEST, "bad_name", "Enter a name of up to 64 characters.".to_owned()),
            Self::ForeignOrigin => {
                (StatusCode::FORBIDDEN, "foreign_origin", "Only the desk's own page may call.".to_owned())
            }
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "Send application/json.".to_owned()),
            Self::BadBody => (StatusCode::BAD_REQUEST, "bad_body", "The request cannot be understood.".to_owned()),
            Self::KeyReserved(key) => (
                StatusCode::FORBIDDEN,
                "key_reserved",
                format!("{key} is the Chat Server's: workflows find the chat by it. It cannot be changed here."),
            ),
            Self::NotSupervisor => {
                (StatusCode::FORBIDDEN, "not_supervisor", "Sign in as a supervisor for this.".to_owned())
            }
            Self::NobodyThere => {
                (StatusCode::CONFLICT, "nobody_there", "Nobody of this name or group is signed in.".to_owned())
            }
            Self::NoPoke => (StatusCode::CONFLICT, "no_poke", "This chat’s customer cannot be poked.".to_owned()),
            Self::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "fault", "The server has a fault.".to_owned()),
            Self::Guest(error) => match error {
                GuestError::NotFound => {
                    (StatusCode::NOT_FOUND, error.code(), "This chat is not a guest's of the cloud.".to_owned())
                }
                GuestError::InvalidValue(field) => {
                    (StatusCode::BAD_REQUEST, error.code(), format!("{field} is of no use."))
                }
                GuestError::ConversationState => {
                    (StatusCode::CONFLICT, error.code(), "This chat has ended.".to_owned())
                }
                _ => (StatusCode::INTERNAL_SERVER_ERROR, error.code(), "The server has a fault.".to_owned()),
            },
            Self::Chat(error) => {
                let status = match error {
                    ChatError::UnknownChat
                    | ChatError::File(FileFault::Unknown)
                    | ChatError::Interaction(InteractionError::Unknown) => StatusCode::NOT_FOUND,
                    ChatError::MessageEmpty | ChatError::MessageTooLong | ChatError::File(_) => StatusCode::BAD_REQUEST,
                    ChatError::Ended
                    | ChatError::NotInChat
                    | ChatError::AlreadyAccepted
                    | ChatError::CustomerGone
                    | ChatError::Consulting
                    | ChatError::NotConsulted
                    | ChatError::Unseen
                    | ChatError::OfferedToOther => StatusCode::CONFLICT,
                    _ => StatusCode::INTERNAL_SERVER_ERROR,
                };
                // What is wrong inside is nobody's business at a desk.
                let message = match status {
                    StatusCode::INTERNAL_SERVER_ERROR => "The server has a fault.".to_owned(),
                    _ => sentence(&error.to_string()),
                };
                (status, error.code(), message)
            }
        };
        (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
    }
}

/// What the servers say of a fault, as a sentence for people.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

/// A chat with its attached data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FullChat {
    #[serde(flatten)]
    snapshot: Snapshot,
    attached_data: AttachedData,
    properties: Properties,
    /// Minutes that the customer's clock is ahead of UTC, if the page has said so.
    customer_time_zone: Option<i32>,
}

#[derive(Deserialize)]
pub(super) struct Message {
    text: String,
    /// Who may read it; everybody unless told otherwise.
    visibility: Option<Visibility>,
}

/// Whom the caller is among.
pub(super) fn kind_of(desk: &Desk, agent: &str) -> PartyType {
    if desk.is_supervisor(agent) { PartyType::Supervisor } else { PartyType::Agent }
}

#[derive(Deserialize)]
pub(super) struct Typing {
    on: bool,
}

/// `GET /api/chats`.
pub(super) async fn chats(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Result<Json<Vec<Summary>>, DeskError> {
    desk.logins.agent(&headers)?;
    desk.router.work();
    Ok(Json(desk.chat.chats()))
}

/// `GET /api/chats/{id}`.
pub(super) async fn chat(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<FullChat>, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    let snapshot = desk.chat.snapshot(&id, kind_of(&desk, &agent))?;
    let (attached_data, properties) = (desk.interactions.attached_data(&id)?, desk.interactions.properties(&id)?);
    let customer_time_zone = time_zone(&attached_data);
    Ok(Json(FullChat { snapshot, attached_data, properties, customer_time_zone }))
}

/// `TimeZone` in attached data: minutes from UTC, such as -480 for Los Angeles in winter (backend 1.2).
fn time_zone(data: &AttachedData) -> Option<i32> {
    let minutes = data.get("TimeZone")?.trim().parse().ok()?;
    (-12 * 60..=14 * 60).contains(&minutes).then_some(minutes)
}

/// `POST /api/chats/{id}/accept`.
pub(super) async fn accept(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Summary>, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    // An offer whose time is over must not be taken in the last moment.
    desk.router.work();
    desk.chat.accept(&id, &agent)?;
    Ok(Json(desk.chat.summary(&id)?))
}

/// `POST /api/chats/{id}/decline`: the chat is offered to somebody else.
pub(super) async fn decline(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Summary>, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    desk.router.work();
    desk.router.decline(&id, &agent)?;
    Ok(Json(desk.chat.summary(&id)?))
}

/// `POST /api/chats/{id}/messages {text, visibility?}`; answers with the transcript index.
pub(super) async fn message(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(message): Body<Message>,
) -> Result<Json<serde_json::Value>, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    let visibility = message.visibility.unwrap_or(Visibility::All);
    let index = desk.chat.staff_message(&id, &agent, &message.text, visibility)?;
    Ok(Json(json!({ "index": index })))
}

/// `POST /api/chats/{id}/typing {on}`.
pub(super) async fn typing(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(typing): Body<Typing>,
) -> Result<StatusCode, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    desk.chat.agent_typing(&id, &agent, typing.on)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an agent asks a guest to share.
#[derive(Deserialize)]
pub(super) struct Media {
    types: Vec<String>,
}

/// `POST /api/chats/{id}/media-requests {types}`; answers with the request's id.
pub(super) async fn media_request(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(media): Body<Media>,
) -> Result<Json<serde_json::Value>, DeskError> {
    desk.logins.agent(&headers)?;
    Ok(Json(json!({ "id": desk.guests.request_media(&id, &media.types)? })))
}

/// `POST /api/chats/{id}/end`.
pub(super) async fn end(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Summary>, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    desk.chat.agent_end(&id, &agent)?;
    Ok(Json(desk.chat.summary(&id)?))
}

/// `PATCH /api/chats/{id}/data {key: value}`: an agent changes Case Information, `null` removes a key; answers with all of it.
/// A key that only the Chat Server writes has nothing changed.
pub(super) async fn data(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(changes): Body<BTreeMap<String, Option<String>>>,
) -> Result<Json<AttachedData>, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    if let Some(key) = changes.keys().find(|key| own_data::is_own(key)) {
        return Err(DeskError::KeyReserved(key.clone()));
    }
    let (mut changed, mut deleted) = (AttachedData::new(), Vec::new());
    for (key, value) in changes {
        match value {
            Some(value) => drop(changed.insert(key, value)),
            None => deleted.push(key),
        }
    }
    Ok(Json(desk.interactions.change(&id, &changed, &deleted, &agent)?))
}
