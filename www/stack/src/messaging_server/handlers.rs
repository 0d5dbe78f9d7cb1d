//! The requests of the Messaging Server.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::callflow::entry::{Entered, Lacks};
use super::callflow::model::Callflow;
use super::callflow::pages::{View, page};
use super::callflow::run::{self, Outcome};
use super::pages::refusal_page;
use super::reach::{aside, aside_at_last};
use super::refusal::Refusal;
use super::sessions::{First, Memory, state, why_over};
use super::tickets::redeem;
use super::verification::Launch;
use super::{Messaging, SESSION, of_session};
use crate::esp::LANGUAGE_CODE;
use crate::interaction_server::AttachedData;
use crate::store::MicroAppRow;

fn see_session(id: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, of_session(SESSION, id))]).into_response()
}

/// A launch: `GET` or `POST /fish-messaging/go/{token}`.
pub(super) async fn go(
    State(server): State<Arc<Messaging>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    server.faults.delay().await;
    if server.faults.refuse() {
        return refusal_page(Refusal::ServerFault);
    }
    // The raw last segment: the vendor's server does not decode the token either (backend 5.3).
    let token = uri.path().rsplit('/').next().unwrap_or_default().to_owned();
    let launch = Launch::new(&method, &token, query.as_deref().unwrap_or_default(), &body);
    aside(server, move |server| launched(server, from.ip(), launch, &token, &headers))
        .await
        .unwrap_or_else(refusal_page)
}

fn launched(server: &Messaging, from: IpAddr, mut launch: Launch, token: &str, headers: &HeaderMap) -> Response {
    let languages = headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok()).unwrap_or_default();
    let now = server.sessions.now_ms();
    if let Some(seconds) = server.gate.wait(from, headers, now) {
        server.sessions.audit(Refusal::TooManyLaunches.audit_code(), launch.audit_interaction(), launch.audit_token());
        return ([(RETRY_AFTER, seconds.to_string())], refusal_page(Refusal::TooManyLaunches)).into_response();
    }
    let exchanged = match launch.ticket() {
        Some(ticket) => redeem(&server.sessions, ticket, token, now).map(|kept| launch = kept),
        None => Ok(()),
    };
    match exchanged.and_then(|()| open(server, &launch, languages)) {
        Ok(session) => see_session(&session.id),
        Err(refusal) => {
            if server.gate.refused(from, headers, refusal, now) {
                server.sessions.audit(refusal.audit_code(), launch.audit_interaction(), launch.audit_token());
            }
            refusal_page(refusal)
        }
    }
}

fn open(server: &Messaging, launch: &Launch, languages: &str) -> Result<MicroAppRow, Refusal> {
    let verified = server.verify(launch)?;
    let flow = Arc::clone(&verified.app);
    let block = flow.block(flow.start.next.get_ref()).ok_or(Refusal::ServerFault)?;
    // Two loads at once may both find that it is new; the one that is second finds the session of the first.
    let attached = if server.sessions.is_new(&verified)? {
        server.sessions.attached_data(&verified.interaction)
    } else {
        Ok(AttachedData::new())
    };
    // What a workflow has found out of this customer goes before what their browser is set to.
    let of_chat = attached.as_ref().ok().and_then(|data| data.get(LANGUAGE_CODE)).and_then(|code| flow.language(code));
    let language = of_chat.unwrap_or_else(|| flow.negotiate(languages));
    let first = First { node: block.id.get_ref(), step: block.step(), language };
    let now = server.sessions.now_ms();
    let fit = |variables: &BTreeMap<String, String>| run::fit(&flow, variables, now);
    let begin = |session: &MicroAppRow| run::begin(&flow, &server.sessions, session);
    server.sessions.open(&verified, server.rules.max_age_ms, &first, attached, fit, begin)
}

fn flow_of(server: &Messaging, session: &MicroAppRow) -> Result<Arc<Callflow>, Refusal> {
    server.flows.find(&session.token).map(|(flow, _)| Arc::clone(flow)).ok_or(Refusal::SessionUnknown)
}

/// Works on a session when it is its turn. Who waits for that waits without a place, so that a session that is held up costs
/// the others none.
async fn in_turn<T: Send + 'static>(
    server: Arc<Messaging>,
    id: String,
    work: impl FnOnce(&Messaging, &mut Memory, &str) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let mut memory = server.sessions.turn(&id).await;
    aside(server, move |server| work(server, &mut memory, &id)).await.flatten()
}

