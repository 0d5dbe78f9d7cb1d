//! API v1 before several Chat Servers, the chat API of the document's page (Chat Support, "Web API Server
//! Configuration"): a new service goes to the Chat Server with the fewest, a later call to the one that its id names, and
//! what is about all services to all of them.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::http::response::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::comet::user_of;
use super::gms::{Balancer, Lost, forward, gms};
use super::http::Call;
use super::pair::Pair;
use crate::gms::v1::{PREFIX, number};

/// What a call is about.
#[derive(Debug, PartialEq, Eq)]
enum About<'a> {
    /// A service that is to be.
    New,
    /// The service of this id.
    Service(&'a str),
    /// All services of a name.
    All,
}

fn about<'a>(method: &Method, path: &'a str) -> About<'a> {
    let parts: Vec<&str> = path.strip_prefix(PREFIX).unwrap_or_default().split('/').collect();
    match *parts {
        ["service", "request-chat"] => About::New,
        ["service", "callback", _] if method == Method::POST => About::New,
        ["service", "callback", _] | ["service", "callback", _, "availability"] => About::All,
        ["internal-poke" | "service", id, ..] if id != "callback" => About::Service(id),
        ["service", "callback", _, id] => About::Service(id),
        _ => About::All,
    }
}

/// Whether a call may be sent again when its answer was lost: it only looks. A refresh with a message says it.
fn only_looks(call: &Call) -> bool {
    let refreshes = call.head.uri().path().ends_with("/refresh");
    let looks = call.head.method().is_safe() && !call.head.uri().path().contains("/ixn/chat/");
    let text = [call.head.uri().query().unwrap_or_default().as_bytes(), &call.body].concat();
    looks || (refreshes && !String::from_utf8_lossy(&text).contains("message"))
}

/// Everything that comes to API v1.
pub(super) async fn serve(balancer: &Balancer, request: Request) -> Response {
    let call = match Call::read(request, balancer.body_limit).await {
        Ok(call) => call,
        Err(too_large) => return balancer.too_large(&too_large),
    };
    let headers = call.head.headers().clone();
    let (method, path) = (call.head.method().clone(), call.head.uri().path().to_owned());
    let answer = match about(&method, &path) {
        // A browser's question before it is about nothing.
        _ if method == Method::OPTIONS => one(balancer, balancer.pairs.first(), call).await,
        About::New => new_service(balancer, call).await,
        About::Service(id) => {
            let named = number::alias_of(id);
            let pair = balancer.pairs.iter().find(|pair| named.as_ref().is_some_and(|alias| pair.has_alias(alias)));
            one(balancer, pair.or(balancer.pairs.first()), call).await
        }
        About::All => all(balancer, &call).await,
    };
    let answer = answer.unwrap_or_else(|lost| match lost {
        Lost::NoServer => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Lost::NoAnswer => StatusCode::BAD_GATEWAY.into_response(),
    });
    balancer.readable(&headers, answer)
}

async fn one(balancer: &Balancer, pair: Option<&std::sync::Arc<Pair>>, call: Call) -> Result<Response, Lost> {
    let twice = only_looks(&call);
    let (head, body) = forward(pair.ok_or(Lost::NoServer)?, gms, call, balancer.limit, twice).await?;
    Ok(Response::from_parts(head, Body::from(body)))
}

/// A service at the Chat Server with the fewest; where no agent is there, at the next. That of a user whose devices are
/// told by CometD is where these are.
async fn new_service(balancer: &Balancer, call: Call) -> Result<Response, Lost> {
    let pairs = match user_of(call.head.headers()) {
        Some(user) => balancer.of_user(user).into_iter().collect(),
        None => balancer.by_load(),
    };
    let mut answer = Err(Lost::NoServer);
    for pair in pairs {
        answer = match forward(pair, gms, call.clone(), balancer.limit, false).await {
            Ok((head, body)) => {
                let status = head.status;
                if status.is_success() {
                    pair.count_start();
                }
                let response = Response::from_parts(head, Body::from(body));
                if status != StatusCode::SERVICE_UNAVAILABLE {
                    return Ok(response);
                }
                Ok(response)
            }
            // Nobody was there; the next one may be.
            Err(Lost::NoServer) => answer,
            // A second service would be no harm, but a second chat of a customer would.
            Err(lost) => return Err(lost),
        };
    }
    answer
}

/// What all Chat Servers say together.
async fn all(balancer: &Balancer, call: &Call) -> Result<Response, Lost> {
    let mut together: Option<(Parts, Value)> = None;
    let twice = call.head.method().is_safe();
    for pair in &balancer.pairs {
        let (head, body) = match forward(pair, gms, call.clone(), balancer.limit, twice).await {
            Ok(answer) => answer,
            Err(Lost::NoServer) => continue,
            Err(lost) => return Err(lost),
        };
        let Some(value) = told(&head, &body) else { return Ok(Response::from_parts(head, Body::from(body))) };
        together = Some(match together {
            None => (head, value),
            Some((head, before)) => (head, joined(before, value)),
        });
    }
    let (mut head, value) = together.ok_or(Lost::NoServer)?;
    head.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(head, Body::from(value.to_string())))
}

fn told(head: &Parts, body: &Bytes) -> Option<Value> {
    if head.status.is_success() { serde_json::from_slice(body).ok() } else { None }
}

/// Two lists one after the other; of two objects the sums.
fn joined(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Array(mut list), Value::Array(more)) => {
            list.extend(more);
            Value::Array(list)
        }
        (Value::Object(mut sums), Value::Object(more)) => {
            for (key, value) in more {
                let sum = sums.get(&key).and_then(Value::as_u64).unwrap_or(0) + value.as_u64().unwrap_or(0);
                sums.insert(key, sum.into());
            }
            Value::Object(sums)
        }
        (one, _) => one,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_path_is_about() {
        for (method, path, expected) in [
            (Method::POST, "/genesys/1/service/request-chat", About::New),
            (Method::POST, "/genesys/1/service/callback/x", About::New),
            (Method::GET, "/genesys/1/service/callback/x", About::All),
            (Method::GET, "/genesys/1/service/callback/x/availability", About::All),
            (Method::PUT, "/genesys/1/service/callback/x/369-1", About::Service("369-1")),
            (Method::POST, "/genesys/1/service/371-1/ixn/chat/send", About::Service("371-1")),
            (Method::GET, "/genesys/1/service/371-1/storage", About::Service("371-1")),
            (Method::GET, "/genesys/1/internal-poke/371-1", About::Service("371-1")),
        ] {
            assert_eq!(about(&method, path), expected, "{path}");
        }
    }

    #[test]
    fn what_several_say_together() {
        assert_eq!(joined(json!([1]), json!([2, 3])), json!([1, 2, 3]));
        assert_eq!(joined(json!({ "a": 1, "b": 2 }), json!({ "b": 3, "c": 4 })), json!({ "a": 1, "b": 5, "c": 4 }));
    }
}
