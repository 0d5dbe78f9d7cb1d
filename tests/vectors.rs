//! The vector files, natively: patterns by the crate `regex`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod support;

use cx_speechstorm::core::pattern::HIDDEN;

#[test]
fn chat_texts() {
    assert!(support::chat_texts(|text| HIDDEN.is_match(text)) > 40);
}

#[test]
fn launch_urls() {
    assert!(support::launch_urls() > 15);
}

#[test]
fn frame_messages() {
    assert!(support::frame_messages() > 12);
}
