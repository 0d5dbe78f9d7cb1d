//! cx-speechstorm: opens MicroApps beside the chat.
pub mod core;
