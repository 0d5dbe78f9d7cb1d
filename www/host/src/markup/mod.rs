//! Markup that a plugin gives as a string (bus facts 4.1, 6.1 and 7): `title` and `body` of notices, messages with
//! `html: true`, injected messages of type `html`.
//!
//! Pages under Trusted Types refuse markup, and a string may hold what somebody wrote. So nothing here is handed to the
//! browser's parser: [`tokens`] takes the string apart, [`allowed`] says what may stand on the page, and the rest is built
//! element by element. What is not allowed is left out, its words stay.

pub mod allowed;
pub mod tokens;

use std::collections::BTreeMap;

use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::dom;
use tokens::Token;

/// How many elements may be open within each other, as in browsers: what is deeper makes them slow, or ends them.
const DEEPEST: usize = 512;

/// Elements that end by themselves when the next of their kind begins.
const ITEMS: [&str; 8] = ["li", "p", "dt", "dd", "tr", "td", "th", "option"];
/// Elements without a content.
const EMPTY: [&str; 4] = ["br", "hr", "img", "input"];

/// Appends what a string of markup describes.
///
/// # Errors
/// Outside a page.
pub fn put(target: &Element, source: &str) -> Result<(), JsValue> {
    let document = dom::document()?;
    let mut open: Vec<(String, Element)> = Vec::new();
    // Elements that were too deep to be opened, and how many ends of each are still to come.
    let mut too_deep: BTreeMap<String, usize> = BTreeMap::new();
    for token in tokens::of(source) {
        let top = open.last().map_or_else(|| target.clone(), |(_, element)| element.clone());
        match token {
            Token::Text(text) => {
                top.append_child(&document.create_text_node(&text))?;
            }
            Token::End(name) => {
                if let Some(count) = too_deep.get_mut(&name).filter(|count| **count > 0) {
                    *count -= 1;
                } else if let Some(position) = open.iter().rposition(|(one, _)| *one == name) {
                    open.truncate(position);
                    too_deep.clear();
                }
            }
            Token::Begin { name, .. } if !allowed::is_element(&name) => {}
            Token::Begin { name, attributes } => {
                if ITEMS.contains(&name.as_str()) && open.last().is_some_and(|(last, _)| *last == name) {
                    open.pop();
                }
                let around = open.last().map_or_else(|| target.clone(), |(_, element)| element.clone());
                let element: Element = dom::create(&name, "")?.into();
                for (attribute, value) in attributes {
                    if allowed::is_attribute(&name, &attribute, &value) {
                        element.set_attribute(&attribute, &value)?;
                    }
                }
                harden(&name, &element)?;
                dom::append(&around, &[&element])?;
                if EMPTY.contains(&name.as_str()) {
                    continue;
                }
                if open.len() < DEEPEST {
                    open.push((name, element));
                } else {
                    // What is in it comes to stand beside it.
                    *too_deep.entry(name).or_default() += 1;
                }
            }
        }
    }
    Ok(())
}

