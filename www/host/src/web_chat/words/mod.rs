//! What the window says in the languages that it knows by itself: one table each, with the same keys in the same order.

mod arabic;
mod english;
mod german;

/// Key → text; `<%name%>` is filled in.
type Table = [(&'static str, &'static str); 80];

/// Language code → its table. What has no table is said in English.
const TABLES: [(&str, &Table); 3] = [("en", &english::WORDS), ("de", &german::WORDS), ("ar", &arabic::WORDS)];

/// The text of a key in the language of `code` (`de`, `de-AT`, `de_CH`); empty for a key that there is not.
#[must_use]
pub fn word(code: &str, key: &str) -> &'static str {
    let language = code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let table = TABLES.iter().find(|(known, _)| *known == language).map_or(&english::WORDS, |(_, table)| *table);
    table.iter().find(|(name, _)| *name == key).map_or("", |(_, text)| *text)
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::{TABLES, english, word};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> = text.split("<%").skip(1).filter_map(|rest| rest.split("%>").next()).collect();
        found.sort_unstable();
        found
    }

    #[wasm_bindgen_test]
    fn each_language_says_everything_with_the_same_placeholders() {
        for (code, table) in TABLES {
            for ((key, english), (same, text)) in english::WORDS.iter().zip(table) {
                assert_eq!(key, same, "{code}");
                assert!(!text.is_empty(), "{code}: {key}");
                assert_eq!(placeholders(english), placeholders(text), "{code}: {key}");
            }
        }
    }

    #[wasm_bindgen_test]
    fn the_first_part_of_the_code_counts_and_english_stands_in() {
        assert_eq!(["de-AT", "DE", "de_CH"].map(|code| word(code, "ChatSend")), ["Senden"; 3]);
        assert_eq!(["fr", "", "en-GB"].map(|code| word(code, "ChatSend")), ["Send"; 3]);
        assert_eq!(word("en", "Nothing"), "");
    }
}
