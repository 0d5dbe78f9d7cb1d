//! `POST /api/v2/webchat/guest/conversations`: a conversation begins (transports 2.2).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::GuestError;
use super::room::{Customer, State as MemberState};
use super::{Guests, input};
use crate::chat_server::client::{Identity, StartChat};
use crate::chat_server::key::KeyDigest;
use crate::cloud::settings::{self, Admission};
use crate::cloud::token;
use crate::interaction_server::AttachedData;
use crate::routing::{MAX_SKILL_NAME, MAX_SKILLS, Wish};
use crate::store::{GuestRow, GuestState};

/// Life of a token, in ms: 22 hours, as in public samples.
const TOKEN_LIFE_MS: i64 = 22 * 60 * 60 * 1000;

/// Longest name, in characters.
const MAX_NAME: usize = 200;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Request {
    organization_id: String,
    deployment_id: String,
    routing_target: Option<RoutingTarget>,
    member_info: Option<MemberInfo>,
    member_auth_token: Option<String>,
    journey_context: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoutingTarget {
    target_type: Option<String>,
    target_address: Option<String>,
    #[serde(default)]
    skills: Vec<String>,
    language: Option<String>,
    priority: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemberInfo {
    display_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    phone_number: Option<String>,
    avatar_image_url: Option<String>,
    #[serde(default)]
    custom_fields: BTreeMap<String, Value>,
}

/// What is kept of a conversation until its stream is connected, and what its member shows for ever.
#[derive(serde::Serialize, Deserialize)]
pub(super) struct Kept {
    /// Shown as the member; first, so that a member reads back from the same text.
    #[serde(flatten)]
    pub(super) customer: Customer,
    /// Attached to the interaction once the Chat Server knows it.
    pub(super) attached: AttachedData,
    /// Skills, the language among them, that the agent is to have.
    #[serde(default)]
    skills: Vec<String>,
    /// How important it is, 0 to 10.
    #[serde(default)]
    priority: u32,
}

/// The request.
pub(super) async fn create(
    State(guests): State<Arc<Guests>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, GuestError> {
    let request: Request = input::json(&headers, body)?;
    let signed_in = admit(&request)?;
    let target = routing_target(request.routing_target)?;
    let queue = target.target_address.clone().unwrap_or_default();
    if queue != guests.queue {
        return Err(GuestError::InvalidQueue);
    }
    let customer = customer(request.member_info, signed_in)?;
    let attached = attached_data(&customer, &target, &request.journey_context);
    let priority = target.priority.as_ref().and_then(Value::as_u64).and_then(|number| number.try_into().ok());
    let skills = target.skills.into_iter().chain(target.language).filter(|skill| !skill.is_empty()).collect();
    let kept = Kept { customer, attached, skills, priority: priority.unwrap_or(0) };
    let (now, identity) = (guests.clock.now_ms(), Identity::draw()?);
    let data = json!({ "conv": identity.chat_id, "did": request.deployment_id, "sub": identity.user_id });
    let expires = now.saturating_add(TOKEN_LIFE_MS);
    let jwt = token::issue(&json!({
        "data": data, "iss": "urn:purecloud:webchat", "org": request.organization_id,
        "iat": now / 1000, "exp": expires / 1000,
    }))?;
    // A token of its own: it is part of an address, and opens the stream alone. It has no end before the conversation's.
    let stream = token::issue(&json!({ "data": data, "iss": "urn:purecloud:webchat:stream", "iat": now / 1000 }))?;
    guests.store.put_guest(&GuestRow {
        id: identity.chat_id.clone(),
        member: identity.user_id.clone(),
        jwt: KeyDigest::of(&jwt),
        stream: KeyDigest::of(&stream),
        created: now,
        expires,
        queue,
        customer: serde_json::to_string(&kept).map_err(|_| GuestError::Internal)?,
        acd: None,
        state: GuestState::Created,
    })?;
    Ok(Json(json!({
        "id": identity.chat_id,
        "jwt": jwt,
        "eventStreamUri": format!("{}/v1/token/{stream}", guests.stream_origin),
        "member": { "id": identity.user_id, "role": "CUSTOMER", "state": MemberState::Disconnected },
    })))
}

/// Whether organisation and deployment let this guest in; answers whether he has signed in.
fn admit(request: &Request) -> Result<bool, GuestError> {
    if request.organization_id != settings::ORGANIZATION {
        return Err(GuestError::InvalidValue("organizationId"));
    }
    let token = request.member_auth_token.as_deref().filter(|token| !token.is_empty());
    match (settings::admission(&request.deployment_id), token) {
        (None, _) => Err(GuestError::InvalidValue("deploymentId")),
        (Some(Admission::Nobody), _) => Err(GuestError::DeploymentDisabled),
        (Some(Admission::SignedIn), None) => Err(GuestError::DeploymentNeedsAuth),
        (Some(_), None) => Ok(false),
        (Some(_), Some(settings::MEMBER_AUTH_TOKEN)) => Ok(true),
        (Some(_), Some(_)) => Err(GuestError::DeploymentBadAuth),
    }
}

fn routing_target(target: Option<RoutingTarget>) -> Result<RoutingTarget, GuestError> {
    let target = target.ok_or(GuestError::RoutingTarget)?;
    let queue = target.target_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("QUEUE"));
    let address = target.target_address.as_deref().is_some_and(|address| !address.is_empty());
    let priority = target.priority.as_ref().is_none_or(|priority| priority.as_u64().is_some_and(|p| p <= 10));
    if !(queue && address && priority) {
        return Err(GuestError::RoutingTarget);
    }
    let short = |skill: &String| skill.chars().count() <= MAX_SKILL_NAME;
    if target.skills.len() > MAX_SKILLS || !target.skills.iter().all(short) {
        return Err(GuestError::InvalidValue("routingTarget.skills"));
    }
    if !target.language.iter().all(short) {
        return Err(GuestError::InvalidValue("routingTarget.language"));
    }
    Ok(target)
}

fn customer(info: Option<MemberInfo>, signed_in: bool) -> Result<Customer, GuestError> {
    let info = info.ok_or(GuestError::InvalidValue("memberInfo"))?;
    let display_name = info.display_name.unwrap_or_default();
    if display_name.trim().is_empty() || display_name.chars().count() > MAX_NAME {
        return Err(GuestError::InvalidValue("memberInfo.displayName"));
    }
    let custom_fields = info.custom_fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect();
    Ok(Customer {
        display_name,
        first_name: info.first_name,
        last_name: info.last_name,
        email: info.email,
        phone_number: info.phone_number,
        avatar_image_url: info.avatar_image_url,
        custom_fields,
        authenticated_guest: signed_in,
    })
}

/// A value as attached data take it; `null` is none.
fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// What the agent sees of all that: under the same names as with GMS where it is the same.
fn attached_data(customer: &Customer, target: &RoutingTarget, journey: &Value) -> AttachedData {
    let mut data = customer.custom_fields.clone();
    let custom = |name: &str| customer.custom_fields.get(name).filter(|value| !value.is_empty()).cloned();
    let described = [
        ("FirstName", customer.first_name.clone().or_else(|| custom("firstName"))),
        ("LastName", customer.last_name.clone().or_else(|| custom("lastName"))),
        ("EmailAddress", customer.email.clone().or_else(|| custom("email"))),
        ("PhoneNumber", customer.phone_number.clone().or_else(|| custom("phoneNumber"))),
        ("Subject", custom("subject")),
        ("Queue", target.target_address.clone()),
        ("Skills", (!target.skills.is_empty()).then(|| target.skills.join(", "))),
        ("Language", target.language.clone()),
        ("Priority", target.priority.as_ref().map(ToString::to_string)),
    ];
    data.extend(described.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    flatten("Journey", journey, &mut data);
    data
}

fn flatten(path: &str, value: &Value, data: &mut AttachedData) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| flatten(&format!("{path}.{key}"), value, data)),
        other => {
            if let Some(text) = text(other.clone()) {
                data.insert(path.to_owned(), text);
            }
        }
    }
}

/// Whom the guest needs.
pub(super) fn wish(guest: &GuestRow) -> Wish {
    let kept: Option<Kept> = serde_json::from_str(&guest.customer).ok();
    kept.map(|kept| Wish { skills: kept.skills, priority: kept.priority }).unwrap_or_default()
}

/// The chat that the Chat Server starts for a conversation.
pub(super) fn chat(guest: &GuestRow) -> Result<StartChat, GuestError> {
    let kept: Kept = serde_json::from_str(&guest.customer).map_err(|_| GuestError::Internal)?;
    Ok(StartChat {
        service: guest.queue.clone(),
        queue: guest.queue.clone(),
        nickname: kept.customer.display_name,
        subject: kept.attached.get("Subject").cloned().unwrap_or_default(),
        text: String::new(),
        user_data: kept.attached,
        offer: None,
    })
}
