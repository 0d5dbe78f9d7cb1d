//! Bayeux over HTTP: long-polling, and the way to the WebSocket (backend 1.8).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::super::{BODY_LIMIT, Gms, v1};
use super::bayeux::{Incoming, Outcome, Way, handle};
use super::client::Client;
use super::{cookie, socket};
use crate::clock::Clock;
use crate::{cookies, random};

/// No message of a WebSocket is longer than a body may be; what is announced as longer is not waited for.
pub(crate) fn limited(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade.max_message_size(BODY_LIMIT).max_frame_size(BODY_LIMIT)
}

/// `/genesys/cometd`: a WebSocket if the browser asks for one, else messages in a body.
pub(in super::super) async fn serve(State(gms): State<Arc<Gms>>, request: Request) -> Response {
    if request.method() == Method::GET {
        return match WebSocketUpgrade::from_request(request, &()).await {
            Ok(upgrade) => limited(upgrade).on_upgrade(move |socket| socket::serve(gms, socket)),
            Err(refusal) => refusal.into_response(),
        };
    }
    if request.method() != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let headers = request.headers().clone();
    match Bytes::from_request(request, &()).await {
        Ok(body) => answer(&gms, &headers, &body).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// The list in a body: the body itself, or the field `message` of a form.
pub(crate) fn messages(headers: &HeaderMap, body: &[u8]) -> Option<Vec<Incoming>> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        let (_, message) = form_urlencoded::parse(body).find(|(name, _)| name == "message")?;
        return Incoming::read(message.as_bytes());
    }
    Incoming::read(body)
}

async fn answer(gms: &Gms, headers: &HeaderMap, body: &[u8]) -> Response {
    let Some(list) = messages(headers, body) else { return StatusCode::BAD_REQUEST.into_response() };
    let sent = cookies::named(headers, cookie::NAME).next().map(ToOwned::to_owned);
    let fresh = match &sent {
        Some(_) => None,
        // A load balancer sees by it which Chat Server has the browser's clients.
        None => random::hex_lower::<16>().ok().map(|value| cookie::value(gms.chat.alias(), &value)),
    };
    let browser = sent.as_deref().or(fresh.as_deref()).unwrap_or_default();
    let way = Way { name: "long-polling", browser: Some(browser), user: v1::user(headers) };
    let (mut replies, mut poll, mut welcomed) = (Vec::new(), None, false);
    for message in &list {
        match handle(gms, way, message) {
            Outcome::Reply(reply) => replies.push(reply),
            Outcome::Welcome(reply, _) => {
                welcomed = true;
                replies.push(reply);
            }
            Outcome::Poll(client, held, reply) => poll = Some((client, held, reply)),
        }
    }
    if let Some((client, held, reply)) = poll {
        // What stands in the same body has been answered already and must not wait.
        let held = if replies.is_empty() { held } else { 0 };
        replies.extend(hold(&gms.config.clock, &client, held).await);
        replies.push(reply);
    }
    let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"))];
    let mut response = (json, Value::Array(replies).to_string()).into_response();
    if let (true, Some(value)) = (welcomed, &fresh) {
        response.headers_mut().insert(SET_COOKIE, cookie::line(gms, headers, value));
    }
    response
}

/// Waits until something is there for the client, the time is over, or it polls anew; answers with what is there.
async fn hold(clock: &Clock, client: &Client, held_ms: i64) -> Vec<Value> {
    // Before the poll begins, so that whoever sees that it has can put the clock forward to its end.
    let over = clock.until(clock.now_ms().saturating_add(held_ms));
    let poll = client.begin_poll();
    tokio::pin!(over);
    while client.is_newest(poll) && !client.has_news() {
        tokio::select! {
            () = client.news() => {}
            () = &mut over => break,
        }
    }
    // Only the newest poll has a reader at its other end.
    if client.is_newest(poll) {
        return client.take();
    }
    client.pass_on();
    Vec::new()
}
