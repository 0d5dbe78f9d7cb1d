//! Which way a language is written: windows stand and read that way (bus facts 6.4, `App.language`).

use web_sys::Element;

/// Languages written from right to left, by the first part of their code.
const RIGHT_TO_LEFT: [&str; 12] = ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"];

/// Whether the language of this code (`ar`, `he-IL`, `fa_IR`) is written from right to left.
#[must_use]
pub fn is_right_to_left(code: &str) -> bool {
    let language = code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    RIGHT_TO_LEFT.contains(&language.as_str())
}

/// Marks a window's root with its language. Other languages keep the direction of the page: a page that is mirrored may
/// have windows in English.
pub fn apply(root: &Element, code: &str) {
    if !code.is_empty() {
        let _refused = root.set_attribute("lang", code);
    }
    let _refused = if is_right_to_left(code) { root.set_attribute("dir", "rtl") } else { root.remove_attribute("dir") };
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::is_right_to_left;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn the_first_part_of_the_code_decides() {
        assert!(["ar", "he-IL", "fa_IR", "UR"].iter().all(|code| is_right_to_left(code)));
        assert!(!["en", "de-AT", "", "arn"].iter().any(|code| is_right_to_left(code)));
    }
}
