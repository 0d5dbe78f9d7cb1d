//! Requests to GMS chat v2 over REST (bus facts, section 3): the headers that a configuration asks for, and what its answers
//! mean. They are sent as those of all transports are, by [`http`].

use gloo_net::http::Method;
use wasm_bindgen::JsValue;

use super::settings::Settings;
use crate::interop;
use crate::web_chat_service::fields::Fields;
use crate::web_chat_service::transport::http::{self, Call, Reply};

/// The server's code for a chat service that it does not have (backend 1.5).
const UNKNOWN_SERVICE: u32 = 306;
/// What a failure is called whose status was good and whose body was no JSON.
const NO_JSON: &str = "parsererror";

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
        Self::of(&Reply::none(text))
    }

    fn of(reply: &Reply) -> Self {
        let first = interop::get_path(&reply.json(), "errors.0");
        let code = interop::get_number(&first, "code").map(|code| code as u32);
        let report = reply.report();
        if code == Some(UNKNOWN_SERVICE) || (first.is_undefined() && matches!(reply.status, 404 | 500 | 502)) {
            interop::set(&report, "errorReason", "InvalidService");
        }
        Self { status: reply.status, code, report: report.into() }
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
    let headers = [
        ("Accept", Some("application/json")),
        ("Content-Type", content_type),
        ("apikey", settings.api_key.as_deref()),
        ("Authorization", settings.authorization.as_deref()),
    ];
    let headers = headers.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
    let (timeout, with_credentials) = (Some(settings.ajax_timeout), settings.with_credentials);
    let call = Call { headers, body, timeout, with_credentials, ..Call::new(Method::POST, address.to_owned()) };
    let mut reply = http::send(call).await;
    let answer = reply.json();
    if reply.is_good() && answer.is_object() {
        return Ok(answer);
    }
    if reply.is_good() {
        NO_JSON.clone_into(&mut reply.status_text);
    }
    Err(Failure::of(&reply))
}
