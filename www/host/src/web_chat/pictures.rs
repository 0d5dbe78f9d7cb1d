//! Pictures in messages: parts of their `content` (transports 3.3).

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::texts::Texts;
use crate::dom;
use crate::interop;

/// What the address of a picture begins with that has come with its message. One that stands elsewhere is not fetched: its
/// server would learn who reads it.
const WITHIN: &str = "data:image/";

/// The addresses of a message's pictures.
#[must_use]
pub fn of(message: &JsValue) -> Vec<String> {
    let content = interop::get(message, "content");
    let parts = content.dyn_ref::<Array>().into_iter().flat_map(Array::iter);
    parts
        .filter(|part| interop::get_string(part, "type").as_deref() == Some("image"))
        .filter_map(|part| interop::get_string(&part, "url"))
        .filter(|address| address.starts_with(WITHIN))
        .collect()
}

/// What is said of a message with so many pictures to those who do not see them.
#[must_use]
pub fn in_words(texts: &Texts, text: &str, pictures: usize) -> String {
    let words = (0..pictures).map(|_| texts.get("ChatPicture"));
    let all: Vec<String> = Some(text.to_owned()).filter(|text| !text.is_empty()).into_iter().chain(words).collect();
    all.join(", ")
}

/// Puts pictures below the text of a message, and keeps them in sight where the conversation ends with them.
///
/// # Errors
/// Outside a page.
pub fn put(target: &HtmlElement, texts: &Texts, pictures: &[String], transcript: &HtmlElement) -> Result<(), JsValue> {
    for address in pictures {
        let picture = dom::create("img", "cx-picture")?;
        picture.set_attribute("alt", &texts.get("ChatPicture"))?;
        let (shown, within) = (picture.clone(), transcript.clone());
        // Its height is known only then.
        dom::listen(&picture, "load", move |_| {
            if within.last_element_child().is_some_and(|last| last.contains(Some(&shown))) {
                within.set_scroll_top(within.scroll_height());
            }
            Ok(())
        })?;
        picture.set_attribute("src", address)?;
        dom::append(target, &[&picture])?;
    }
    Ok(())
}
