//! Headers that pages under `/policies/` have of their own: each page is there for one policy of a website under which the
//! plugin must work, and sends that policy alone, so that whatever is refused there is refused by it.

/// Name, in lower case, and value of a header.
pub(super) type Header = (&'static str, &'static str);

const CSP: &str = "content-security-policy";

/// The beginning of the path, and what is sent instead of the website's own policy.
const PAGES: [(&str, &[Header]); 5] = [
    ("trusted-types", &[(CSP, "require-trusted-types-for 'script'; trusted-types 'none'")]),
    ("style", &[(CSP, "style-src 'self'")]),
    ("script", &[(CSP, "script-src 'self' 'wasm-unsafe-eval'")]),
    ("isolated", &[("cross-origin-embedder-policy", "require-corp"), ("cross-origin-opener-policy", "same-origin")]),
    // The policy is the browser's.
    ("third-party-cookies", &[]),
];

/// The headers that a page has of its own; `None` for all others.
pub(super) fn of(path: &str) -> Option<&'static [Header]> {
    let page = path.strip_prefix("/policies/")?;
    PAGES.iter().find(|(name, _)| page.strip_prefix(name) == Some(".html")).map(|(_, headers)| *headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pages_themselves_have_their_own() {
        assert!(of("/policies/isolated.html").is_some_and(|headers| headers.len() == 2));
        assert!(of("/policies/third-party-cookies.html").is_some_and(<[Header]>::is_empty));
        for other in
            ["/", "/policies/", "/policies/style", "/policies/styles.html", "/policies/style.html/x", "/style.html"]
        {
            assert!(of(other).is_none(), "{other}");
        }
    }
}
