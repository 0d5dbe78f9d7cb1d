//! Who slows down those who guess: a server that is alone by itself, for it sees where a launch comes from. Behind a front
//! it is the front, which alone knows that, and whether another Chat Server knows the launch; what the two tell each other
//! are headers, which the front lets no browser send or see.

use std::net::IpAddr;

use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::limits::LaunchLimit;
use super::pages::refusal_page;
use super::refusal::Refusal;
use super::{GO, SESSION, TICKETS, content_security_policy, tickets, with_headers};
use crate::origins::AllowedOrigins;

/// The front says that a launch is to be refused as one too many; the value is the time to wait in seconds.
pub(crate) const WAIT: &str = "x-cx-front-wait";

/// The front says that others will be asked if this server does not know what is asked for.
pub(crate) const MORE: &str = "x-cx-front-more";

/// The server says that another one may know what it does not.
pub(crate) const ELSEWHERE: &str = "x-cx-front-elsewhere";

/// The server says that it is the refusal of somebody who guesses.
pub(crate) const GUESS: &str = "x-cx-front-guess";

/// Who counts.
pub(super) enum Gate {
    /// This server.
    Own(LaunchLimit),
    /// The front before it.
    Front,
}

impl Gate {
    /// Seconds until this address may try again, if it has to wait.
    pub(super) fn wait(&self, from: IpAddr, headers: &HeaderMap, now: i64) -> Option<i64> {
        match self {
            Self::Own(limit) => limit.wait(from, now),
            Self::Front => headers.get(WAIT)?.to_str().ok()?.parse().ok(),
        }
    }

    /// Takes note of a refusal; whether it is for this server to write into the audit table.
    pub(super) fn refused(&self, from: IpAddr, headers: &HeaderMap, refusal: Refusal, now: i64) -> bool {
        match self {
            Self::Own(limit) => {
                if refusal.is_guess() {
                    limit.count(from, now);
                }
                true
            }
            Self::Front => !(refusal.is_elsewhere() && headers.contains_key(MORE)),
        }
    }

    /// Tells the front what kind of refusal an answer is, if it is one.
    pub(super) fn tell(&self, response: &mut Response) {
        let (Self::Front, Some(refusal)) = (self, response.extensions().get::<Refusal>().copied()) else { return };
        for (name, holds) in [(ELSEWHERE, refusal.is_elsewhere()), (GUESS, refusal.is_guess())] {
            if holds {
                response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static("1"));
            }
        }
    }
}

/// Whether a path is that of a launch, or of the ticket for one.
pub(crate) fn is_launch(path: &str) -> bool {
    path == TICKETS || named(path, GO).is_some()
}

/// Whether a path is that of a session's page, to which its forms are posted.
pub(crate) fn is_session(path: &str) -> bool {
    named(path, SESSION).is_some_and(|id| !id.is_empty() && !id.contains('/'))
}

/// What stands in a path where its route has a name, and all behind it.
fn named<'a>(path: &'a str, route: &str) -> Option<&'a str> {
    path.strip_prefix(route.split('{').next()?)
}

/// A refusal of the front's own, as a Messaging Server would say it.
pub(crate) fn refuse(refusal: Refusal, path: &str, headers: &HeaderMap, allowed: &AllowedOrigins) -> Response {
    let response = match path {
        TICKETS => tickets::with_cors(allowed, headers, tickets::refused(refusal)),
        _ => refusal_page(refusal),
    };
    as_ours(response, allowed)
}

/// Sends a browser to the page of a session, to look what became of its form.
pub(crate) fn see(path: &str, allowed: &AllowedOrigins) -> Response {
    as_ours((StatusCode::SEE_OTHER, [(LOCATION, path.to_owned())]).into_response(), allowed)
}

/// An answer of the front's own, with the headers that all answers of a Messaging Server have.
pub(crate) fn as_ours(response: Response, allowed: &AllowedOrigins) -> Response {
    with_headers(response, content_security_policy(&allowed.source_list()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert!(is_launch("/fish-messaging/go/T3NB68E-") && is_launch("/fish-messaging/ticket"));
        assert!(!is_launch("/fish-messaging/gone") && !is_launch("/fish-messaging/session/go"));
        assert!(is_session("/fish-messaging/session/ab12"));
        for other in ["/fish-messaging/session/", "/fish-messaging/session/ab/hangup", "/fish-messaging/sessions/ab"] {
            assert!(!is_session(other), "{other}");
        }
    }
}
