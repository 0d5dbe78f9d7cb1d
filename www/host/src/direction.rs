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

/// Begins and ends a part of a text that has a direction of its own (FSI and PDI of Unicode's bidirectional algorithm).
pub const ISOLATE: char = '\u{2068}';
/// See [`ISOLATE`].
pub const END: char = '\u{2069}';

/// A name or the like as it stands within a sentence: it does not turn what is around it.
#[must_use]
pub fn isolate(value: &str) -> String {
    format!("{ISOLATE}{}{END}", plain(value))
}

/// Without the characters that turn the direction of what follows: names of files and addresses show what they are, and
/// `exe.pdf` is not `fdp.exe`.
#[must_use]
pub fn plain(text: &str) -> String {
    text.replace(|c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'), "")
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
