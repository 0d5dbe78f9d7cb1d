//! The published files on pages and in bundles of integrators. One program, so that all tests share their browsers.

#[path = "../../examples/mod.rs"]
#[allow(clippy::unwrap_used, clippy::panic, dead_code, reason = "other tests use the rest of it")]
mod examples;

mod doctor;
mod frame_app;
mod given_wasm;
mod manifest;
mod npm;
mod script_tag;
mod static_folder;
mod types;
mod weight;
mod without_source;