/// The page of the block the customer is at.
pub(super) async fn show(State(server): State<Arc<Messaging>>, Path(id): Path<String>) -> Response {
    let drawn = in_turn(Arc::clone(&server), id, |server, memory, id| {
        let session = server.sessions.find(memory, id)?;
        draw(server, memory, &session, None)
    });
    let page = drawn.await.unwrap_or_else(refusal_page);
    server.faults.cut(page).await
}

fn draw(
    server: &Messaging,
    memory: &mut Memory,
    session: &MicroAppRow,
    faulty: Option<(&Lacks, &Entered)>,
) -> Result<Response, Refusal> {
    let (voice, flow) = (server.faults.voice(), flow_of(server, session)?);
    let nonce = match session.state.as_str() {
        state::RUNNING => memory.nonce()?,
        // Its forms are gone, so it needs no nonce; none is made, for it would stay in memory for good.
        state::ENDED => String::new(),
        over => return Err(why_over(over)),
    };
    page(&View { flow: &flow, session, nonce: &nonce, voice }, memory, faulty).ok_or(Refusal::SessionUnknown)
}

/// A posted form.
pub(super) async fn submit(State(server): State<Arc<Messaging>>, Path(id): Path<String>, body: Bytes) -> Response {
    let mut form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let stepped = in_turn(Arc::clone(&server), id, move |server, memory, id| {
        let response = step(server, memory, id, &mut form);
        form.values_mut().for_each(Zeroize::zeroize);
        response
    });
    let response = stepped.await.unwrap_or_else(refusal_page);
    server.faults.form_delay().await;
    response
}

fn step(
    server: &Messaging,
    memory: &mut Memory,
    id: &str,
    form: &mut HashMap<String, String>,
) -> Result<Response, Refusal> {
    let mut session = server.sessions.find(memory, id)?;
    if session.state != state::RUNNING {
        return Ok(see_session(id));
    }
    let nonce = form.remove("nonce").unwrap_or_default();
    let expected = memory.nonce()?;
    if !bool::from(nonce.as_bytes().ct_eq(expected.as_bytes())) {
        server.sessions.audit(Refusal::FormExpired.audit_code(), &session.interaction, &session.token);
        return Err(Refusal::FormExpired);
    }
    let flow = flow_of(server, &session)?;
    match run::submit(&flow, &server.sessions, memory, &mut session, form)? {
        // Always a redirect, so that a reload never posts a card again.
        Outcome::Show => Ok(see_session(id)),
        Outcome::Faulty(lacks, entered) => draw(server, memory, &session, Some((&lacks, &entered))),
    }
}

/// The embedding page's language, as its frame was told. The answer says which one the session speaks now.
pub(super) async fn speak(State(server): State<Arc<Messaging>>, Path(id): Path<String>, body: Bytes) -> Response {
    let wanted =
        form_urlencoded::parse(&body).find(|(name, _)| name == "language").map(|(_, value)| value.into_owned());
    let spoken = in_turn(server, id, move |server, memory, id| {
        let mut session = server.sessions.find(memory, id)?;
        let flow = flow_of(server, &session)?;
        if let Some(language) = wanted.as_deref().and_then(|wanted| flow.language(wanted)) {
            server.sessions.speak(&mut session, language)?;
        }
        Ok(session.language)
    });
    match spoken.await {
        Ok(language) => (StatusCode::NO_CONTENT, [(CONTENT_LANGUAGE, language)]).into_response(),
        Err(refusal) => refusal_page(refusal),
    }
}

/// The page hung up: what is not finished is abandoned, and doing it twice changes nothing. The address alone is enough: it
/// is a secret, and there is nothing to gain.
pub(super) async fn hang_up(State(server): State<Arc<Messaging>>, Path(id): Path<String>) -> Response {
    // It comes from a page that is gone, and does not come again.
    let hung_up = aside_at_last(server, move |server| {
        let mut memory = server.sessions.turn_blocking(&id);
        let mut session = server.sessions.find(&mut memory, &id)?;
        match session.state.as_str() {
            state::RUNNING => server.sessions.finish(&mut memory, &mut session, state::CLOSED),
            _ => Ok(()),
        }
    });
    match hung_up.await.flatten() {
        Ok(()) | Err(Refusal::SessionTimedOut) => StatusCode::NO_CONTENT.into_response(),
        Err(refusal) => refusal_page(refusal),
    }
}
