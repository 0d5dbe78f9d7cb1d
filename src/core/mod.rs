//! The pure half of the plugin: grammar, URLs, protocol, state machine and ledger, with no web type in it.
//!
//! Time, ids and texts come in as values, effects go out as values; [`border`] names both for the page.

pub mod border;
pub mod card_guard;
pub mod channel;
pub mod choices;
pub mod config;
pub mod effect;
pub mod error;
pub mod event;
pub mod frame_policy;
pub mod frame_protocol;
pub mod launch;
pub mod ledger;
pub mod machine;
pub mod options;
pub mod origin;
pub mod ownership;
pub mod pattern;
pub mod request;
pub mod status;
pub mod surface;
pub mod text;
