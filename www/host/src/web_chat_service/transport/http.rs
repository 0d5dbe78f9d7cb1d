//! Requests to a chat server, with a time-out; what went wrong has the shape of a failed jqXHR. All transports send with it.

use std::cell::Cell;
use std::rc::Rc;

use gloo_net::http::{Method, Request, RequestBuilder};
use js_sys::Object;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, RequestCredentials};

use crate::interop;
use crate::timer::Timer;

/// A request that is about to be sent.
pub struct Call {
    /// GET, POST, …
    pub method: Method,
    /// The whole address.
    pub address: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// A text or a `FormData`; `undefined` for none.
    pub body: JsValue,
    /// Milliseconds after which it counts as failed; `None` where the server may take its time.
    pub timeout: Option<i32>,
    /// Whether cookies go along to other origins than the page's own.
    pub with_credentials: bool,
    /// What its sender gives it up with.
    pub abort: Option<AbortController>,
}

impl Call {
    /// A request without headers, body and time-out. Cookies go along to the page's own origin only.
    #[must_use]
    pub fn new(method: Method, address: String) -> Self {
        let (headers, body) = (Vec::new(), JsValue::UNDEFINED);
        Self { method, address, headers, body, timeout: None, with_credentials: false, abort: None }
    }
}

/// A server's answer, good or bad; status 0 where the network or the time-out stopped it.
#[derive(Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// What the server calls the status, or why there is none: `timeout`, `error`.
    pub status_text: String,
    body: String,
}

impl Reply {
    /// Nothing came back, for this reason.
    pub(super) fn none(reason: &str) -> Self {
        Self { status: 0, status_text: reason.to_owned(), body: String::new() }
    }

    /// Whether the status says so.
    #[must_use]
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as data; `undefined` where it is no JSON.
    #[must_use]
    pub fn json(&self) -> JsValue {
        js_sys::JSON::parse(&self.body).unwrap_or_default()
    }

    /// `{status, statusText, responseText, responseJSON?}`, as plugins get it.
    #[must_use]
    pub fn report(&self) -> Object {
        let report = interop::object(&[
            ("status", self.status.into()),
            ("statusText", self.status_text.as_str().into()),
            ("responseText", self.body.as_str().into()),
        ]);
        let json = self.json();
        if !json.is_undefined() {
            interop::set(&report, "responseJSON", json);
        }
        report
    }
}

/// Sends a request.
pub async fn send(call: Call) -> Reply {
    let abort = call.abort.clone().or_else(|| AbortController::new().ok());
    let timed_out = Rc::new(Cell::new(false));
    let timeout = Timer::default();
    if let (Some(abort), Some(after)) = (abort.clone(), call.timeout) {
        let timed_out = Rc::clone(&timed_out);
        timeout.start(after, move || {
            timed_out.set(true);
            abort.abort();
        });
    }
    let failed = |_| Reply::none(if timed_out.get() { "timeout" } else { "error" });
    attempt(call, abort.as_ref()).await.unwrap_or_else(failed)
}

async fn attempt(call: Call, abort: Option<&AbortController>) -> Result<Reply, gloo_net::Error> {
    let signal = abort.map(AbortController::signal);
    let mut builder = RequestBuilder::new(&call.address)
        .method(call.method)
        .credentials(if call.with_credentials { RequestCredentials::Include } else { RequestCredentials::SameOrigin })
        .abort_signal(signal.as_ref());
    for (name, value) in &call.headers {
        builder = builder.header(name, value);
    }
    let request: Request = if call.body.is_undefined() { builder.build()? } else { builder.body(call.body)? };
    let answer = request.send().await?;
    let body = answer.text().await?;
    Ok(Reply { status: answer.status(), status_text: answer.status_text(), body })
}
