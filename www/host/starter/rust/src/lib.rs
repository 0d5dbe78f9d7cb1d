//! A bus plugin in Rust, to begin with: [`greeter`] is the plugin, [`greeting`] what it says, `page` starts it on the page.
#![cfg_attr(not(target_arch = "wasm32"), allow(rustdoc::broken_intra_doc_links))]

#[cfg(target_arch = "wasm32")]
pub mod greeter;
pub mod greeting;
#[cfg(target_arch = "wasm32")]
mod page;
