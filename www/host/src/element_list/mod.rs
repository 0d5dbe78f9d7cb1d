//! A small stand-in for jQuery objects: what commands resolve with as `html`, and the first argument of extensions.
//!
//! The host ships no jQuery. Where the page has one (`window.jQuery`), plugins get its objects; else a list with `length`,
//! `[n]` and the members of [`members`]. Markup that such a list is given is built by [`crate::markup`].

mod members;

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element};

use crate::dom;
use crate::interop;
use crate::markup;
use crate::timer;

/// A list of the given elements: an object of the page's jQuery, or one that stands in for it.
#[must_use]
pub fn list(elements: Vec<Element>) -> Object {
    let of_the_page = own_jquery().and_then(|jquery| {
        let given: Array = elements.iter().map(JsValue::from).collect();
        jquery.call1(&JsValue::UNDEFINED, &given).ok()?.dyn_into().ok()
    });
    of_the_page.unwrap_or_else(|| stand_in(elements))
}

/// The page's jQuery, or what stands in for it: `f(selector | markup | element | list | function)` gives a list. Nothing makes
/// it throw, because an exception in an extension ends the start of everything (bus facts 0.4).
#[must_use]
pub fn jquery() -> Function {
    own_jquery().unwrap_or_else(|| interop::function(|[what, ..]| Ok(stand_in(meant(&what)).into())))
}

/// The element in a value that plugins pass as one: an element, or the first of a list or jQuery object.
#[must_use]
pub fn element_of(value: &JsValue) -> Option<Element> {
    value.dyn_ref::<Element>().cloned().or_else(|| interop::get(value, "0").dyn_into().ok())
}

fn own_jquery() -> Option<Function> {
    interop::get(&js_sys::global(), "jQuery").dyn_into().ok()
}

fn stand_in(elements: Vec<Element>) -> Object {
    let made = interop::object(&[("length", (elements.len() as u32).into())]);
    for (position, element) in elements.iter().enumerate() {
        interop::set(&made, &position.to_string(), element.clone());
    }
    for (name, body) in members::ALL {
        let elements = elements.clone();
        let member = interop::function(move |[face, a, b, c]| {
            Ok(body(&elements, [a, b, c, JsValue::UNDEFINED])?.unwrap_or(face))
        });
        // The list itself is bound in JavaScript, so that Rust does not keep it alive.
        let bound: JsValue = member.bind1(&JsValue::UNDEFINED, made.as_ref()).into();
        interop::set(&made, name, bound);
    }
    let append = interop::function(move |[face, _, _, contents]| {
        members::append(&elements, &contents)?;
        Ok(face)
    });
    let bound: JsValue = append.bind1(&JsValue::UNDEFINED, made.as_ref()).into();
    interop::set(&made, "append", interop::taking_any_number(&bound));
    made
}

/// The elements that somebody means by a selector, by markup, or by what they hold already.
fn meant(what: &JsValue) -> Vec<Element> {
    if let Some(text) = what.as_string() {
        return if text.trim_start().starts_with('<') { built(&text) } else { find_on_page(&text) };
    }
    if let Some(body) = what.dyn_ref::<Function>() {
        when_there_is_a_page(body.clone());
        return Vec::new();
    }
    if let Some(page) = what.dyn_ref::<Document>() {
        return page.document_element().into_iter().collect();
    }
    if let Some(element) = what.dyn_ref::<Element>() {
        return vec![element.clone()];
    }
    let length = interop::get_number(what, "length").unwrap_or(0.0) as u32;
    (0..length).filter_map(|position| interop::get(what, &position.to_string()).dyn_into().ok()).collect()
}

/// What a string of markup describes, not yet on the page.
fn built(source: &str) -> Vec<Element> {
    let Ok(holder) = dom::create("div", "") else { return Vec::new() };
    if let Err(error) = markup::put(&holder, source) {
        timer::report(error);
    }
    let children = holder.children();
    let made: Vec<Element> = (0..children.length()).filter_map(|position| children.item(position)).collect();
    made.iter().for_each(Element::remove);
    made
}

fn find_on_page(selector: &str) -> Vec<Element> {
    let root = dom::document().ok().and_then(|page| page.document_element());
    // The root itself may be meant.
    let own = root.iter().filter(|root| root.matches(selector).unwrap_or(false)).cloned();
    own.chain(find(root.as_slice(), selector)).collect()
}

/// All that a selector finds within; nothing where it is none.
fn find(elements: &[Element], selector: &str) -> Vec<Element> {
    let mut found = Vec::new();
    for element in elements {
        let Ok(matches) = element.query_selector_all(selector) else { continue };
        found.extend((0..matches.length()).filter_map(|position| matches.get(position)?.dyn_into().ok()));
    }
    found
}

/// Calls a function in a task of its own, as soon as the page has its elements.
fn when_there_is_a_page(body: Function) {
    let run = move || body.call1(&JsValue::UNDEFINED, &jquery()).map(|_: JsValue| ());
    let Ok(page) = dom::document() else { return };
    if interop::get_string(&page, "readyState").as_deref() == Some("loading") {
        let _refused = dom::listen(&page, "DOMContentLoaded", move |_| run());
    } else {
        timer::later(0, run);
    }
}
