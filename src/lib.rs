//! cx-speechstorm opens MicroApps of Genesys Intelligent Automation beside the Genesys chat widget.
//!
//! The map of the crate, inside out:
//! * [`core`]: grammar, launch URL, frame protocol, ledger, state machine and errors. No web type, no clock; tested natively.
//! * `edge` (wasm only): the core's half of the browser's edge: feeds the machine and has its effects carried out. The other
//!   half, `pkg-template/edge/`, is JavaScript.
//! * `bridge` (wasm only): typed access to the chat bus, for bus plugins that are written in Rust.
//!
//! The loader (`pkg-template/loader.js`) hides MicroApp lines before any of this is there, and hands over when it has come.

pub mod core;

#[cfg(target_arch = "wasm32")]
pub mod bridge;
#[cfg(target_arch = "wasm32")]
mod edge;

#[cfg(target_arch = "wasm32")]
pub use edge::Core;

/// Why not the standard one: it is three times as large.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
