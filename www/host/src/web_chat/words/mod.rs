//! What the window says in the languages that it knows by itself, which are those of the plugin: one table each, with the same
//! keys in the same order.

mod arabic;
mod chinese;
mod dutch;
mod english;
mod french;
mod german;
mod hebrew;
mod italian;
mod japanese;
mod korean;
mod polish;
mod portuguese;
mod spanish;
mod swedish;
mod turkish;

/// Key → text; `<%name%>` is filled in.
type Table = [(&'static str, &'static str); 81];

/// First part of a language code → its table. What has no table is said in English.
const TABLES: [(&str, &Table); 15] = [
    ("en", &english::WORDS),
    ("de", &german::WORDS),
    ("fr", &french::WORDS),
    ("es", &spanish::WORDS),
    ("it", &italian::WORDS),
    ("pt", &portuguese::WORDS),
    ("nl", &dutch::WORDS),
    ("pl", &polish::WORDS),
    ("sv", &swedish::WORDS),
    ("tr", &turkish::WORDS),
    ("ja", &japanese::WORDS),
    ("ko", &korean::WORDS),
    ("zh", &chinese::WORDS),
    ("ar", &arabic::WORDS),
    ("he", &hebrew::WORDS),
];

/// The text of a key in the language of `code` (`de`, `de-AT`, `pt_BR`); empty for a key that there is not.
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

    /// What was copied from another language and forgotten would be the same in both.
    #[wasm_bindgen_test]
    fn no_sentence_is_in_two_languages() {
        let is_sentence = |text: &&str| text.chars().filter(|letter| *letter == ' ').count() > 2;
        let all: Vec<(&str, &str)> =
            TABLES.iter().flat_map(|(code, table)| table.iter().map(move |(_, text)| (*code, *text))).collect();
        for (code, text) in all.iter().filter(|(_, text)| is_sentence(text)) {
            assert!(!all.iter().any(|(other, same)| other != code && same == text), "{code}: {text}");
        }
    }

    #[wasm_bindgen_test]
    fn the_first_part_of_the_code_counts_and_english_stands_in() {
        assert_eq!(["de-AT", "DE", "de_CH"].map(|code| word(code, "ChatSend")), ["Senden"; 3]);
        assert_eq!(
            ["pt-BR", "pt", "zh-CN", "he_IL"].map(|code| word(code, "ChatSend")),
            ["Enviar", "Enviar", "发送", "שליחה"]
        );
        assert_eq!(["fi", "", "en-GB"].map(|code| word(code, "ChatSend")), ["Send"; 3]);
        assert_eq!(word("en", "Nothing"), "");
    }
}
