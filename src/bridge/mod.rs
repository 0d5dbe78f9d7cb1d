//! What a bus plugin that is written in Rust needs of the browser.
//!
//! The plugin's own edge is JavaScript (`pkg-template/edge/`), so none of this is linked into what visitors download.

pub mod bus;
pub mod callback;
pub mod js;
pub mod promise;
