//! Finding addresses in what people write, so that they can be clicked.

/// A piece of a message.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Plain text.
    Text(&'a str),
    /// A web address as written.
    Link(&'a str),
}

/// Splits a text at its `http://` and `https://` addresses. Nothing is lost: the pieces joined are the text.
#[must_use]
pub fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = next_address(rest) {
        let (before, from) = rest.split_at(start);
        let length = address_length(from);
        let (address, after) = from.split_at(length);
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Link(address));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// Whether an address may become a link at all: nothing but the web, in particular no script.
#[must_use]
pub fn is_web_address(address: &str) -> bool {
    let lower = address.trim().to_ascii_lowercase();
    ["http://", "https://"].iter().any(|scheme| lower.len() > scheme.len() && lower.starts_with(scheme))
}

fn next_address(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("http")) {
        let start = from + found;
        let at_word_start =
            text.get(..start).and_then(|before| before.chars().last()).is_none_or(|last| !last.is_alphanumeric());
        if at_word_start
            && text.get(start..).is_some_and(|rest| is_web_address(rest.get(..address_length(rest)).unwrap_or("")))
        {
            return Some(start);
        }
        from = start + 4;
    }
    None
}

/// Up to the next blank or bracket, without the punctuation that belongs to the sentence.
fn address_length(text: &str) -> usize {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(text.len());
    let address = text.get(..end).unwrap_or_default();
    address.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']).len()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::{Piece, is_web_address, split};
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn an_address_in_a_sentence_becomes_a_link_without_the_full_stop() {
        let pieces = split("See https://shop.example/a?b=c. Thanks");
        let expected = [Piece::Text("See "), Piece::Link("https://shop.example/a?b=c"), Piece::Text(". Thanks")];
        assert_eq!(pieces, expected);
    }

    #[wasm_bindgen_test]
    fn scripts_and_bare_words_stay_text() {
        assert_eq!(
            split("javascript:alert(1) http shttp://x https://"),
            [Piece::Text("javascript:alert(1) http shttp://x https://")]
        );
        assert!(!is_web_address("javascript:alert(1)"));
    }
}
