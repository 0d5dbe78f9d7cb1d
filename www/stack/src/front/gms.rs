//! GMS before several Chat Servers: a start goes to the one with the fewest, a later call to whoever serves for its alias
//! (Chat Support, "Web API Server Configuration"). A call that comes in a failover waits for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ORIGIN};
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use hyper::upgrade::OnUpgrade;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::comet::{self, FILES};
use super::http::{Call, TooLarge, tunnel};
use super::pair::Pair;
use super::v1;
use crate::gms::cometd::PATH as COMET;
use crate::gms::v1::PREFIX as V1;
use crate::gms::{readable, too_large};
use crate::messaging_server::limits::LaunchLimit;
use crate::origins::AllowedOrigins;
use crate::stack::Addresses;

/// What chat API v2 by REST begins with.
const CHAT: &str = "/genesys/2/chat/";

/// Verbs that may be done twice.
const REPEATABLE: [&str; 6] = ["refresh", "startTyping", "stopTyping", "updateData", "readReceipt", "limits"];

/// The load balancer.
pub struct Balancer {
    /// The Chat Servers; at least one.
    pub pairs: Vec<Arc<Pair>>,
    /// Path of the load balancer's page, with its slash.
    pub path: String,
    /// How long a call waits for a Chat Server.
    pub limit: Duration,
    /// Largest request in bytes.
    pub body_limit: usize,
    /// Pages that may read what this server answers itself.
    pub allowed: AllowedOrigins,
    /// Who has guessed at launches of MicroApps.
    pub launches: LaunchLimit,
}

impl Balancer {
    /// All of them, the one for a new chat first: the one with the fewest, of those that serve now.
    pub(super) fn by_load(&self) -> Vec<&Arc<Pair>> {
        let mut pairs: Vec<_> = self.pairs.iter().collect();
        pairs.sort_by_key(|pair| (pair.watch().borrow().active.is_none(), pair.started()));
        pairs
    }

    /// The one of a user: always the same one, so that what a user's devices ask for is where they are.
    pub(super) fn of_user(&self, user: &str) -> Option<&Arc<Pair>> {
        let place = Sha256::digest(user).iter().fold(0, |sum, byte| sum + usize::from(*byte));
        self.pairs.get(place.checked_rem(self.pairs.len())?)
    }

    /// Whether pages of this origin may read answers.
    pub(super) fn allows(&self, origin: &HeaderValue) -> bool {
        origin.to_str().is_ok_and(|origin| self.allowed.find(origin).is_some())
    }

    /// The one of a chat that goes on.
    fn for_call(&self, body: &[u8]) -> Option<&Arc<Pair>> {
        let named = (self.pairs.len() > 1).then(|| alias(body)).flatten();
        let named = named.and_then(|alias| self.pairs.iter().find(|pair| pair.has_alias(&alias)));
        named.or(self.pairs.first())
    }

    fn told(&self, headers: &HeaderMap, status: StatusCode, advice: &str) -> Response {
        let body = json!({ "statusCode": 1, "chatEnded": false, "messages": [],
            "errors": [{ "code": 503, "advice": advice }] });
        self.readable(headers, (status, Json(body)).into_response())
    }

    /// Lets a page of an allowed origin read an answer.
    pub(super) fn readable(&self, headers: &HeaderMap, response: Response) -> Response {
        readable(response, headers.get(ORIGIN).filter(|origin| self.allows(origin)).cloned())
    }

    /// What a request to GMS is told whose body is larger than any that is taken: the same as by a Chat Server itself.
    pub(super) fn too_large(&self, TooLarge(head): &TooLarge) -> Response {
        self.readable(head.headers(), too_large(head.uri().path()))
    }
}

/// The alias that a call names: a field of a form, of multipart or of an object.
fn alias(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    if let Some((_, rest)) = text.split_once("name=\"alias\"") {
        let value = rest.split_once("\r\n\r\n")?.1;
        return Some(value.split("\r\n").next().unwrap_or_default().to_owned());
    }
    if let Ok(object) = serde_json::from_slice::<serde_json::Value>(body) {
        return object.get("alias")?.as_str().map(ToOwned::to_owned);
    }
    form_urlencoded::parse(body).find(|(name, _)| name == "alias").map(|(_, value)| value.into_owned())
}

