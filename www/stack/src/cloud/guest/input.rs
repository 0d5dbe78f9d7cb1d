//! What guests send: bodies and query values.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use super::error::GuestError;

/// Reads a JSON body. Fields that are not asked for are ignored, because clients send more (transports 2.6).
///
/// # Errors
/// Another type, too long, no JSON, or JSON of another shape.
pub(super) fn json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<T, GuestError> {
    let body = body.map_err(|_| GuestError::BadRequest)?;
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Err(GuestError::UnsupportedMediaType);
    }
    serde_json::from_slice(&body).map_err(|_| GuestError::BadRequest)
}

/// Query values by name.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query. An empty value counts as absent: the public client sends one for whatever it leaves out.
    pub(super) fn parse(query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        Self(pairs.into_owned().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// A value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A whole number in these bounds, or what holds without one.
    ///
    /// # Errors
    /// Another value.
    pub(super) fn number(
        &self,
        name: &'static str,
        bounds: std::ops::RangeInclusive<usize>,
        otherwise: usize,
    ) -> Result<usize, GuestError> {
        let Some(text) = self.get(name) else { return Ok(otherwise) };
        text.parse().ok().filter(|number| bounds.contains(number)).ok_or(GuestError::InvalidValue(name))
    }

    /// One of these two words, without regard to case: whether it is the second. Absent, it is the first.
    ///
    /// # Errors
    /// Another word.
    pub(super) fn choice(&self, name: &'static str, words: [&str; 2]) -> Result<bool, GuestError> {
        let [first, second] = words;
        match self.get(name) {
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case(first) => Ok(false),
            Some(text) if text.eq_ignore_ascii_case(second) => Ok(true),
            Some(_) => Err(GuestError::InvalidValue(name)),
        }
    }
}
