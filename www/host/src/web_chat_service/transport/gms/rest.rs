//! Requests to GMS chat v2 over REST (bus facts, section 3).

use std::cell::Cell;
use std::rc::Rc;

use gloo_net::http::Request;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, RequestCredentials};

use super::settings::Settings;
use crate::interop;
use crate::timer::Timer;
use crate::web_chat_service::fields::Fields;

/// The server's code for a chat service that it does not have (backend 1.5).
const UNKNOWN_SERVICE: u32 = 306;

/// Why a request brought no answer. `report` is what plugins get, in the shape of a failed jqXHR: `{status, statusText,
/// responseText, responseJSON?, errorReason?}`.
pub struct Failure {
    /// HTTP status; 0 where the network or the time-out stopped it.
    pub status: u16,
    /// The code of the first error that the body names.
    pub code: Option<u32>,
    /// For plugins.
    pub report: JsValue,
}

impl Failure {
    /// Nothing came back, or nothing in time.
    pub(super) fn network(text: &str) -> Self {
        let report = interop::object(&[("status", 0.into()), ("statusText", text.into()), ("responseText", "".into())]);
        Self { status: 0, code: None, report: report.into() }
    }

    fn http(status: u16, status_text: &str, body: &str) -> Self {
        let json = js_sys::JSON::parse(body).unwrap_or_default();
        let first = interop::get(&interop::get(&json, "errors"), "0");
        let code = interop::get_number(&first, "code").map(|code| code as u32);
        let report = interop::object(&[
            ("status", status.into()),
            ("statusText", status_text.into()),
            ("responseText", body.into()),
            ("responseJSON", json),
        ]);
        if code == Some(UNKNOWN_SERVICE) || (first.is_undefined() && matches!(status, 404 | 500 | 502)) {
            interop::set(&report, "errorReason", "InvalidService");
        }
        Self { status, code, report: report.into() }
    }
}

/// Posts a form and gives the JSON answer as a plain JavaScript object.
///
/// # Errors
/// No connection, time-out, an HTTP status that is no success, an answer that is no JSON.
pub async fn post(settings: &Settings, address: &str, fields: Fields) -> Result<JsValue, Failure> {
    send(settings, address, Some("application/x-www-form-urlencoded; charset=UTF-8"), fields.into_line().into()).await
}

/// As [`post`], with each field and a file in a part of its own.
///
/// # Errors
/// As those of [`post`].
pub async fn post_parts(settings: &Settings, address: &str, fields: Fields) -> Result<JsValue, Failure> {
    let parts = fields.into_parts().map_err(|_| Failure::network("error"))?;
    send(settings, address, None, parts.into()).await
}

// Without a content type the browser names its own, with the boundary of the parts.
async fn send(
    settings: &Settings,
    address: &str,
    content_type: Option<&str>,
    body: JsValue,
) -> Result<JsValue, Failure> {
    let abort = AbortController::new().ok();
    let timed_out = Rc::new(Cell::new(false));
    let timeout = Timer::default();
    if let Some(abort) = abort.clone() {
        let timed_out = Rc::clone(&timed_out);
        timeout.start(settings.ajax_timeout, move || {
            timed_out.set(true);
            abort.abort();
        });
    }
    let failed = |_| Failure::network(if timed_out.get() { "timeout" } else { "error" });
    let request = build(settings, address, content_type, body, abort.as_ref()).map_err(failed)?;
    let answer = request.send().await.map_err(failed)?;
    let body = answer.text().await.map_err(failed)?;
    if !answer.ok() {
        return Err(Failure::http(answer.status(), &answer.status_text(), &body));
    }
    match js_sys::JSON::parse(&body) {
        Ok(json) if json.is_object() => Ok(json),
        _ => Err(Failure::http(answer.status(), "parsererror", &body)),
    }
}

fn build(
    settings: &Settings,
    address: &str,
    content_type: Option<&str>,
    body: JsValue,
    abort: Option<&AbortController>,
) -> Result<Request, gloo_net::Error> {
    let signal = abort.map(AbortController::signal);
    let credentials =
        if settings.with_credentials { RequestCredentials::Include } else { RequestCredentials::SameOrigin };
    let mut request = Request::post(address)
        .header("Accept", "application/json")
        .credentials(credentials)
        .abort_signal(signal.as_ref());
    if let Some(content_type) = content_type {
        request = request.header("Content-Type", content_type);
    }
    if let Some(key) = &settings.api_key {
        request = request.header("apikey", key);
    }
    if let Some(authorization) = &settings.authorization {
        request = request.header("Authorization", authorization);
    }
    request.body(body)
}
