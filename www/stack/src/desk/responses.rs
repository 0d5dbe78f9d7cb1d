//! Standard responses, as Knowledge Manager offers them to agents: in categories, to be searched, with variables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path as FilePath;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::Desk;
use super::api::DeskError;
use super::fields::{fill, on_one_line};
use crate::interaction_server::{AttachedData, Properties};

/// The standard responses of a stack that is given none.
const BUILT_IN: &str = include_str!("../../desk/standard-responses.json");

/// What a parameter's name may be made of, as in a MicroApp's Start block.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A parameter the agent fills in before a response is inserted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Parameter {
    /// Variable of the Start block.
    name: String,
    /// Last part of the field's `data-testid`.
    key: String,
    label: String,
    #[serde(default)]
    placeholder: String,
    #[serde(default)]
    hint: String,
    /// Key of Case Information whose value is offered.
    #[serde(default)]
    from: Option<String>,
    /// The value that is offered; only in a chat.
    #[serde(default, skip_deserializing)]
    value: String,
}

/// A standard response: the text, or the first line of a MicroApp request and its parameters.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StandardResponse {
    id: String,
    /// Categories from the outermost in, with slashes in between.
    category: String,
    title: String,
    text: String,
    /// Further words by which it is found.
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    parameters: Vec<Parameter>,
    /// Variables for which this chat has no value.
    #[serde(default, skip_deserializing)]
    missing: Vec<String>,
}

impl StandardResponse {
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (what, text) in
            [("id", &self.id), ("category", &self.category), ("title", &self.title), ("text", &self.text)]
        {
            if text.trim().is_empty() {
                faults.push(format!("{} has no {what}", self.id));
            }
        }
        for parameter in
            self.parameters.iter().filter(|parameter| !is_name(&parameter.name) || !is_name(&parameter.key))
        {
            faults.push(format!("{}: {} and {} must be letters, digits and _", self.id, parameter.name, parameter.key));
        }
        faults
    }

    /// Whether all these words are in it somewhere.
    fn has(&self, words: &[String]) -> bool {
        let all = [&self.title, &self.category, &self.text, &self.keywords.join(" ")].map(|text| text.to_lowercase());
        words.iter().all(|word| all.iter().any(|text| text.contains(word)))
    }

    fn filled(mut self, case: &Case<'_>) -> Self {
        (self.text, self.missing) = fill(&self.text, |name| case.value(name));
        for parameter in &mut self.parameters {
            let known = parameter.from.as_ref().and_then(|key| case.data.get(key));
            parameter.value = known.map(|value| on_one_line(value)).unwrap_or_default();
        }
        self
    }
}

/// What variables of a chat stand for.
struct Case<'a> {
    agent: &'a str,
    customer: &'a str,
    properties: &'a Properties,
    data: &'a AttachedData,
}

impl Case<'_> {
    fn value(&self, name: &str) -> Option<String> {
        let (group, field) = name.split_once('.')?;
        match (group, field) {
            ("Agent", "Name") => Some(self.agent.to_owned()),
            ("Contact", "Name") => Some(self.customer.to_owned()),
            ("Contact", key) | ("Case", key) => self.data.get(key).cloned(),
            ("Interaction", "Id") => Some(self.properties.interaction_id.clone()),
            ("Interaction", "Subject") => Some(self.properties.subject.clone()),
            ("Interaction", "Queue") => Some(self.properties.queue.clone()),
            _ => None,
        }
    }
}

/// All standard responses.
#[derive(Debug, Clone)]
pub struct Responses(Vec<StandardResponse>);

impl Responses {
    /// Reads a file of standard responses: a JSON list.
    ///
    /// # Errors
    /// What is wrong with it, all of it at once.
    pub fn read(path: &FilePath) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text)
    }

    /// Those that are there without a file.
    ///
    /// # Errors
    /// None: a test reads them.
    pub fn built_in() -> Result<Self, String> {
        Self::parse(BUILT_IN)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let list: Vec<StandardResponse> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut faults: Vec<String> = list.iter().flat_map(StandardResponse::faults).collect();
        let mut ids = BTreeSet::new();
        faults.extend(
            list.iter().filter(|one| !ids.insert(one.id.as_str())).map(|one| format!("{} is there twice", one.id)),
        );
        if faults.is_empty() { Ok(Self(list)) } else { Err(faults.join("; ")) }
    }

    fn found(&self, query: Option<&str>) -> impl Iterator<Item = StandardResponse> + '_ {
        let query: BTreeMap<_, _> = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
        let search = query.get("search").map(|text| text.to_lowercase()).unwrap_or_default();
        let words: Vec<String> = search.split_whitespace().map(ToOwned::to_owned).collect();
        self.0.iter().filter(move |one| one.has(&words)).cloned()
    }
}

/// `GET /api/standard-responses?search`: as they were written.
pub(super) async fn standard_responses(
    State(desk): State<Arc<Desk>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<impl Serialize>, DeskError> {
    desk.logins.agent(&headers)?;
    Ok(Json(desk.responses.found(query.as_deref()).collect::<Vec<_>>()))
}

/// `GET /api/chats/{id}/standard-responses?search`: with what this chat's variables stand for.
pub(super) async fn for_chat(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<impl Serialize>, DeskError> {
    let agent = desk.logins.agent(&headers)?;
    let (summary, properties) = (desk.chat.summary(&id)?, desk.interactions.properties(&id)?);
    let data = desk.interactions.attached_data(&id)?;
    let case = Case { agent: &agent, customer: &summary.customer, properties: &properties, data: &data };
    Ok(Json(desk.responses.found(query.as_deref()).map(|one| one.filled(&case)).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_ones_are_good() {
        assert!(Responses::built_in().unwrap().0.len() >= 5);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let one = |id: &str, name: &str| {
            format!(
                r#"{{"id":"{id}","category":"C","title":"","text":"T","parameters":[{{"name":"{name}","key":"k","label":"L"}}]}}"#
            )
        };
        let faults = Responses::parse(&format!("[{},{}]", one("a", "A"), one("a", "A\\nB"))).unwrap_err();
        assert!(faults.contains("a has no title") && faults.contains("a is there twice"), "{faults}");
        assert!(faults.contains("letters, digits"), "{faults}");
        assert!(Responses::parse(r#"[{"id":"a","colour":1}]"#).unwrap_err().contains("colour"));
    }
}
