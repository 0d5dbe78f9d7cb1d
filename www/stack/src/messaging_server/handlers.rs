//! The requests of the Messaging Server.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::Messaging;
use super::pages::refusal_page;
use super::payment::{self, Outcome, block};
use super::payment_pages::{self, View};
use super::refusal::Refusal;
use super::sessions::{Held, Sessions, state, why_over};
use super::verification::{Launch, verify};
use crate::store::MicroAppRow;

fn see_session(id: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, format!("/fish-messaging/session/{id}"))]).into_response()
}

/// A launch: `GET` or `POST /fish-messaging/go/{token}`.
pub(super) async fn go(
    State(server): State<Arc<Messaging>>,
    method: Method,
    uri: Uri,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    server.faults.delay().await;
    if server.faults.refuse() {
        return refusal_page(Refusal::ServerFault);
    }
    // The raw last segment: the vendor's server does not decode the token either (backend 5.3).
    let token = uri.path().rsplit('/').next().unwrap_or_default();
    let mut launch = Launch::new(&method, token, query.as_deref().unwrap_or_default(), &body);
    let exchanged = match launch.ticket() {
        Some(ticket) => server.tickets.redeem(ticket, token, server.sessions.now_ms()).map(|kept| launch = kept),
        None => Ok(()),
    };
    match exchanged.and_then(|()| open(&server, &launch)) {
        Ok(session) => see_session(&session.id),
        Err(refusal) => {
            server.sessions.audit(refusal.audit_code(), launch.audit_interaction(), launch.audit_token());
            refusal_page(refusal)
        }
    }
}

fn open(server: &Messaging, launch: &Launch) -> Result<MicroAppRow, Refusal> {
    let verified = verify(&server.chat, &server.rules, launch)?;
    let mut started = false;
    let session = server.sessions.open(&verified, server.rules.max_age_ms, block::WELCOME, |variables| {
        started = true;
        payment::fit(variables)
    })?;
    if started {
        payment::begin(&server.sessions, &session);
    }
    Ok(session)
}

/// The page of the block the customer is at.
pub(super) async fn show(State(server): State<Arc<Messaging>>, Path(id): Path<String>) -> Response {
    let mut held = server.sessions.lock();
    let session = server.sessions.find(&mut held, &id);
    session.and_then(|session| draw(&server, &mut held, &session, payment_pages::page)).unwrap_or_else(refusal_page)
}

fn draw(
    server: &Messaging,
    held: &mut Held<'_>,
    session: &MicroAppRow,
    page: impl FnOnce(&View<'_>) -> Response,
) -> Result<Response, Refusal> {
    let voice = server.faults.voice();
    match session.state.as_str() {
        state::RUNNING => {}
        // Its forms are gone, so it needs no nonce; none is made, for it would stay in memory for good.
        state::ENDED => return Ok(page(&View { session, nonce: "", card: None, voice })),
        over => return Err(why_over(over)),
    }
    let nonce = Sessions::nonce(held, &session.id)?;
    let card = held.get(&session.id).and_then(|memory| memory.card.as_ref());
    Ok(page(&View { session, nonce: &nonce, card, voice }))
}

/// A posted form.
pub(super) async fn submit(State(server): State<Arc<Messaging>>, Path(id): Path<String>, body: Bytes) -> Response {
    let mut form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let response = step(&server, &id, &mut form).unwrap_or_else(refusal_page);
    form.values_mut().for_each(Zeroize::zeroize);
    response
}

fn step(server: &Messaging, id: &str, form: &mut HashMap<String, String>) -> Result<Response, Refusal> {
    let mut held = server.sessions.lock();
    let mut session = server.sessions.find(&mut held, id)?;
    if session.state != state::RUNNING {
        return Ok(see_session(id));
    }
    let nonce = form.remove("nonce").unwrap_or_default();
    let expected = Sessions::nonce(&mut held, id)?;
    if !bool::from(nonce.as_bytes().ct_eq(expected.as_bytes())) {
        server.sessions.audit(Refusal::FormExpired.audit_code(), &session.interaction, &session.token);
        return Err(Refusal::FormExpired);
    }
    match payment::submit(&server.sessions, &mut held, &mut session, form)? {
        // Always a redirect, so that a reload never posts a card again.
        Outcome::Show => Ok(see_session(id)),
        Outcome::Faulty(faults, form) => {
            draw(server, &mut held, &session, |view| payment_pages::card_details(view, &faults, Some(&form)))
        }
    }
}

/// The page hung up. The address alone is enough: it is a secret, and there is nothing to gain.
pub(super) async fn hang_up(State(server): State<Arc<Messaging>>, Path(id): Path<String>) -> Response {
    let mut held = server.sessions.lock();
    let result = server
        .sessions
        .find(&mut held, &id)
        .and_then(|mut session| payment::hang_up(&server.sessions, &mut held, &mut session));
    match result {
        Ok(()) | Err(Refusal::SessionTimedOut) => StatusCode::NO_CONTENT.into_response(),
        Err(refusal) => refusal_page(refusal),
    }
}
