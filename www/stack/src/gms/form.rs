//! Form bodies of chat API v2: url-encoded, nested data by bracket keys (backend 1.1).

use std::collections::BTreeMap;

use crate::interaction_server::AttachedData;

/// A decoded body. Has no `Debug`, because it holds keys and chat text.
pub(super) struct Form {
    fields: BTreeMap<String, String>,
    user_data: AttachedData,
}

impl Form {
    /// Decodes a body. Of a field that is sent twice the last one counts.
    pub(super) fn parse(body: &[u8]) -> Self {
        let (mut fields, mut user_data) = (BTreeMap::new(), AttachedData::new());
        for (key, value) in form_urlencoded::parse(body) {
            match key.strip_prefix("userData") {
                Some(brackets) if brackets.starts_with('[') => {
                    if let Some(name) = bracket_path(brackets) {
                        user_data.insert(name, value.into_owned());
                    }
                }
                _ => {
                    fields.insert(key.into_owned(), value.into_owned());
                }
            }
        }
        Self { fields, user_data }
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
}
