//! Options of `pureengage-v3-rest` (transports 3.1).

use wasm_bindgen::{JsCast, JsValue};

use super::callbacks::Callbacks;
use crate::interop;

/// Time-out of the requests that have one, in milliseconds.
const AJAX_TIMEOUT: f64 = 9000.0;

/// Connection options with their defaults; times in milliseconds.
#[derive(Clone, Default)]
pub struct Settings {
    /// Address of the sessions, without a trailing slash.
    pub data_url: String,
    /// Headers of every request.
    pub headers: Vec<(String, String)>,
    /// `endpoint`, `stream` and `clientType`, as they are sent.
    pub entry: Vec<(&'static str, String)>,
    /// Time between polls.
    pub poll_timeout: f64,
    /// Factor by which it grows with each failure.
    pub poll_growth: f64,
    /// Messages per page in async mode.
    pub page_size: u32,
    /// Async mode.
    pub is_async: bool,
    /// How the site keeps the session in async mode.
    pub callbacks: Option<Callbacks>,
    /// Time-out of requests other than polls.
    pub ajax_timeout: i32,
}

impl Settings {
    /// Reads the section `webchat`; what is missing or of a wrong type gets its default.
    #[must_use]
    pub fn new(section: &JsValue) -> Self {
        let transport = interop::get(section, "transport");
        let number = |key: &str, default: f64| interop::get_number(&transport, key).unwrap_or(default);
        let headers = interop::get(&transport, "headers");
        let headers = interop::keys(&headers)
            .into_iter()
            .filter_map(|name| interop::get_string(&headers, &name).map(|value| (name, value)));
        let entry = ["endpoint", "stream", "clientType"]
            .into_iter()
            .filter_map(|key| interop::get_string(&transport, key).map(|value| (key, value)));
        let asynchronous = interop::get(&transport, "async");
        let is_async = interop::get(&asynchronous, "enabled").is_truthy();
        let function = |key: &str| interop::get(&asynchronous, key).dyn_into().ok();
        let callbacks = function("getSessionData").zip(function("setSessionData")).filter(|_| is_async);
        Self {
            data_url: interop::get_string(&transport, "dataURL").unwrap_or_default(),
            headers: headers.collect(),
            entry: entry.collect(),
            poll_timeout: number("pollTimeout", 3000.0).max(100.0),
            poll_growth: number("pollIntervalMultiplier", 1.2),
            page_size: number("maxMessagePageSize", 20.0).max(16.0) as u32,
            is_async,
            callbacks: callbacks.map(|(keep, give)| Callbacks { keep, give, delete: function("deleteSessionData") }),
            ajax_timeout: interop::get_number(section, "ajaxTimeout").unwrap_or(AJAX_TIMEOUT) as i32,
        }
    }
}
