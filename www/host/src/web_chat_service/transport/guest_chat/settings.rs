//! Options of `purecloud-v2-sockets` (transports 2.1; webchatservice, "Options").

use wasm_bindgen::JsValue;

use crate::interop;

/// Shortest time-out of a request that a configuration may set, and the default, in milliseconds.
const AJAX_TIMEOUT: f64 = 12_000.0;

/// Connection options with their defaults; times in milliseconds.
#[derive(Clone, Default)]
pub struct Settings {
    /// Root of the API, without a trailing slash.
    pub data_url: String,
    /// `deploymentKey`.
    pub deployment: String,
    /// `organizationId`, else `orgGuid`.
    pub organization: String,
    /// Whether a restore brings the newest page only.
    pub pagination: bool,
    /// Messages per page.
    pub page_size: u32,
    /// Whether bots are announced like agents.
    pub bot_events: bool,
    /// Silence on the event stream after which it counts as lost.
    pub heartbeat_timeout: i32,
    /// Time-out of requests.
    pub ajax_timeout: i32,
}

impl Settings {
    /// Reads the section `webchat`; what is missing or of a wrong type gets its default.
    #[must_use]
    pub fn new(section: &JsValue) -> Self {
        let transport = interop::get(section, "transport");
        let text = |key: &str| interop::get_string(&transport, key);
        let number = |key: &str, default: f64| interop::get_number(&transport, key).unwrap_or(default);
        let flag = |key: &str, default: bool| interop::get(&transport, key).as_bool().unwrap_or(default);
        let ajax_timeout = interop::get_number(section, "ajaxTimeout").unwrap_or(AJAX_TIMEOUT).max(AJAX_TIMEOUT);
        Self {
            data_url: text("dataURL").unwrap_or_default(),
            deployment: text("deploymentKey").unwrap_or_default(),
            organization: text("organizationId").or_else(|| text("orgGuid")).unwrap_or_default(),
            pagination: flag("pagination", true),
            page_size: number("maxMessagePageSize", 100.0) as u32,
            bot_events: flag("botEventsEnabled", false),
            heartbeat_timeout: number("socketHeartbeatTrackerInterval", 14_000.0) as i32,
            ajax_timeout: ajax_timeout as i32,
        }
    }
}