pub(super) fn gms(at: &Addresses) -> &str {
    &at.gms
}

fn esp(at: &Addresses) -> &str {
    at.esp.as_deref().unwrap_or_default()
}

/// Everything that comes to GMS.
pub async fn serve(State(balancer): State<Arc<Balancer>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if path == balancer.path {
        return Json(balancer.pairs.iter().map(|pair| pair.info()).collect::<Vec<_>>()).into_response();
    }
    let Some(rest) = path.strip_prefix(CHAT) else {
        return match path.as_str() {
            path if path.starts_with(V1) => v1::serve(&balancer, request).await,
            path if path.starts_with(COMET) || path == FILES => comet::serve(&balancer, request).await,
            _ => pass(&balancer, balancer.pairs.first(), request, false).await,
        };
    };
    let call = match Call::read(request, balancer.body_limit).await {
        Ok(call) => call,
        Err(too_large) => return balancer.too_large(&too_large),
    };
    // A browser's question before it is no start.
    let is_start = call.head.method() == Method::POST && rest.split_once('/').is_none_or(|(_, verb)| verb.is_empty());
    let pair = if is_start { balancer.by_load().first().copied() } else { balancer.for_call(&call.body) };
    let Some(pair) = pair else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let verb = rest.rsplit('/').next().unwrap_or_default();
    let headers = call.head.headers().clone();
    let answer = if is_start {
        begin(pair, call, balancer.limit).await
    } else {
        forward(pair, gms, call, balancer.limit, REPEATABLE.contains(&verb)).await
    };
    match answer {
        Ok((head, body)) => {
            if is_start && head.status.is_success() {
                pair.count_start();
            }
            Response::from_parts(head, Body::from(body))
        }
        Err(Lost::NoServer) if is_start => {
            balancer.told(&headers, StatusCode::SERVICE_UNAVAILABLE, "No Chat Server is there; try later.")
        }
        Err(Lost::NoServer) => balancer.told(&headers, StatusCode::OK, "No Chat Server is there; try again."),
        Err(Lost::NoAnswer) => {
            balancer.told(&headers, StatusCode::OK, "The Chat Server fell; look whether it was done, and try again.")
        }
    }
}

/// Hands a request on, and its answer as it comes, WebSockets included; whether it may be done twice says `twice`.
pub(super) async fn pass(balancer: &Balancer, pair: Option<&Arc<Pair>>, mut request: Request, twice: bool) -> Response {
    let client = request.extensions_mut().remove::<OnUpgrade>();
    // Whole, so that what a client breaks off is no fault of a Chat Server.
    let call = match Call::read(request, balancer.body_limit).await {
        Ok(call) => call,
        Err(too_large) => return balancer.too_large(&too_large),
    };
    pass_on(balancer, pair, call, client, twice).await
}

/// The same with a request that has been read, and whom a WebSocket would be for.
pub(super) async fn pass_on(
    balancer: &Balancer,
    pair: Option<&Arc<Pair>>,
    call: Call,
    mut client: Option<OnUpgrade>,
    twice: bool,
) -> Response {
    let Some(pair) = pair else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let end = Instant::now() + balancer.limit;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let Some(stream) = pair.reach(gms, left).await else {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        };
        match tunnel(call.clone(), &mut client, stream).await {
            Ok(answer) => return answer,
            // It has just fallen. To look, or to open a socket, twice changes nothing.
            Err(_) if twice || call.head.method().is_safe() => {}
            Err(_) => return StatusCode::BAD_GATEWAY.into_response(),
        }
    }
}

/// Everything that comes to ESP: a request names the application, and user data are looked for everywhere.
pub async fn serve_esp(State(balancer): State<Arc<Balancer>>, request: Request) -> Response {
    let named = request.uri().path().strip_prefix("/esp/").map(ToOwned::to_owned);
    let known = named.filter(|name| balancer.pairs.iter().any(|pair| pair.has_application(name)));
    let meant = |pair: &&Arc<Pair>| known.as_ref().is_none_or(|name| pair.has_application(name));
    let Ok(call) = Call::read(request, balancer.body_limit).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut answer = StatusCode::SERVICE_UNAVAILABLE.into_response();
    let twice = call.head.method().is_safe();
    for pair in balancer.pairs.iter().filter(meant) {
        let Ok((head, body)) = forward(pair, esp, call.clone(), balancer.limit, twice).await else { continue };
        let elsewhere = head.status == StatusCode::NOT_FOUND;
        answer = Response::from_parts(head, Body::from(body));
        if !elsewhere {
            break;
        }
    }
    answer
}

