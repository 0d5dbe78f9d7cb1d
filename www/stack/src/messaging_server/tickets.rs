//! Tickets: a page hands over the fields of a launch by a request of its own and gets a word that starts the launch once.
//!
//! So neither the secure key nor the chat's text is in the address of a frame, in a log or in a history. A ticket that was given
//! out is good over a restart, so it is kept, sealed with a key that is made of the ticket: nobody who reads the database can
//! tell what it stands for, and nothing in it starts a MicroApp. Two minutes later it is forgotten.
//!
//! `POST /fish-messaging/ticket` with the fields of a launch and `token`, as JSON or as a form, from an allowed origin:
//! `{"ticket": "…"}`, or `{"code": "…"}` with a refusal's code and status. Then `GET /fish-messaging/go/{token}?ticket=…`.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    CONTENT_TYPE, ORIGIN, RETRY_AFTER, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use serde_json::json;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::Messaging;
use super::pages::retry_after;
use super::reach::aside;
use super::refusal::Refusal;
use super::sessions::Sessions;
use super::verification::Launch;
use crate::origins::AllowedOrigins;
use crate::random;
use crate::store::TicketRow;

/// How long a ticket can be used, in ms.
const LIFETIME_MS: i64 = 60_000;

/// What is made of a ticket, each for a use of its own.
enum Use {
    /// To find it by.
    Digest,
    /// To seal what it stands for.
    Key,
}

fn made_of(ticket: &str, what: Use) -> [u8; 32] {
    let name: &[u8] = match what {
        Use::Digest => b"ticket digest ",
        Use::Key => b"ticket key ",
    };
    Sha256::new().chain_update(name).chain_update(ticket.as_bytes()).finalize().into()
}

/// Each key seals one launch, so that the nonce need not be another each time.
fn cipher(ticket: &str) -> ChaCha20Poly1305 {
    let key = Zeroizing::new(made_of(ticket, Use::Key));
    ChaCha20Poly1305::new((&*key).into())
}

/// Keeps a launch; gives its ticket. An earlier ticket of the same chat is void, so their number is bounded by that of the
/// chats.
fn keep(sessions: &Sessions, launch: &Launch, now: i64) -> Result<String, Refusal> {
    let ticket = random::hex_lower::<24>().map_err(|_| Refusal::ServerFault)?;
    let sealed = cipher(&ticket).encrypt(&Nonce::default(), launch.to_bytes().as_slice());
    let row = TicketRow {
        digest: made_of(&ticket, Use::Digest),
        interaction: launch.interaction().to_owned(),
        expires: now + LIFETIME_MS,
        sealed: sealed.map_err(|_| Refusal::ServerFault)?,
    };
    sessions.write(move |store| store.put_ticket(&row))?;
    Ok(ticket)
}

/// Takes the launch that a ticket stands for. Whatever comes of it, the ticket is used up.
pub(super) fn redeem(sessions: &Sessions, ticket: &str, token: &str, now: i64) -> Result<Launch, Refusal> {
    let digest = made_of(ticket, Use::Digest);
    let row = sessions.write(move |store| store.take_ticket(&digest))?.ok_or(Refusal::TicketUnknown)?;
    if now >= row.expires {
        return Err(Refusal::TicketExpired);
    }
    let opened = cipher(ticket).decrypt(&Nonce::default(), row.sealed.as_slice()).map(Zeroizing::new);
    let launch = opened.ok().and_then(|bytes| Launch::from_bytes(&bytes)).ok_or(Refusal::ServerFault)?;
    if launch.token != token {
        return Err(Refusal::TokenMismatch);
    }
    Ok(launch)
}

/// Forgets the tickets that are of no use any more. For a while they are known as expired.
pub(super) fn forget(sessions: &Sessions) {
    let expired = sessions.now_ms() - LIFETIME_MS;
    // What cannot be done now is done the next time.
    let _ = sessions.write(move |store| store.drop_tickets(expired));
}

/// `POST /fish-messaging/ticket`.
pub(super) async fn issue(
    State(server): State<Arc<Messaging>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (ip, asked) = (from.ip(), headers.clone());
    let response = aside(Arc::clone(&server), move |server| answer(server, ip, &asked, &body)).await;
    with_cors(&server.rules.allowed, &headers, response.unwrap_or_else(refused))
}

fn answer(server: &Messaging, from: IpAddr, headers: &HeaderMap, body: &[u8]) -> Response {
    let now = server.sessions.now_ms();
    if let Some(seconds) = server.gate.wait(from, headers, now) {
        let mut response = refused(Refusal::TooManyLaunches);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        return response;
    }
    let noted = |refusal| server.gate.refused(from, headers, refusal, now);
    let kept = match fields(headers, body).map(|(fields, posted)| Launch::of_fields(fields, posted)) {
        Ok(launch) => {
            let (interaction, token) = (launch.audit_interaction().to_owned(), launch.audit_token().to_owned());
            let kept = check(server, headers, &launch).and_then(|()| keep(&server.sessions, &launch, now));
            let code = match &kept {
                Ok(_) => Some("ticket_issued"),
                Err(refusal) => noted(*refusal).then(|| refusal.audit_code()),
            };
            if let Some(code) = code {
                server.sessions.audit(code, &interaction, &token);
            }
            kept
        }
        // Nothing that a row of the audit table could name.
        Err(refusal) => {
            noted(refusal);
            Err(refusal)
        }
    };
    match kept {
        Ok(ticket) => Json(json!({ "ticket": ticket })).into_response(),
        Err(refusal) => refused(refusal),
    }
}

pub(super) fn refused(refusal: Refusal) -> Response {
    (refusal.status(), retry_after(refusal), Extension(refusal), Json(json!({ "code": refusal.code() })))
        .into_response()
}

/// `OPTIONS /fish-messaging/ticket`: JSON needs the browser's question first.
pub(super) async fn preflight(State(server): State<Arc<Messaging>>, headers: HeaderMap) -> Response {
    let mut response = with_cors(&server.rules.allowed, &headers, StatusCode::NO_CONTENT.into_response());
    if response.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Content-Type"));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    response
}

/// The same checks as at the launch, so that the page learns at once what the customer would otherwise read in the frame;
/// and a browser's page gets tickets for itself only.
fn check(server: &Messaging, headers: &HeaderMap, launch: &Launch) -> Result<(), Refusal> {
    if let Some(origin) = headers.get(ORIGIN) {
        let allowed = origin.to_str().ok().and_then(|origin| server.rules.allowed.find(origin));
        if allowed.is_none() || allowed != server.rules.allowed.find(launch.domain()) {
            return Err(Refusal::DomainNotAllowed);
        }
    }
    server.verify(launch).map(|_| ())
}

fn fields(headers: &HeaderMap, body: &[u8]) -> Result<(BTreeMap<String, String>, bool), Refusal> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        return serde_json::from_slice(body).map(|fields| (fields, false)).map_err(|_| Refusal::RequestMalformed);
    }
    Ok((form_urlencoded::parse(body).into_owned().collect(), true))
}

pub(super) fn with_cors(allowed: &AllowedOrigins, headers: &HeaderMap, mut response: Response) -> Response {
    let origin =
        headers.get(ORIGIN).filter(|origin| origin.to_str().is_ok_and(|origin| allowed.find(origin).is_some()));
    if let Some(origin) = origin {
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    response.headers_mut().insert(VARY, HeaderValue::from_static("Origin"));
    response
}
