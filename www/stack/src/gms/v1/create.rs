//! Creation of services (backend 2.1; Chat Immediate, "Sample Request and Response Sequence").

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{HOST, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::super::Gms;
use super::super::cometd::is_https;
use super::super::error::GmsError;
use super::super::form::Form;
use super::callback::read_time;
use super::error::V1Error;
use super::number;
use crate::random;
use crate::store::ServiceRow;

/// Name of the service that only starts a chat.
pub(super) const REQUEST_CHAT: &str = "request-chat";

/// Header that tells whose device it is.
pub(crate) const USER: &str = "gms_user";

/// Where this server is, as its client sees it.
pub(super) fn base(gms: &Gms, headers: &HeaderMap) -> String {
    let scheme = if is_https(gms, headers) { "https" } else { "http" };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("{scheme}://{host}")
}

/// Path of a service's chat.
pub(super) fn chat_path(id: &str) -> String {
    format!("/genesys/1/service/{id}/ixn/chat")
}

/// The value of the header `gms_user`, empty when it was not sent.
pub(in super::super) fn user(headers: &HeaderMap) -> &str {
    headers.get(USER).and_then(|user| user.to_str().ok()).unwrap_or_default()
}

/// `POST /genesys/1/service/request-chat`: a service that only starts a chat.
pub(super) async fn request_chat(
    State(gms): State<Arc<Gms>>,
    headers: HeaderMap,
    form: Result<Form, GmsError>,
) -> Result<Response, V1Error> {
    let form = form?;
    if gms.router.ready_agents() == 0 {
        return Err(V1Error::NoAgent);
    }
    let row = create(&gms, REQUEST_CHAT, gms.config.deployment.poll.ttl, user(&headers), &form)?;
    let url = chat_path(&row.id);
    let mut answer = json!({ "_id": row.id, "_chatIxnAPI-CREATE-URL": url });
    if form.get("_verbose") == "true"
        && let Some(answer) = answer.as_object_mut()
    {
        answer.insert("_service".to_owned(), row.name.into());
        answer.insert("_expiration_time".to_owned(), super::object::time(row.expires).into());
    }
    Ok(Json(answer).into_response())
}

/// `POST /genesys/1/service/callback/{service}`: Chat Immediate's first stage, "Start Callback".
pub(super) async fn callback(
    State(gms): State<Arc<Gms>>,
    Path(service): Path<String>,
    headers: HeaderMap,
    form: Result<Form, GmsError>,
) -> Result<Response, V1Error> {
    let options = gms.v1.services.services.get(&service).ok_or(V1Error::UnknownService)?;
    let (form, user) = (form?, user(&headers));
    if form.some("_customer_number").is_none() {
        return Err(V1Error::Incorrect("_customer_number"));
    }
    if form.get("_device_os") == "comet" && user.is_empty() {
        return Err(V1Error::Incorrect("gms_user, which every request must carry that uses CometD"));
    }
    let row = create(&gms, &service, options.ttl, user, &form)?;
    let base = base(&gms, &headers);
    let answer = json!({
        "_dialog_id": "1",
        "_action": "StartChat",
        "_label": "Start Chat",
        "_start_chat_url": format!("{base}{}", chat_path(&row.id)),
        "_comet_url": format!("{base}/genesys/cometd"),
        "_user_header": user,
        "_id_to_jump_before": "exit://",
        "_chat_parameters": { "subject": "None" },
        "_id": row.id,
    });
    let cookie = format!("JSESSIONID={};Path=/genesys", random::hex_lower::<12>()?);
    let mut response = Json(answer).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

fn create(gms: &Gms, name: &str, ttl: u32, gms_user: &str, form: &Form) -> Result<ServiceRow, V1Error> {
    super::current(gms)?;
    let now = gms.config.clock.now_ms();
    let desired = match form.some("_desired_time") {
        Some(text) => read_time(text).ok_or(V1Error::Incorrect("_desired_time"))?.max(now),
        None => now,
    };
    let mut data: BTreeMap<String, String> = form.fields().clone();
    data.extend(form.user_data());
    let row = ServiceRow {
        id: format!("{}-{}", number::of(gms.chat.alias()), uuid()?),
        name: name.to_owned(),
        created: now,
        desired,
        expires: desired.saturating_add(i64::from(ttl) * 1000),
        gms_user: gms_user.to_owned(),
        data,
        chat: None,
        push: false,
        cancelled: false,
    };
    gms.store.put_service(&row)?;
    Ok(row)
}

/// A random UUID (RFC 9562, version 4).
fn uuid() -> Result<String, V1Error> {
    let hex = random::hex_lower::<16>()?;
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    Ok(format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32)))
}
