//! The cookie that ties a Bayeux client to its browser (backend 1.7).

use axum::http::{HeaderMap, HeaderValue};

use super::super::Gms;
use crate::cookies;

/// Its name.
pub(super) const NAME: &str = "BAYEUX_BROWSER";

/// A new value, which begins with the alias of its Chat Server.
pub(super) fn value(alias: &str, random: &str) -> String {
    format!("{alias}-{random}")
}

/// The alias of the Chat Server that has given a browser its cookie.
pub(crate) fn alias_of_browser(headers: &HeaderMap) -> Option<&str> {
    cookies::named(headers, NAME).next()?.split_once('-').map(|(alias, _)| alias)
}

/// The header line for a new value. Over https pages of other sites need it, so it must be sent across sites and be
/// partitioned; over plain http browsers refuse such a cookie.
pub(super) fn line(gms: &Gms, headers: &HeaderMap, value: &str) -> HeaderValue {
    let attributes = if is_https(gms, headers) {
        "SameSite=None; Secure; HttpOnly; Path=/; Partitioned"
    } else {
        "HttpOnly; Path=/"
    };
    let line = format!("{NAME}={value}; {attributes}");
    HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Whether the browser came by https: the operator says so, or the load balancer in front.
pub(in super::super) fn is_https(gms: &Gms, headers: &HeaderMap) -> bool {
    let forwarded = headers.get("x-forwarded-proto").and_then(|proto| proto.to_str().ok()).unwrap_or_default();
    let first = forwarded.split(',').next().unwrap_or_default().trim();
    gms.config.flags.gms_https || first.eq_ignore_ascii_case("https")
}
