//! `POST /nexus/v3/chat/sessions`: a session begins, or a token is given for one that goes on (transports 3.2, 3.7).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::answer::done;
use super::error::V3Error;
use super::form::Form;
use super::{CLIENT_KEY_HEADER, Caller, PREFIX, V3, header};
use crate::chat_server::ChatError;
use crate::chat_server::asynchronous::ASYNC_MODE;
use crate::chat_server::client::{Identity, StartChat};
use crate::chat_server::key::KeyDigest;
use crate::cloud::token;
use crate::interaction_server::AttachedData;
use crate::random;
use crate::routing::Wish;
use crate::store::NexusRow;

/// The request.
pub(super) async fn start(
    State(v3): State<Arc<V3>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, V3Error> {
    v3.admit(&headers)?;
    let form = Form::parse(&body.map_err(|_| V3Error::InvalidRequest)?);
    let operation = form.some("operationId");
    if let Some(token) = header(&headers, CLIENT_KEY_HEADER)
        && let Some(answer) = v3.go_on(token, operation)?
    {
        return Ok(answer);
    }
    if form.some("data.endpoint") != Some(&v3.settings.endpoint) {
        return Err(V3Error::InvalidEndpoint);
    }
    let nickname = nickname(&form).ok_or(V3Error::InvalidNickname)?;
    let identity = Identity::draw()?;
    let session = NexusRow {
        id: identity.chat_id.clone(),
        transport: random::hex_lower::<8>()?,
        participant: identity.user_id.clone(),
        delivered: 0,
    };
    let mut user_data = attached_data(&form);
    if v3.settings.asynchronous {
        user_data.entry(ASYNC_MODE.to_owned()).or_insert_with(|| "true".to_owned());
    }
    let token = client_token(&session, v3.settings.clock.now_ms())?;
    let way = v3.settings.inbound.way(&Wish::default());
    let start = StartChat {
        service: v3.settings.endpoint.clone(),
        queue: v3.settings.endpoint.clone(),
        nickname,
        subject: form.some("data.subject").unwrap_or_default().to_owned(),
        text: String::new(),
        user_data,
        offer: way.offer(),
    };
    v3.chat.start_as(start, identity, KeyDigest::of(&token), || {
        v3.store.put_nexus(&session)?;
        way.keep(&session.id)
    })?;
    way.go(&session.id);
    Ok(started(&session, &token, operation))
}

/// A token that carries no `-` and no `_` in its payload and nothing but ASCII, because clients decode it with `atob` as it
/// is (trap 7): in base64 of ASCII these two stand only for `>`, `?`, `~` and DEL, none of which is in ids or JSON.
fn client_token(session: &NexusRow, now: i64) -> Result<String, V3Error> {
    let NexusRow { id, transport, participant, .. } = session;
    let claims = json!({
        "sessionId": id, "transportId": transport, "participantId": participant, "iat": now / 1000,
    });
    Ok(token::issue(&claims)?)
}

fn started(session: &NexusRow, token: &str, operation: Option<&str>) -> Json<Value> {
    let self_uri = format!("{PREFIX}/{}", session.id);
    done(operation, Some(json!({ "clientToken": token, "selfUri": self_uri })))
}

fn nickname(form: &Form) -> Option<String> {
    let name = |field: &str| form.some(&format!("data.{field}")).map(str::trim).filter(|name| !name.is_empty());
    name("nickname").or_else(|| name("firstName")).map(ToOwned::to_owned)
}

/// What the agent sees: under the same names as with GMS where it is the same, the form's further fields under their own.
fn attached_data(form: &Form) -> AttachedData {
    let mut data = form.below("data.userData");
    for (field, value) in form.below("data") {
        let key = match field.as_str() {
            "nickname" | "endpoint" | "stream" | "clientType" => continue,
            nested if nested.starts_with("userData.") => continue,
            "firstName" => "FirstName",
            "lastName" => "LastName",
            "email" => "EmailAddress",
            "subject" => "Subject",
            other => other,
        };
        if !value.is_empty() {
            data.insert(key.to_owned(), value);
        }
    }
    data
}

impl V3 {
    /// A further token for the session that this one opens; `None` when that session is over, so that a new one begins.
    ///
    /// The old token stays good: other tabs of the same browser may hold it.
    fn go_on(&self, token: &str, operation: Option<&str>) -> Result<Option<Json<Value>>, V3Error> {
        let claims = token::claims(token).ok_or(V3Error::AuthenticationRequired)?;
        let id = claims.get("sessionId").and_then(Value::as_str).ok_or(V3Error::AuthenticationRequired)?;
        let session = self.store.nexus(id)?.ok_or(V3Error::AuthenticationRequired)?;
        let caller = Caller { session, token: token.to_owned() };
        self.chat.identify(id, caller.credentials())?;
        self.chat.is_there(id, &caller.session.participant, 0);
        let further = client_token(&caller.session, self.settings.clock.now_ms())?;
        match self.chat.add_key(id, caller.credentials(), KeyDigest::of(&further)) {
            Ok(()) => Ok(Some(started(&caller.session, &further, operation))),
            Err(ChatError::Ended | ChatError::Silent) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
