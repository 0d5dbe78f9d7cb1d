//! Other versions of the product, as far as plugins notice: `main.emulate` (bus facts 0.1; backend facts 3.1 and 5.10).

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

    /// What the start of a chat calls it, as `_genesys_widgets`. Which release of 8.5 somebody has is not known, so that one
    /// has only its family's name.
    #[must_use]
    pub fn release(self) -> &'static str {
        match self {
            Self::Current => "9.0.018.07",
            Self::V9_0_005 => "9.0.005.00",
            Self::V8_5 => "8.5",
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