/// Why there is no answer.
pub(super) enum Lost {
    /// Nobody served in all the time.
    NoServer,
    /// It fell before it answered.
    NoAnswer,
}

/// Marks an answer to a call that was sent again, because a server had fallen before it answered.
#[derive(Clone)]
pub(super) struct Repeated;

/// Sends a call and waits for its answer, no longer than `limit`; whether it may be done twice says `twice`. The head of an
/// answer to a call that was is marked with [`Repeated`].
pub(super) async fn forward(
    pair: &Pair,
    which: fn(&Addresses) -> &str,
    call: Call,
    limit: Duration,
    twice: bool,
) -> Result<(Parts, Bytes), Lost> {
    let end = Instant::now() + limit;
    let mut repeated = None;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        // What could not even be sent may be sent again, whatever it is.
        let stream = pair.reach(which, left).await.ok_or(Lost::NoServer)?;
        let left = end.saturating_duration_since(Instant::now());
        match tokio::time::timeout(left, call.clone().send(stream)).await {
            Ok(Ok((mut head, body))) => {
                repeated.map(|repeated: Repeated| head.extensions.insert(repeated));
                return Ok((head, body));
            }
            Ok(Err(_)) if twice => repeated = Some(Repeated),
            Ok(Err(_)) | Err(_) => return Err(Lost::NoAnswer),
        }
    }
}

/// Starts a chat. When that takes longer than `chat_session_request_timeout`, it is given up, and the chat is deleted as
/// soon as there is one: nobody knows of it.
async fn begin(pair: &Arc<Pair>, call: Call, limit: Duration) -> Result<(Parts, Bytes), Lost> {
    let end = Instant::now() + limit;
    let stream = pair.reach(gms, limit).await.ok_or(Lost::NoServer)?;
    let head = call.head.clone();
    let mut sent = tokio::spawn(call.send(stream));
    match tokio::time::timeout(end.saturating_duration_since(Instant::now()), &mut sent).await {
        Ok(Ok(Ok(answer))) => Ok(answer),
        Ok(_) => Err(Lost::NoAnswer),
        Err(_) => {
            let pair = Arc::clone(pair);
            tokio::spawn(async move {
                if let Ok(Ok((_, body))) = sent.await {
                    delete(&pair, head, &body, limit).await;
                }
            });
            Err(Lost::NoAnswer)
        }
    }
}

/// Ends a chat by the answer to its start.
async fn delete(pair: &Pair, mut head: Request<()>, start: &Bytes, limit: Duration) -> Option<()> {
    let start: serde_json::Value = serde_json::from_slice(start).ok()?;
    let text = |key: &str| start.get(key).and_then(serde_json::Value::as_str);
    let ids = [("userId", text("userId")?), ("secureKey", text("secureKey")?)];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(ids).finish();
    let path = format!("{}/{}/disconnect", head.uri().path().trim_end_matches('/'), text("chatId")?);
    *head.uri_mut() = path.parse().ok()?;
    head.headers_mut().remove(CONTENT_LENGTH);
    head.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    forward(pair, gms, Call { head, body: body.into() }, limit, true).await.ok().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_found_in_every_kind_of_body() {
        assert_eq!(alias(b"userId=1&alias=118&secureKey=2").as_deref(), Some("118"));
        assert_eq!(alias(b"{\"alias\":\"119\"}").as_deref(), Some("119"));
        let multipart = b"--x\r\nContent-Disposition: form-data; name=\"alias\"\r\n\r\n120\r\n--x--\r\n";
        assert_eq!(alias(multipart).as_deref(), Some("120"));
        assert_eq!(alias(b"userId=1"), None);
    }
}
