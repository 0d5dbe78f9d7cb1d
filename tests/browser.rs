//! The vector files again, in a browser: patterns by its own `RegExp`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod support;

use cx_speechstorm::core::pattern::{HIDDEN, Pattern, STATUS};
use js_sys::RegExp;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn regexp(pattern: Pattern) -> RegExp {
    RegExp::new(pattern.source, pattern.flags)
}

#[wasm_bindgen_test]
fn chat_texts() {
    let hidden = regexp(HIDDEN);
    assert!(support::chat_texts(|text| hidden.test(text)) > 40);
}

#[wasm_bindgen_test]
fn launch_urls() {
    assert!(support::launch_urls() > 15);
}

#[wasm_bindgen_test]
fn frame_messages() {
    assert!(support::frame_messages() > 12);
}

#[wasm_bindgen_test]
fn the_browsers_engine_agrees_about_white_space() {
    let (hidden, status) = (regexp(HIDDEN), regexp(STATUS));
    for blank in ["\u{feff}", "\u{85}", "\u{a0}", "\u{2028}", "\u{3000}"] {
        assert!(hidden.test(&format!("{blank}MicroApp://app/T")), "{blank:?}");
        assert!(status.test(&format!("{blank}microapp:progress:ended")), "{blank:?}");
    }
    assert!(!hidden.test("\u{200b}microapp://app/T"), "zero-width characters are not white space");
}
