//! What a visitor may have to download at most, each in kB of 1000 bytes as servers with prepared Brotli send it. By these
//! `cargo xtask size` weighs what is built, and tests/packaging what is published.

/// The script that has all of it inside.
pub const DROP_IN: f64 = 45.0;
/// The slim script with its WebAssembly.
pub const SLIM: f64 = 36.0;
/// What of a script is there before the core is.
pub const LOADER: f64 = 3.0;
/// The script without WebAssembly.
pub const NOWASM: f64 = 70.0;
/// The stylesheet.
pub const CSS: f64 = 4.0;
/// The texts of one language.
pub const LANGUAGE: f64 = 1.5;
