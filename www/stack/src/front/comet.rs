//! CometD before several Chat Servers: a Bayeux client is one server's, as its cookie is, so it goes to the same one each
//! time. That of a known user (`gms_user`) goes where that user's services are, so that news of their chats reach it.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequest, Request};
use axum::http::header::{COOKIE, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::gms::{Balancer, gms, pass, pass_on};
use super::http::Call;
use super::pair::Pair;
use crate::gms::cometd::{Incoming, alias_of_browser, limited, messages};
use crate::gms::{API_KEY, USER};

/// Files of its chats.
pub(super) const FILES: &str = "/genesys/2/chat-ntf";

/// The user whose device calls, if it says so.
pub(super) fn user_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(USER).and_then(|user| user.to_str().ok()).filter(|user| !user.is_empty())
}

/// The Chat Server of a device: that of its user, else that of its browser. A new browser goes to the one with the
/// fewest chats and gets a cookie that says so; what has no cookie and cannot get one goes to the first.
fn meant<'a>(balancer: &'a Balancer, headers: &HeaderMap, list: &[Incoming], may_get: bool) -> Option<&'a Arc<Pair>> {
    let user = user_of(headers).or_else(|| list.iter().map(Incoming::user).find(|user| !user.is_empty()));
    if let Some(user) = user {
        return balancer.of_user(user);
    }
    if let Some(alias) = alias_of_browser(headers) {
        return balancer.pairs.iter().find(|pair| pair.has_alias(alias)).or(balancer.pairs.first());
    }
    let is_new = may_get && list.iter().any(Incoming::is_handshake);
    if is_new { balancer.by_load().first().copied() } else { balancer.pairs.first() }
}

fn count(pair: &Pair, list: &[Incoming]) {
    list.iter().filter(|message| message.starts_chat()).for_each(|_| pair.count_start());
}

/// Everything that comes by CometD, and its files.
pub(super) async fn serve(balancer: &Arc<Balancer>, request: Request) -> Response {
    if request.headers().contains_key(UPGRADE) {
        return match balancer.pairs.len() {
            0 | 1 => pass(balancer, balancer.pairs.first(), request, false).await,
            _ => open(Arc::clone(balancer), request).await,
        };
    }
    let call = match Call::read(request, balancer.body_limit).await {
        Ok(call) => call,
        Err(too_large) => return balancer.too_large(&too_large),
    };
    let list = messages(call.head.headers(), &call.body).unwrap_or_default();
    let pair = meant(balancer, call.head.headers(), &list, true);
    if let Some(pair) = pair {
        count(pair, &list);
    }
    // What is only about the client may be asked again: another client is no harm, but a message said twice is.
    let twice = list.iter().all(Incoming::is_meta) && !list.is_empty();
    pass_on(balancer, pair, call, None, twice).await
}

/// A WebSocket. Whose it is stands in its first message, so it is opened here and then handed on.
async fn open(balancer: Arc<Balancer>, request: Request) -> Response {
    let (headers, uri) = (request.headers().clone(), request.uri().clone());
    if headers.get(ORIGIN).is_some_and(|origin| !balancer.allows(origin)) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match WebSocketUpgrade::from_request(request, &()).await {
        Ok(upgrade) => limited(upgrade).on_upgrade(move |socket| async move {
            // That one of them hangs up is how every connection ends.
            let _ = hand_on(&balancer, &headers, &uri, socket).await;
        }),
        Err(refusal) => refusal.into_response(),
    }
}

async fn hand_on(balancer: &Balancer, headers: &HeaderMap, uri: &Uri, mut browser: WebSocket) -> Option<()> {
    let first = loop {
        match browser.recv().await?.ok()? {
            Message::Text(text) => break text,
            Message::Close(_) => return None,
            _ => {}
        }
    };
    let list = Incoming::read(first.as_bytes()).unwrap_or_default();
    let pair = meant(balancer, headers, &list, false)?;
    let stream = pair.reach(gms, balancer.limit).await?;
    let mut request = format!("ws://localhost{uri}").into_client_request().ok()?;
    for name in [ORIGIN, COOKIE, HeaderName::from_static(API_KEY)] {
        if let Some(value) = headers.get(&name) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    let (mut server, _) = tokio_tungstenite::client_async(request, stream).await.ok()?;
    server.send(Frame::text(first.as_str())).await.ok()?;
    loop {
        tokio::select! {
            message = browser.recv() => match message?.ok()? {
                Message::Text(text) => {
                    count(pair, &Incoming::read(text.as_bytes()).unwrap_or_default());
                    server.send(Frame::text(text.as_str())).await.ok()?;
                }
                Message::Close(_) => return None,
                _ => {}
            },
            frame = server.next() => match frame?.ok()? {
                Frame::Text(text) => browser.send(Message::text(text.as_str())).await.ok()?,
                Frame::Close(_) => return None,
                _ => {}
            },
        }
    }
}
