//! Signing in: a name, and a cookie that no script can read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::Desk;
use super::api::DeskError;
use super::body::Body;
use crate::routing::{Profile, Role};
use crate::{cookies, random};

/// Longest agent name, in characters.
const MAX_NAME: usize = 64;

/// Who is signed in, by cookie value; clones are the same. Not kept over a restart.
#[derive(Clone)]
pub struct Logins {
    /// Names the port, because a browser does not keep the cookies of two desks on one host apart.
    cookie_name: String,
    agents: Arc<Mutex<HashMap<String, String>>>,
}

impl Logins {
    /// Nobody is signed in yet at the desk that listens at this port.
    pub fn new(port: u16) -> Self {
        Self { cookie_name: format!("desk_{port}"), agents: Arc::default() }
    }

    /// Whether somebody sends this request who is signed in.
    pub fn know(&self, headers: &HeaderMap) -> bool {
        self.agent(headers).is_ok()
    }

    fn add(&self, name: &str) -> Result<String, DeskError> {
        let value = random::hex_lower::<24>().map_err(|_| DeskError::Fault)?;
        self.agents.lock().unwrap_or_else(PoisonError::into_inner).insert(value.clone(), name.to_owned());
        Ok(value)
    }

    /// Forgets the cookie that came with a request.
    fn remove(&self, headers: &HeaderMap) {
        let mut logins = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        for value in cookies::named(headers, &self.cookie_name) {
            logins.remove(value);
        }
    }

    /// The agent whose cookie came with a request.
    pub(super) fn agent(&self, headers: &HeaderMap) -> Result<String, DeskError> {
        let logins = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        let agent = cookies::named(headers, &self.cookie_name).find_map(|value| logins.get(value).cloned());
        agent.ok_or(DeskError::SignedOut)
    }
}

#[derive(Deserialize)]
pub(super) struct Login {
    name: String,
    #[serde(flatten)]
    profile: Profile,
}

#[derive(Deserialize)]
pub(super) struct Ready {
    ready: bool,
}

/// `POST /api/login {name, groups?, placeGroups?, campaignGroups?, skills?, place?, media?, role?}`.
pub(super) async fn login(State(desk): State<Arc<Desk>>, Body(login): Body<Login>) -> Result<Response, DeskError> {
    let name = login.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(DeskError::BadName);
    }
    let value = desk.logins.add(name)?;
    desk.router.sign_in(name, login.profile);
    let cookie = format!("{}={value}; HttpOnly; SameSite=Strict; Path=/", desk.logins.cookie_name);
    Ok(([(SET_COOKIE, cookie)], Json(json!({ "name": name }))).into_response())
}

impl Desk {
    /// Whether this person has signed in as a supervisor.
    pub(super) fn is_supervisor(&self, name: &str) -> bool {
        self.router.agent(name).is_some_and(|(profile, _)| profile.role == Role::Supervisor)
    }
}

/// `POST /api/logout`.
pub(super) async fn logout(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Result<StatusCode, DeskError> {
    let name = desk.logins.agent(&headers)?;
    desk.logins.remove(&headers);
    desk.router.sign_out(&name);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/ready {ready}`: whether chats are offered to the agent.
pub(super) async fn ready(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Body(ready): Body<Ready>,
) -> Result<StatusCode, DeskError> {
    desk.router.set_ready(&desk.logins.agent(&headers)?, ready.ready);
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/me`: who is signed in, `{"name": null}` for nobody.
pub(super) async fn me(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Json<serde_json::Value> {
    let Ok(name) = desk.logins.agent(&headers) else { return Json(json!({ "name": null })) };
    match desk.router.agent(&name) {
        Some((profile, ready)) => Json(json!({ "name": name, "profile": profile, "ready": ready })),
        None => Json(json!({ "name": name })),
    }
}
