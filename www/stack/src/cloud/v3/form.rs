//! Form bodies with nested keys, as jQuery writes them (transports 3.2).

use std::collections::BTreeMap;

use crate::interaction_server::AttachedData;

/// A decoded body; `data[userData][Tier]` is the key `data.userData.Tier`. Has no `Debug`, because it holds chat text.
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    /// Decodes a body. Of a field that is sent twice the last one counts.
    pub(super) fn parse(body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body).map(|(key, value)| (dotted(&key), value.into_owned()));
        Self(fields.collect())
    }

    /// A field's value if it was sent and is not empty.
    pub(super) fn some(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// All fields below a key, with the rest of their keys.
    pub(super) fn below(&self, key: &str) -> AttachedData {
        let rest = |(name, value): (&String, &String)| {
            let rest = name.strip_prefix(key)?.strip_prefix('.').filter(|rest| !rest.is_empty())?;
            Some((rest.to_owned(), value.clone()))
        };
        self.0.iter().filter_map(rest).collect()
    }
}

fn dotted(key: &str) -> String {
    key.replace("][", ".").replace('[', ".").replace(']', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_keys() {
        let form =
            Form::parse(b"operationId=7&data%5BfirstName%5D=Ann&data[userData][a][b]=2+3&data[userData]=x&data[]=y");
        assert_eq!(form.some("operationId"), Some("7"));
        assert_eq!(form.some("data.firstName"), Some("Ann"));
        assert_eq!(form.below("data.userData"), AttachedData::from([("a.b".to_owned(), "2 3".to_owned())]));
        assert_eq!(form.some("data"), None);
    }
}
