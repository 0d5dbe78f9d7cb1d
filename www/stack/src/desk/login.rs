//! Signing in: a name, and a cookie that no script can read.

use std::collections::VecDeque;
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

/// How many cookies are known at once. Nobody needs a password, so without a limit anybody could fill the memory.
const MAX_LOGINS: usize = 1000;

/// Who is signed in, by cookie value; clones are the same. Not kept over a restart.
#[derive(Clone)]
pub struct Logins {
    /// Names the port, because a browser does not keep the cookies of two desks on one host apart.
    cookie_name: String,
    /// Cookie value and name, oldest first.
    agents: Arc<Mutex<VecDeque<(String, String)>>>,
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

    /// A new cookie for this person, and who is signed in no more because there are too many.
    fn add(&self, name: &str) -> Result<(String, Option<String>), DeskError> {
        let value = random::hex_lower::<24>().map_err(|_| DeskError::Fault)?;
        let mut logins = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        logins.push_back((value.clone(), name.to_owned()));
        let oldest = if logins.len() > MAX_LOGINS { logins.pop_front() } else { None };
        let gone = oldest.map(|(_, name)| name).filter(|name| !logins.iter().any(|(_, other)| other == name));
        Ok((value, gone))
    }

    /// Forgets the cookie that came with a request.
    fn remove(&self, headers: &HeaderMap) {
        let mut logins = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        for value in cookies::named(headers, &self.cookie_name) {
            logins.retain(|(known, _)| known != value);
        }
    }

    /// The agent whose cookie came with a request.
    pub(super) fn agent(&self, headers: &HeaderMap) -> Result<String, DeskError> {
        let logins = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        let agent = cookies::named(headers, &self.cookie_name)
            .find_map(|value| logins.iter().find(|(known, _)| known == value).map(|(_, name)| name.clone()));
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
    let (value, gone) = desk.logins.add(name)?;
    if let Some(gone) = gone {
        desk.router.sign_out(&gone);
    }
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

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    fn with(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, format!("desk_1={cookie}").parse().unwrap())])
    }

    #[test]
    fn of_too_many_cookies_the_oldest_is_forgotten() {
        let logins = Logins::new(1);
        let mut cookies = Vec::new();
        for number in 0..=MAX_LOGINS {
            // Two of them are the same person, who is signed in as long as one is known.
            let name = format!("Agent {}", number.max(1));
            let (cookie, gone) = logins.add(&name).unwrap();
            assert_eq!(gone, None);
            cookies.push(cookie);
        }
        let known = |place: usize| logins.agent(&with(&cookies[place])).ok();
        assert_eq!((known(0), known(1)), (None, Some("Agent 1".to_owned())));
        assert_eq!(logins.add("Agent 0").unwrap().1, Some("Agent 1".to_owned()));
        assert_eq!((known(1), known(2)), (None, Some("Agent 2".to_owned())));
        logins.remove(&with(&cookies[2]));
        assert_eq!((known(2), known(3)), (None, Some("Agent 3".to_owned())));
    }
}
