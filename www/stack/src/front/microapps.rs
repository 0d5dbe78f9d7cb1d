//! The Messaging Servers of several Chat Servers behind one address. Addresses of MicroApps name no Chat Server, so each is
//! asked until one knows what is asked for; who guesses is counted here, where all launches come by.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::gms::{Balancer, Lost, Repeated, forward};
use super::http::Call;
use crate::clock::now_ms;
use crate::messaging_server::Refusal;
use crate::messaging_server::gate::{self, ELSEWHERE, GUESS, MORE, WAIT};
use crate::stack::Addresses;

fn messaging(at: &Addresses) -> &str {
    &at.messaging
}

/// Says something to a Messaging Server, or nothing; what a browser says under this name never gets there.
fn say(call: &mut Call, name: &'static str, value: Option<i64>) {
    match value {
        Some(value) => call.head.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from(value)),
        None => call.head.headers_mut().remove(name),
    };
}

/// Everything that comes to the Messaging Server.
pub(super) async fn serve(
    State(balancer): State<Arc<Balancer>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let Ok(mut call) = Call::read(request, balancer.body_limit).await else {
        return gate::as_ours(StatusCode::PAYLOAD_TOO_LARGE.into_response(), &balancer.allowed);
    };
    let (path, headers) = (call.head.uri().path().to_owned(), call.head.headers().clone());
    let launches = gate::is_launch(&path) && call.head.method() != Method::OPTIONS;
    let now = now_ms();
    let wait = if launches { balancer.launches.wait(from.ip(), now) } else { None };
    say(&mut call, WAIT, wait);
    // A form that is posted may have been paid. All else does the same when it is done twice.
    let form = call.head.method() == Method::POST && gate::is_session(&path);
    let (mut lost, mut unknown, mut busy, mut repeated) = (None, None, None, false);
    for (place, pair) in balancer.pairs.iter().enumerate() {
        say(&mut call, MORE, (place + 1 < balancer.pairs.len()).then_some(1));
        let (mut head, body) = match forward(pair, messaging, call.clone(), balancer.limit, !form).await {
            Ok(answer) => answer,
            Err(Lost::NoAnswer) => {
                lost = Some(Lost::NoAnswer);
                continue;
            }
            Err(Lost::NoServer) => {
                lost = lost.or(Some(Lost::NoServer));
                continue;
            }
        };
        let elsewhere = head.headers.remove(ELSEWHERE).is_some();
        // Whose first answer was lost does not guess: a ticket is used up by then.
        repeated |= head.extensions.remove::<Repeated>().is_some();
        let guess = head.headers.remove(GUESS).is_some() && !repeated;
        let answer = Response::from_parts(head, Body::from(body));
        if elsewhere && answer.status() == StatusCode::SERVICE_UNAVAILABLE {
            busy = Some(answer);
            continue;
        }
        if elsewhere {
            unknown = Some((answer, guess));
            continue;
        }
        return counted(&balancer, from, now, answer, guess);
    }
    match (lost, busy, unknown) {
        // Nobody knows whether the form was taken. Its page at the backup tells, and to look at it changes nothing.
        (Some(Lost::NoAnswer), ..) if form => gate::see(&path, &balancer.allowed),
        // Who was too busy to look may be the one who knows.
        (_, Some(answer), _) => answer,
        (None, None, Some((answer, guess))) => counted(&balancer, from, now, answer, guess),
        _ => gate::refuse(Refusal::ChatServerUnreached, &path, &headers, &balancer.allowed),
    }
}

fn counted(balancer: &Balancer, from: SocketAddr, now: i64, answer: Response, guess: bool) -> Response {
    if guess {
        balancer.launches.count(from.ip(), now);
    }
    answer
}
