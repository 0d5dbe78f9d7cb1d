//! The regular expressions of the plugin: each one's source and flags stand here once.
//!
//! In the browser a [`Pattern`] becomes the `RegExp` that the bus wants for its prefilters; natively it is matched by
//! the crate `regex`. The loader gets the same source text at build time, so what is hidden, what is filtered and what
//! is accepted cannot drift apart.

/// A regular expression in the part of the syntax that JavaScript and the crate `regex` read alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The source text, as between the slashes of a JavaScript literal.
    pub source: &'static str,
    /// JavaScript flags; only `i` (ignore ASCII case) is used.
    pub flags: &'static str,
}

/// Everything the customer must never see: text that begins, after white space, with `microapp:`.
///
/// Contract: grammar, "Chat text" rules 1 and 2. JavaScript's `\s` lacks U+0085 and the crate's lacks U+FEFF, so both
/// are named.
pub const HIDDEN: Pattern = Pattern { source: r"^[\s\u0085\ufeff]*microapp:", flags: "i" };

/// Status lines, the only texts given to the chat service as a prefilter.
///
/// Why not [`HIDDEN`]: a prefilter of 9.0.018 hides a message from plugins too, so a filter that matched requests
/// would hide them from us (bus facts, 0.1).
pub const STATUS: Pattern = Pattern { source: r"^[\s\u0085\ufeff]*microapp:progress:", flags: "i" };

#[cfg(not(target_arch = "wasm32"))]
impl Pattern {
    /// Whether `text` matches, by the crate `regex`. An invalid pattern matches nothing; a test forbids one.
    pub fn is_match(&self, text: &str) -> bool {
        regex::RegexBuilder::new(self.source)
            .case_insensitive(self.flags.contains('i'))
            .build()
            .is_ok_and(|regex| regex.is_match(text))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in [HIDDEN, STATUS] {
            regex::Regex::new(pattern.source).unwrap();
        }
    }

    #[test]
    fn a_status_is_hidden_and_a_request_is_not_a_status() {
        assert!(HIDDEN.is_match(" MicroApp:progress:ended"));
        assert!(STATUS.is_match("\u{feff}microapp:progress:ended"));
        assert!(HIDDEN.is_match("\u{85}microapp://app/T"));
        assert!(!STATUS.is_match("microapp://app/T"));
        assert!(!HIDDEN.is_match("see microapp://app/T"));
    }
}
