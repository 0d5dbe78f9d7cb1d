//! The connection options of `_genesys.widgets.webchat` (bus facts, section 3).

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::asynchronous::Asynchronous;
use crate::interop;

/// Connection options with their defaults; times in milliseconds.
#[derive(Clone)]
pub struct Settings {
    /// Address of the chat gms with its trailing slash, to which verbs are appended.
    pub base: String,
    /// Address of the start request: the base, or without the slash (`enableUrlTrailingSlash: false`).
    pub start_address: String,
    /// Header `apikey`, if configured.
    pub api_key: Option<String>,
    /// Whether requests carry the page's own `Authorization` (`enableCustomHeader`).
    pub custom_header: bool,
    /// `Authorization` of `main.header`, with `enableCustomHeader`.
    pub authorization: Option<String>,
    /// Time after which a request counts as failed.
    pub ajax_timeout: i32,
    /// `xhrFields.withCredentials`.
    pub with_credentials: bool,
    /// Field `endpoint` of the start request.
    pub endpoint: Option<String>,
    /// Configured user data.
    pub user_data: JsValue,
    /// Shortest and longest time between polls.
    pub poll_rate: (f64, f64),
    /// Factor by which the time grows after each poll.
    pub poll_rate_growth: f64,
    /// Whether it grows at all.
    pub dynamic_polling: bool,
    /// How often it is looked whether a poll is due; an option of this host, for tests (`pollTick`).
    pub poll_tick: i32,
    /// Time between polls while the page is hidden; `None` without `sleepEnabled`.
    pub sleep_rate: Option<f64>,
    /// Time without a key after which the customer has stopped typing; an option of this host (`typingTimeout`).
    pub typing_timeout: i32,
    /// Time after which an agent's typing counts as given up; an option of this host (`agentTypingTimeout`).
    pub agent_typing_timeout: i32,
    /// So many soft errors in a row are tolerated silently.
    pub poll_exception_limit: u32,
    /// Age of the ping cookie up to which a chat is restored.
    pub restore_timeout: f64,
    /// Longest message a customer may send, in characters.
    pub max_message_length: u32,
    /// Behave as 9.0.005: filtered messages stay in `originalMessages` and `ajaxResponse` (bus facts 4).
    pub legacy_filters: bool,
    /// Publish what comes without polling only: no `ajaxResponse`, no `pollingStarted` (bus facts 3, CometD mode).
    pub without_polling: bool,
    /// Reach the server over CometD; `None` with REST.
    pub comet: Option<CometSettings>,
    /// The chat outlives the page; over CometD alone.
    pub asynchronous: Option<Asynchronous>,
}

/// Options of `webchat.cometD`.
#[derive(Clone)]
pub struct CometSettings {
    /// `cometURL`: address of the Bayeux server.
    pub address: String,
    /// `channel`, on which requests go out and answers come in.
    pub channel: String,
    /// `apiURL`: where requests about files go; beside the Bayeux server unless configured.
    pub files: String,
    /// `websocketEnabled`: whether a WebSocket is tried first.
    pub sockets: bool,
}

impl CometSettings {
    /// Reads `webchat.cometD`; `None` unless it is enabled and has an address.
    fn new(section: &JsValue) -> Option<Self> {
        let own = interop::get(section, "cometD");
        let address = interop::get_string(&own, "cometURL").filter(|_| interop::get(&own, "enabled").is_truthy())?;
        let files = format!("{}2/chat-ntf", address.trim_end_matches('/').trim_end_matches("cometd"));
        Some(Self {
            address,
            channel: interop::get_string(&own, "channel")
                .unwrap_or_else(|| "/service/chatV2/customer-support".to_owned()),
            files: interop::get_string(&own, "apiURL").unwrap_or(files),
            sockets: interop::get(&own, "websocketEnabled").as_bool().unwrap_or(true),
        })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new(&JsValue::UNDEFINED)
    }
}

impl Settings {
    /// Reads the section; what is missing or of a wrong type gets its default.
    #[must_use]
    pub fn new(section: &JsValue) -> Self {
        let number = |key: &str, default: f64| interop::get_number(section, key).unwrap_or(default);
        let flag = |key: &str, default: bool| interop::get(section, key).as_bool().unwrap_or(default);
        let address = interop::get_string(section, "dataURL").unwrap_or_default();
        let bare = address.trim_end_matches('/').to_owned();
        let base = format!("{bare}/");
        let start_address = if flag("enableUrlTrailingSlash", true) { base.clone() } else { bare };
        let user_data = interop::get(section, "userData");
        let comet = CometSettings::new(section);
        Self {
            base,
            start_address,
            api_key: interop::get_string(section, "apikey").filter(|key| !key.is_empty()),
            custom_header: flag("enableCustomHeader", false),
            authorization: None,
            ajax_timeout: number("ajaxTimeout", 3000.0) as i32,
            with_credentials: interop::get_path(section, "xhrFields.withCredentials").is_truthy(),
            endpoint: interop::get_string(section, "endpoint"),
            user_data: if user_data.is_object() { user_data } else { Object::new().into() },
            poll_rate: (number("pollRateMin", 500.0), number("pollRateMax", 3000.0)),
            poll_rate_growth: number("pollRateMult", 1.2),
            dynamic_polling: flag("dynamicPolling", true),
            poll_tick: number("pollTick", 250.0) as i32,
            sleep_rate: flag("sleepEnabled", false).then(|| number("pollRateSleep", 30_000.0)),
            typing_timeout: number("typingTimeout", 2000.0) as i32,
            agent_typing_timeout: number("agentTypingTimeout", 30_000.0) as i32,
            poll_exception_limit: number("pollExceptionLimit", 5.0) as u32,
            restore_timeout: number("restoreTimeout", 60_000.0),
            max_message_length: number("maxMessageLength", 500.0) as u32,
            legacy_filters: flag("legacyFilters", false),
            without_polling: interop::get_path(section, "cometD.enabled").is_truthy(),
            asynchronous: comet.as_ref().and_then(|_| Asynchronous::new(section)),
            comet,
        }
    }

    /// The time between polls that follows on one without news, in milliseconds.
    #[must_use]
    pub fn slower(&self, rate: f64) -> f64 {
        if self.dynamic_polling { (rate * self.poll_rate_growth).min(self.poll_rate.1) } else { rate }
    }
}
