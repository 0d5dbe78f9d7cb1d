//! The names of the public surface (design, section 4): what the bus, the page, the types and the documents call the same.

/// The bus commands of `CXSpeechStorm`.
pub const COMMANDS: [&str; 9] =
    ["open", "close", "configure", "getState", "minimize", "unminimize", "retry", "cancel", "destroy"];

/// The bus events of `CXSpeechStorm`; each is also a DOM `CustomEvent` on `document`, `cx-speechstorm:` before its name.
pub const EVENTS: [&str; 14] = [
    "ready",
    "requested",
    "loading",
    "opened",
    "closed",
    "progress",
    "ended",
    "declined",
    "timeout",
    "failed",
    "warning",
    "minimized",
    "unminimized",
    "guarded",
];

/// The functions that a configuration may have, in the order of `bridge::hooks::Hook`.
pub const HOOKS: [&str; 4] = ["onBeforeOpen", "onProgress", "onEnd", "onError"];
