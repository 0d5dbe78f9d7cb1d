//! What each server can be asked, as OpenAPI 3.1: served at `/openapi.json` of every server.
//!
//! It is written by hand, because the servers read their bodies by hand as well. `tests/stack/openapi.rs` holds it to the
//! routes of the sources, and has schemathesis compare it with what the running servers answer.

mod administration;
mod cloud;
mod desk;
mod esp;
mod gms;
mod gms_v1;
mod messaging;
mod operator;
mod website;

pub(crate) use cloud::api as cloud;
pub(crate) use desk::api as desk;
pub(crate) use esp::api as esp;
pub(crate) use gms::api as gms;
pub(crate) use messaging::api as messaging;
pub(crate) use operator::api as operator;
pub(crate) use website::api as website;

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

/// Where the description is on every server.
const PATH: &str = "/openapi.json";

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";
const HTML: &str = "text/html";
const TEXT: &str = "text/plain";
const ANY: &str = "*/*";

/// The description of one server.
pub(crate) struct Api {
    title: &'static str,
    about: &'static str,
    paths: Map<String, Value>,
    schemas: Map<String, Value>,
}

impl Api {
    fn new(title: &'static str, about: &'static str) -> Self {
        Self { title, about, paths: Map::new(), schemas: Map::new() }
    }

    /// Adds a schema that operations name.
    fn schema(mut self, name: &str, schema: Value) -> Self {
        self.schemas.insert(name.to_owned(), schema);
        self
    }

    /// Adds operations.
    fn with(mut self, operations: impl IntoIterator<Item = Operation>) -> Self {
        for operation in operations {
            let path = self.paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
            if let Some(path) = path.as_object_mut() {
                path.insert(operation.method.to_owned(), operation.described());
            }
        }
        self
    }

    fn document(self) -> Value {
        json!({
            "openapi": "3.1.0",
            "info": { "title": self.title, "description": self.about, "version": env!("CARGO_PKG_VERSION") },
            "paths": self.paths,
            "components": { "schemas": self.schemas },
        })
    }

    /// Serves the description beside these routes.
    pub(crate) fn serve_beside(self, router: Router) -> Router {
        let document = self.document();
        router.route(PATH, get(|| async { Json(document) }))
    }
}

/// One method of one path.
struct Operation {
    method: &'static str,
    path: String,
    summary: String,
    parameters: Vec<Value>,
    body: Option<Value>,
    responses: Map<String, Value>,
}

fn operation(method: &'static str, path: &str, summary: &str) -> Operation {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let schema = || json!({ "type": "string", "minLength": 1 });
    let parameters: Vec<Value> = names.map(|name| in_path(name, &schema())).collect();
    let (path, summary) = (path.to_owned(), summary.to_owned());
    Operation { method, path, summary, parameters, body: None, responses: Map::new() }
}

fn in_path(name: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

fn get_of(path: &str, summary: &str) -> Operation {
    operation("get", path, summary)
}

fn post_to(path: &str, summary: &str) -> Operation {
    operation("post", path, summary)
}

fn put_to(path: &str, summary: &str) -> Operation {
    operation("put", path, summary)
}

fn delete_of(path: &str, summary: &str) -> Operation {
    operation("delete", path, summary)
}

/// A schema by its name.
fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list_of(name: &str) -> Value {
    json!({ "type": "array", "items": named(name) })
}

/// An object with these fields, of which those in `required` are always there.
fn object(fields: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": fields, "required": required })
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn integer() -> Value {
    json!({ "type": "integer" })
}

fn boolean() -> Value {
    json!({ "type": "boolean" })
}

/// A text, or `null`.
fn maybe_string() -> Value {
    json!({ "type": ["string", "null"] })
}

/// A whole number, or `null`.
fn maybe_integer() -> Value {
    json!({ "type": ["integer", "null"] })
}

/// Texts by name.
fn texts() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": "string" } })
}

/// An object with the fields of two.
fn joined(mut fields: Value, more: Value) -> Value {
    if let (Some(fields), Value::Object(more)) = (fields.as_object_mut(), more) {
        fields.extend(more);
    }
    fields
}

impl Operation {
    /// As it stands in a description.
    fn described(self) -> Value {
        let mut described =
            json!({ "summary": self.summary, "parameters": self.parameters, "responses": self.responses });
        if let (Some(described), Some(body)) = (described.as_object_mut(), self.body) {
            described.insert("requestBody".to_owned(), body);
        }
        described
    }

    /// A parameter of the path is one of these words.
    fn one_of(mut self, name: &str, words: &[&str]) -> Self {
        let is_it = |parameter: &Value| parameter.get("name").is_some_and(|known| known == name);
        self.parameters.retain(|parameter| !is_it(parameter));
        self.parameters.push(in_path(name, &json!({ "type": "string", "enum": words })));
        self
    }

    /// A value of the address.
    fn query(mut self, name: &str, schema: Value) -> Self {
        self.parameters.push(json!({ "name": name, "in": "query", "schema": schema }));
        self
    }

    /// A header; whether it is needed.
    fn header(mut self, name: &str, required: bool) -> Self {
        self.parameters.push(json!({ "name": name, "in": "header", "required": required, "schema": string() }));
        self
    }

    /// The body, in each of these media types.
    fn body(mut self, kinds: &[&str], schema: &Value) -> Self {
        let content: Map<String, Value> =
            kinds.iter().map(|kind| ((*kind).to_owned(), json!({ "schema": schema }))).collect();
        self.body = Some(json!({ "content": content }));
        self
    }

    /// An answer without a body, or with one that nobody reads.
    fn empty(mut self, status: &str, text: &str) -> Self {
        self.responses.insert(status.to_owned(), json!({ "description": text }));
        self
    }

    /// An answer of a media type; one status may have several.
    fn answer_as(mut self, status: &str, text: &str, kind: &str, schema: &Value) -> Self {
        let before = self.responses.remove(status);
        let content = before.as_ref().and_then(|answer| answer.get("content")).cloned().unwrap_or_else(|| json!({}));
        let content = joined(content, json!({ kind: { "schema": schema } }));
        self.responses.insert(status.to_owned(), json!({ "description": text, "content": content }));
        self
    }

    /// Refusals that look alike: each a status, and why.
    fn refusals_as(self, list: &[(&str, &str)], kind: &str, schema: &Value) -> Self {
        list.iter().fold(self, |operation, (status, why)| operation.answer_as(status, why, kind, schema))
    }

    /// Refusals in JSON that look alike: each a status, and why.
    fn refusals(self, list: &[(&str, &str)], schema: &Value) -> Self {
        self.refusals_as(list, JSON, schema)
    }

    /// An answer in JSON.
    fn answer(self, status: &str, text: &str, schema: &Value) -> Self {
        self.answer_as(status, text, JSON, schema)
    }
}
