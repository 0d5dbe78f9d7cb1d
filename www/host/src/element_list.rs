//! A small stand-in for jQuery objects: what commands resolve with as `html`, and the first argument of extensions.
//!
//! The host ships no jQuery. A list has `length`, `[n]`, `get`, `first`, `find`, `each`, `on`, `off`, `addClass`,
//! `removeClass`, `attr`, `text` and `remove`; nothing takes markup, because pages under Trusted Types refuse
//! it.

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::Element;

use crate::interop;

/// A list of the given elements.
#[must_use]
pub fn list(elements: Vec<Element>) -> Object {
    let made = interop::object(&[("length", (elements.len() as u32).into())]);
    for (position, element) in elements.iter().enumerate() {
        interop::set(&made, &position.to_string(), element.clone());
    }
    for (name, body) in MEMBERS {
        let elements = elements.clone();
        let member = interop::function(move |[face, a, b, c]| {
            let answer = body(&elements, [a, b, c, JsValue::UNDEFINED])?;
            Ok(if answer.is_undefined() { face } else { answer })
        });
        // The list itself is bound in JavaScript, so that Rust does not keep it alive.
        let bound: JsValue = member.bind1(&JsValue::UNDEFINED, made.as_ref()).into();
        interop::set(&made, name, bound);
    }
    made
}

type Member = fn(&[Element], [JsValue; 4]) -> Result<JsValue, JsValue>;

const MEMBERS: [(&str, Member); 11] = [
    ("get", |elements, [position, ..]| {
        let position = position.as_f64().map(|position| position as usize);
        Ok(match position {
            Some(position) => elements.get(position).map_or(JsValue::NULL, |element| element.clone().into()),
            None => interop::array(elements.iter().map(JsValue::from)).into(),
        })
    }),
    ("first", |elements, _| Ok(list(elements.iter().take(1).cloned().collect()).into())),
    ("find", |elements, [selector, ..]| Ok(list(find(elements, &selector.as_string().unwrap_or_default())?).into())),
    ("each", |elements, [body, ..]| {
        if let Some(body) = body.dyn_ref::<Function>() {
            for (position, element) in elements.iter().enumerate() {
                let _ignored: JsValue = body.call2(element, &(position as u32).into(), element)?;
            }
        }
        Ok(JsValue::UNDEFINED)
    }),
    ("on", |elements, [event, body, ..]| {
        if let (Some(event), Some(body)) = (event.as_string(), body.dyn_ref::<Function>()) {
            for element in elements {
                element.add_event_listener_with_callback(&event, body)?;
            }
        }
        Ok(JsValue::UNDEFINED)
    }),
    ("off", |elements, [event, body, ..]| {
        if let (Some(event), Some(body)) = (event.as_string(), body.dyn_ref::<Function>()) {
            for element in elements {
                element.remove_event_listener_with_callback(&event, body)?;
            }
        }
        Ok(JsValue::UNDEFINED)
    }),
    ("addClass", |elements, [names, ..]| {
        for name in names.as_string().unwrap_or_default().split_whitespace() {
            for element in elements {
                element.class_list().add_1(name)?;
            }
        }
        Ok(JsValue::UNDEFINED)
    }),
    ("removeClass", |elements, [names, ..]| {
        for name in names.as_string().unwrap_or_default().split_whitespace() {
            for element in elements {
                element.class_list().remove_1(name)?;
            }
        }
        Ok(JsValue::UNDEFINED)
    }),
    ("attr", |elements, [name, value, ..]| {
        let name = name.as_string().unwrap_or_default();
        match value.as_string() {
            None => Ok(elements.first().and_then(|element| element.get_attribute(&name)).into()),
            Some(value) => {
                for element in elements {
                    element.set_attribute(&name, &value)?;
                }
                Ok(JsValue::UNDEFINED)
            }
        }
    }),
    ("text", |elements, [text, ..]| match text.as_string() {
        None => Ok(elements.iter().filter_map(|element| element.text_content()).collect::<String>().into()),
        Some(text) => {
            for element in elements {
                element.set_text_content(Some(&text));
            }
            Ok(JsValue::UNDEFINED)
        }
    }),
    ("remove", |elements, _| {
        for element in elements {
            element.remove();
        }
        Ok(JsValue::UNDEFINED)
    }),
];

fn find(elements: &[Element], selector: &str) -> Result<Vec<Element>, JsValue> {
    let mut found = Vec::new();
    for element in elements {
        let matches = element.query_selector_all(selector)?;
        found.extend((0..matches.length()).filter_map(|position| matches.get(position)?.dyn_into().ok()));
    }
    Ok(found)
}

/// The element in a value that plugins pass as one: an element, or the first of a list or jQuery object.
#[must_use]
pub fn element_of(value: &JsValue) -> Option<Element> {
    value.dyn_ref::<Element>().cloned().or_else(|| interop::get(value, "0").dyn_into().ok())
}

/// The stand-in for jQuery that extensions get: `f(selector | element | list)` gives a list. It takes no markup.
#[must_use]
pub fn selector_function() -> Function {
    interop::function(|[what, ..]| {
        let elements = match what.as_string() {
            None => element_of(&what).into_iter().collect(),
            Some(selector) => {
                let root =
                    web_sys::window().and_then(|window| window.document()).and_then(|page| page.document_element());
                find(root.as_slice(), &selector)?
            }
        };
        Ok(list(elements).into())
    })
}
