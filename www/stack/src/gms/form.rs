//! Bodies of GMS: url-encoded, multipart or JSON; nested data by bracket keys (backend 1.1 and 2.1).

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

use super::cors::API_KEY;
use super::error::GmsError;
use crate::interaction_server::AttachedData;

/// A file that came with a form.
pub(super) struct FilePart {
    /// Its name, as the sender gave it.
    pub(super) name: String,
    /// Its media type.
    pub(super) media_type: String,
    /// Its bytes.
    pub(super) content: Bytes,
}

/// A decoded body. Has no `Debug`, because it holds keys and chat text.
#[derive(Default)]
pub(super) struct Form {
    fields: BTreeMap<String, String>,
    user_data: AttachedData,
    file: Option<FilePart>,
}

impl Form {
    /// Decodes a url-encoded body. Of a field that is sent twice the last one counts.
    pub(super) fn parse(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (key, value) in form_urlencoded::parse(body) {
            form.put(&key, value.into_owned());
        }
        form
    }

    /// Reads a JSON object: what is no text is taken as its JSON, `userData` as nested data.
    pub(super) fn from_json(object: &serde_json::Map<String, Value>) -> Self {
        let mut form = Self::default();
        for (key, value) in object {
            match value {
                Value::Object(data) if key == "userData" => {
                    form.user_data.extend(data.iter().map(|(name, value)| (name.clone(), plain(value))));
                }
                Value::Null => {}
                value => form.put(key, plain(value)),
            }
        }
        form
    }

    /// Decodes a body whose kind is that of a form or none: some clients of API v1 send an object and do not say so.
    fn of_any_kind(body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => Self::from_json(&object),
            _ => Self::parse(body),
        }
    }

    async fn from_multipart(mut parts: Multipart) -> Result<Self, GmsError> {
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await.map_err(fault)? {
            let key = part.name().unwrap_or_default().to_owned();
            if let Some(name) = part.file_name().map(ToOwned::to_owned) {
                let media_type = part.content_type().unwrap_or("application/octet-stream").to_owned();
                form.file = Some(FilePart { name, media_type, content: part.bytes().await.map_err(fault)? });
            } else {
                form.put(&key, part.text().await.map_err(fault)?);
            }
        }
        Ok(form)
    }

    fn put(&mut self, key: &str, value: String) {
        match key.strip_prefix("userData") {
            Some(brackets) if brackets.starts_with('[') => {
                if let Some(name) = bracket_path(brackets) {
                    self.user_data.insert(name, value);
                }
            }
            _ => {
                self.fields.insert(key.to_owned(), value);
            }
        }
    }

    /// Adds what an address says of itself; the body's own fields go before.
    pub(super) fn add_query(&mut self, query: &str) {
        // The operator's key has been looked at, and is no part of what the customer says.
        for (key, value) in form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key != API_KEY) {
            self.fields.entry(key.into_owned()).or_insert(value.into_owned());
        }
    }

    /// All fields but `userData`.
    pub(super) fn fields(&self) -> &BTreeMap<String, String> {
        &self.fields
    }

    /// A field's value, empty when it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// A field's value if it was sent and is not empty.
    pub(super) fn some(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// `transcriptPosition`; what is no number counts as absent.
    pub(super) fn position(&self) -> Option<i64> {
        self.some("transcriptPosition")?.trim().parse().ok()
    }

    /// `userData[...]`.
    pub(super) fn user_data(&self) -> AttachedData {
        self.user_data.clone()
    }

    /// The file, whatever its field is called.
    pub(super) fn file(&self) -> Option<&FilePart> {
        self.file.as_ref()
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = GmsError;

    async fn from_request(request: Request, state: &S) -> Result<Self, GmsError> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let query = request.uri().query().map(ToOwned::to_owned);
        let mut form = match kind.as_str() {
            "multipart/form-data" => {
                let parts = Multipart::from_request(request, state).await.map_err(|_| GmsError::BadBody)?;
                Self::from_multipart(parts).await?
            }
            "application/json" => match serde_json::from_slice(&body(request, state).await?) {
                Ok(Value::Object(object)) => Self::from_json(&object),
                _ => return Err(GmsError::BadBody),
            },
            _ => Self::of_any_kind(&body(request, state).await?),
        };
        if let Some(query) = query {
            form.add_query(&query);
        }
        Ok(form)
    }
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, GmsError> {
    Bytes::from_request(request, state).await.map_err(|error| by_status(error.status()))
}

fn fault(error: MultipartError) -> GmsError {
    by_status(error.status())
}

fn by_status(status: StatusCode) -> GmsError {
    if status == StatusCode::PAYLOAD_TOO_LARGE { GmsError::BodyTooLarge } else { GmsError::BadBody }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// `[a]` is `a`; `[a][b]` is `a.b`, because attached data here is flat.
fn bracket_path(brackets: &str) -> Option<String> {
    let inner = brackets.strip_prefix('[')?.strip_suffix(']')?;
    let path = inner.replace("][", ".");
    (!path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bracket_keys() {
        let form = Form::parse(b"nickname=A%20B&userData%5BKey%5D=1&userData[a][b]=2+3&userData[]=x&userData=y");
        assert_eq!(form.get("nickname"), "A B");
        let data = form.user_data();
        assert_eq!(data.get("Key").map(String::as_str), Some("1"));
        assert_eq!(data.get("a.b").map(String::as_str), Some("2 3"));
        assert_eq!(data.len(), 2);
    }

    #[test]
    fn positions() {
        let position = |body: &str| Form::parse(body.as_bytes()).position();
        assert_eq!(position("transcriptPosition=7"), Some(7));
        assert_eq!(position("transcriptPosition=-1"), Some(-1));
        assert_eq!(position("transcriptPosition=x"), None);
        assert_eq!(position(""), None);
    }

    #[test]
    fn objects() {
        let value = serde_json::json!({ "nickname": "Ann", "userData": { "Tier": "Gold", "n": 1 }, "transcriptPosition": 3,
            "eventAttributes": { "a": 1 }, "text": null });
        let form = Form::from_json(value.as_object().unwrap());
        assert_eq!((form.get("nickname"), form.position(), form.some("text")), ("Ann", Some(3), None));
        assert_eq!(form.get("eventAttributes"), r#"{"a":1}"#);
        assert_eq!(form.user_data().get("n").map(String::as_str), Some("1"));
    }
}