// A page that a link opens gets no hold of this one; a button sends no form.
fn harden(name: &str, element: &Element) -> Result<(), JsValue> {
    match name {
        "a" if element.has_attribute("href") => element.set_attribute("rel", "noopener noreferrer"),
        "button" => element.set_attribute("type", "button"),
        _ => Ok(()),
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::put;
    use crate::dom;
    use crate::interop;
    use wasm_bindgen::JsValue;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn built(source: &str) -> Result<String, JsValue> {
        let target = dom::create("div", "")?;
        put(&target, source)?;
        Ok(target.inner_html())
    }

    #[wasm_bindgen_test]
    fn what_is_allowed_is_built_as_it_is_written() -> Result<(), JsValue> {
        for source in [
            "plain",
            "<b>paid</b> and <i class=\"mine too\">more</i>",
            "<ul><li>one</li><li>two</li></ul>",
            "<p title=\"a &quot;b&quot;\" data-order=\"7\" aria-label=\"x\">1 &lt; 2 &amp; 3</p>",
            "a<br>b<hr>",
            "<img src=\"/a.png\" alt=\"A\">",
            "<table><tbody><tr><th scope=\"row\">a</th><td colspan=\"2\">b</td></tr></tbody></table>",
            "<h2>a</h2><h6 id=\"mine\" lang=\"de\" dir=\"ltr\" role=\"note\" tabindex=\"0\" hidden=\"\">b</h6>",
            "<ol start=\"3\"><li>c</li></ol><label for=\"mine\">d</label>",
            "<img src=\"http://x.example/a.png\"><img src=\"blob:https://x.example/1\"><img src=\"data:image/png;base64,AA==\">",
        ] {
            assert_eq!(built(source)?, source);
        }
        assert_eq!(built("<LI>one<li>two</p>")?, "<li>one</li><li>two</li>");
        for address in ["http://x.example/", "mailto:a@x.example", "tel:+123", "/here", "#there"] {
            let link = format!("<a href=\"{address}\" rel=\"noopener noreferrer\">x</a>");
            assert_eq!(built(&format!("<a href='{address}'>x</a>"))?, link);
        }
        let link = "<a href=\"https://x.example/\" target=\"_blank\" rel=\"noopener noreferrer\">x</a>";
        assert_eq!(built("<a href='https://x.example/' target=_blank>x")?, link);
        assert_eq!(built("<button type=submit>Go</button>")?, "<button type=\"button\">Go</button>");
        Ok(())
    }

    #[wasm_bindgen_test]
    fn what_the_host_knows_its_own_elements_by_is_not_taken_from_markup() -> Result<(), JsValue> {
        for (source, left) in [
            ("<p id=cx-webchat-title>a</p><p ID=CX-Mine>b</p>", "<p>a</p><p>b</p>"),
            ("<p id='&#99;x-chat-index-1'>a</p>", "<p>a</p>"),
            ("<p data-cx-text=ChatTitle DATA-CX-NAME=x data-cx-file=1>a</p>", "<p>a</p>"),
            ("<p id=mine data-mine=1 data-cxy=2>a</p>", "<p id=\"mine\" data-mine=\"1\" data-cxy=\"2\">a</p>"),
        ] {
            assert_eq!(built(source)?, left, "{source}");
        }
        Ok(())
    }

    #[wasm_bindgen_test]
    fn what_is_too_deep_stands_beside_and_its_ends_end_nothing_else() -> Result<(), JsValue> {
        let (deep, target) = (20_000, dom::create("div", "")?);
        put(&target, &format!("<p>{}core{}<i>behind</i></p>", "<b>".repeat(deep), "</b>".repeat(deep)))?;
        let (mut depth, mut below) = (0, target.first_element_child());
        while let Some(element) = below {
            (depth, below) = (depth + 1, element.first_element_child());
        }
        assert_eq!(depth, super::DEEPEST + 1, "the first that is too deep stands there, with nothing in it");
        assert_eq!(target.query_selector_all("b")?.length(), deep as u32);
        assert_eq!(target.text_content().unwrap_or_default(), "corebehind");
        let behind = target.query_selector("p > i")?;
        assert!(behind.is_some(), "as many ends as beginnings lead back to the paragraph");
        Ok(())
    }

    #[wasm_bindgen_test]
    fn long_markup_takes_time_in_proportion_to_its_length() -> Result<(), JsValue> {
        let many = 400_000;
        for (source, words) in [("&".repeat(many), many), (format!("{}x", "<script></script>".repeat(many / 4)), 1)] {
            let target = dom::create("div", "")?;
            let before = interop::now();
            put(&target, &source)?;
            let took = interop::now() - before;
            assert_eq!(target.text_content().unwrap_or_default().len(), words);
            // What grows with the square takes longer than the test may.
            assert!(took < 5000.0, "{took} ms");
        }
        Ok(())
    }

    #[wasm_bindgen_test]
    fn nothing_that_runs_or_loads_by_itself_comes_through() -> Result<(), JsValue> {
        for (source, left) in [
            ("<script>alert(1)</script>after", "after"),
            ("<style>b { color: red }</style>after", "after"),
            ("<ScRiPt src=//x.example></sCrIpT >after", "after"),
            ("<script>never closed <b>", ""),
            ("<script>a</scripts>b</b>c</SCRIPT\n>after", "after"),
            (
                "&amp; &amp &amp;amp; &nothing; &#x41; &#65 &; a&b;",
                "&amp; &amp;amp &amp;amp; &amp;nothing; A &amp;#65 &amp;; a&amp;b;",
            ),
            ("<iframe src=/x>inside</iframe>after", "after"),
            ("<b onclick=alert(1) style='color:red' OnLoad=x>a</b>", "<b>a</b>"),
            ("<a href='javascript:alert(1)'>a</a>", "<a>a</a>"),
            ("<a href=' JaVa\tscript&colon;alert(1)'>a</a>", "<a>a</a>"),
            ("<a href='&#106;avascript:alert(1)'>a</a>", "<a>a</a>"),
            ("<a href='data:text/html,x'>a</a>", "<a>a</a>"),
            ("<img src=x onerror=alert(1)>", "<img src=\"x\">"),
            ("<img src='javascript:alert(1)'>", "<img>"),
            (
                "<img src='data:image/svg+xml,x'><img src='data:text/html,x'><img src='ftp://x.example/a'>",
                "<img><img><img>",
            ),
            ("<h1>a</h1><button name=b>c</button>", "a<button type=\"button\">c</button>"),
            ("<form action=/x><input name=y value=1></form>", ""),
            ("<svg><a href='https://x.example/'>x</a></svg>after", "after"),
            ("<!-- <b>a</b> -->b<!doctype html><?x?>", "b"),
            ("a < b and <3, <", "a &lt; b and &lt;3, &lt;"),
            ("<x-own><b>a</b></x-own>", "<b>a</b>"),
        ] {
            assert_eq!(built(source)?, left, "{source}");
        }
        Ok(())
    }
}
