//! Other versions of the product, as far as plugins notice: `main.emulate` (bus facts 0.1; backend facts 3.1 and 5.10).

use js_sys::Object;
use wasm_bindgen::JsValue;

use crate::interop;
use crate::timer;

/// What Widgets 8.5 puts before the names of events, commands and commanders.
pub const OLD_PREFIX: &str = "cx.plugin.";

/// The version that the host behaves like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// 9.0.018, which the bus facts describe.
    #[default]
    Current,
    /// 9.0.005: filtered messages stay in `originalMessages` and `ajaxResponse`.
    V9_0_005,
    /// 8.5: as 9.0.005, with the old names, and without `registerPreProcessor`.
    V8_5,
}

impl Version {
    /// Reads `main.emulate`; a version that the host cannot emulate is an error of the page, and the current one stands in.
    #[must_use]
    pub fn of(config: &JsValue) -> Self {
        match interop::get_path(config, "main.emulate").as_string().as_deref() {
            None | Some("9.0.018") => Self::Current,
            Some("9.0.005") => Self::V9_0_005,
            Some("8.5") => Self::V8_5,
            Some(other) => {
                timer::report(JsValue::from_str(&format!(
                    "This host cannot emulate version {other}, only 9.0.018, 9.0.005 and 8.5; it behaves as 9.0.018."
                )));
                Self::Current
            }
        }
    }

    /// Whether prefiltered messages stay in `originalMessages`.
    #[must_use]
    pub fn keeps_filtered(self) -> bool {
        self != Self::Current
    }

    /// Whether `registerPreProcessor` exists. Whether every 8.5 lacks it is not known; the harder case is emulated.
    #[must_use]
    pub fn has_preprocessors(self) -> bool {
        self != Self::V8_5
    }

    /// Whether names begin with [`OLD_PREFIX`].
    #[must_use]
    pub fn has_old_names(self) -> bool {
        self == Self::V8_5
    }
}

/// A transport whose shapes the host takes on (`webchat.transport.type` without a `dataURL`); the messages still come from GMS
/// over REST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// `purecloud-v2-sockets`: texts in `body`, senders by id only.
    PureCloud,
    /// `pureengage-v3-rest`: texts in `text`, indexes as strings.
    PureEngage,
}

impl Transport {
    /// Reads `webchat.transport` of the section; `None` without one.
    #[must_use]
    pub fn of(section: &JsValue) -> Option<Self> {
        let transport = interop::get(section, "transport");
        match interop::get_string(&transport, "type").as_deref() {
            Some("purecloud-v2-sockets") => Some(Self::PureCloud),
            Some("pureengage-v3-rest") => Some(Self::PureEngage),
            _ => None,
        }
    }

    /// What `getSessionData` gives (transports 2.7 and 3.7): neither secure key nor user id of GMS. `{}` without a chat.
    #[must_use]
    pub fn session_data(self, chat_id: &str) -> Object {
        if chat_id.is_empty() {
            return Object::new();
        }
        let id = JsValue::from_str(chat_id);
        let token = JsValue::from_str("emulated-token");
        match self {
            Self::PureCloud => interop::object(&[
                ("jwt", token),
                ("conversationId", id),
                ("memberId", "emulated-member".into()),
                ("WebSocketUrl", "".into()),
            ]),
            Self::PureEngage => interop::object(&[
                ("sessionId", id),
                ("transportId", "emulated-transport".into()),
                ("participantId", "emulated-participant".into()),
                ("token", token),
            ]),
        }
    }

    /// The entry of `originalMessages` for a message of GMS (transports 2.8 and 3.5).
    #[must_use]
    pub fn original(self, raw: &JsValue) -> JsValue {
        let copy = interop::deep_copy(raw);
        if self != Self::PureCloud {
            interop::set(&copy, "index", index_text(raw));
            return copy;
        }
        let text = interop::get(raw, "text");
        let sender = interop::object(&[("id", interop::get_path(raw, "from.participantId"))]);
        let time = js_sys::Date::new(&interop::get(raw, "utcTime")).to_iso_string();
        interop::object(&[
            ("id", index_text(raw)),
            ("sender", sender.into()),
            ("body", if text.is_undefined() { "".into() } else { text }),
            ("bodyType", "standard".into()),
            ("timestamp", time.into()),
        ])
        .into()
    }

    /// The index of the normalised message: a time or a text.
    #[must_use]
    pub fn index(self, raw: &JsValue) -> JsValue {
        match self {
            // Two messages of one millisecond have different indexes all the same.
            Self::PureCloud => {
                let time = interop::get_number(raw, "utcTime").unwrap_or(0.0);
                (time + interop::get_number(raw, "index").unwrap_or(0.0)).into()
            }
            _ => index_text(raw),
        }
    }
}

fn index_text(raw: &JsValue) -> JsValue {
    format!("{}", interop::get_number(raw, "index").unwrap_or(0.0)).into()
}
