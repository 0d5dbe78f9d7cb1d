//! cx-speechstorm opens MicroApps of Genesys Intelligent Automation beside the Genesys chat widget.
//!
//! The map of the crate, inside out:
//! * [`core`]: grammar, launch URL, frame protocol, ledger, state machine and errors. No web type, no clock; tested natively.
//! * `bridge` (wasm only): the browser's edge. Typed access to the chat bus, the frame and the windows around it.
//! * `plugin` (wasm only): the runtime. Owns every listener, feeds the machine and carries out its effects.
//!
//! The loader (`pkg-template/loader.js`) hides MicroApp lines before any of this is there and then hands over through
//! `plugin::Core`.

pub mod core;

#[cfg(target_arch = "wasm32")]
pub mod bridge;
#[cfg(target_arch = "wasm32")]
mod plugin;

#[cfg(target_arch = "wasm32")]
pub use plugin::Core;

/// Why not the standard one: it is three times as large.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
