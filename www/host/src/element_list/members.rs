//! The members of a list, as those of jQuery are called. A member that gives nothing gives the list.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement};

use super::{find, list, meant};
use crate::dom;
use crate::interop;
use crate::markup;

/// Where the listener of a delegated `on` is kept on the function it calls, so that `off` finds it.
const DELEGATED: &str = "cxDelegated";

type Member = fn(&[Element], [JsValue; 4]) -> Result<JsValue, JsValue>;
const DONE: Result<JsValue, JsValue> = Ok(JsValue::UNDEFINED);

/// Name and body.
pub(super) const ALL: [(&str, Member); 21] = [
    ("get", |elements, [position, ..]| {
        let position = position.as_f64().map(|position| position as usize);
        Ok(match position {
            Some(position) => elements.get(position).map_or(JsValue::NULL, |element| element.clone().into()),
            None => interop::array(elements.iter().map(JsValue::from)).into(),
        })
    }),
    ("first", |elements, _| Ok(list(elements.iter().take(1).cloned().collect()).into())),
    ("find", |elements, [selector, ..]| Ok(list(find(elements, &selector.as_string().unwrap_or_default())).into())),
    ("each", |elements, [body, ..]| {
        if let Some(body) = body.dyn_ref::<Function>() {
            for (position, element) in elements.iter().enumerate() {
                let _ignored: JsValue = body.call2(element, &(position as u32).into(), element)?;
            }
        }
        DONE
    }),
    ("on", on),
    ("off", |elements, [events, body, ..]| {
        for body in [interop::get(&body, DELEGATED), body].iter().filter_map(|body| body.dyn_ref::<Function>()) {
            for event in events_of(&events) {
                for element in elements {
                    element.remove_event_listener_with_callback(&event, body)?;
                }
            }
        }
        DONE
    }),
    ("addClass", |elements, [names, ..]| Ok(toggle_classes(elements, &names, Some(true)))),
    ("removeClass", |elements, [names, ..]| Ok(toggle_classes(elements, &names, Some(false)))),
    ("toggleClass", |elements, [names, on, ..]| Ok(toggle_classes(elements, &names, on.as_bool()))),
    ("hasClass", |elements, [name, ..]| {
        let name = name.as_string().unwrap_or_default();
        Ok(elements.iter().any(|element| element.class_list().contains(&name)).into())
    }),
    ("attr", |elements, [name, value, ..]| {
        let name = name.as_string().unwrap_or_default();
        match text_of(&value) {
            None => Ok(elements.first().and_then(|element| element.get_attribute(&name)).into()),
            Some(value) => {
                for element in elements {
                    element.set_attribute(&name, &value)?;
                }
                DONE
            }
        }
    }),
    ("prop", |elements, [name, value, ..]| property(elements, &name.as_string().unwrap_or_default(), &value)),
    ("val", |elements, [value, ..]| property(elements, "value", &value)),
    ("css", |elements, [name, value, ..]| {
        if let (Some(name), true) = (name.as_string(), value.is_undefined()) {
            return style_of(elements, &name);
        }
        let given = if name.is_object() {
            name
        } else {
            interop::object(&[(&text_of(&name).unwrap_or_default(), value)]).into()
        };
        for name in interop::keys(&given) {
            let value = interop::get(&given, &name);
            for style in styles(elements) {
                interop::set(&style, &name, dom::css_length(&value).unwrap_or_default());
            }
        }
        DONE
    }),
    ("show", |elements, _| {
        set_shown(elements, true);
        DONE
    }),
    ("hide", |elements, _| {
        set_shown(elements, false);
        DONE
    }),
    ("text", |elements, [text, ..]| match text_of(&text) {
        None => Ok(elements.iter().filter_map(|element| element.text_content()).collect::<String>().into()),
        Some(text) => {
            elements.iter().for_each(|element| element.set_text_content(Some(&text)));
            DONE
        }
    }),
    ("html", |elements, [source, ..]| match text_of(&source) {
        None => Ok(elements.first().map(Element::inner_html).into()),
        Some(source) => {
            for element in elements {
                element.set_text_content(None);
                markup::put(element, &source)?;
            }
            DONE
        }
    }),
    ("append", |elements, contents| {
        for content in contents {
            append(elements, &content)?;
        }
        DONE
    }),
    ("empty", |elements, _| {
        elements.iter().for_each(|element| element.set_text_content(None));
        DONE
    }),
    ("remove", |elements, _| {
        elements.iter().for_each(Element::remove);
        DONE
    }),
];

/// `on(events, listener)`, and `on(events, selector, listener)` for what a selector finds within at the time of the event.
fn on(elements: &[Element], [events, selector, body, _]: [JsValue; 4]) -> Result<JsValue, JsValue> {
    let listener = match (selector.dyn_ref::<Function>(), selector.as_string(), body.dyn_ref::<Function>()) {
        (Some(body), ..) => body.clone(),
        (None, Some(selector), Some(body)) => {
            let called = body.clone();
            let listener = interop::function(move |[event, ..]| delegate(event.unchecked_ref(), &selector, &called));
            interop::set(body, DELEGATED, listener.clone());
            listener
        }
        _ => return DONE,
    };
    for event in events_of(&events) {
        for element in elements {
            element.add_event_listener_with_callback(&event, &listener)?;
        }
    }
    DONE
}

fn delegate(event: &Event, selector: &str, body: &Function) -> Result<JsValue, JsValue> {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    match target.and_then(|target| target.closest(selector).ok().flatten()) {
        Some(found) => body.call1(&found, event),
        None => DONE,
    }
}

/// The names of events, without what jQuery calls their namespace.
fn events_of(names: &JsValue) -> Vec<String> {
    let names = names.as_string().unwrap_or_default();
    names.split_whitespace().filter_map(|name| name.split('.').next().map(str::to_owned)).collect()
}

/// A text, or a number as one.
fn text_of(value: &JsValue) -> Option<String> {
    value.as_string().or_else(|| value.as_f64().map(|number| number.to_string()))
}

fn toggle_classes(elements: &[Element], names: &JsValue, on: Option<bool>) -> JsValue {
    for name in names.as_string().unwrap_or_default().split_whitespace() {
        for element in elements {
            let on = on.unwrap_or_else(|| !element.class_list().contains(name));
            dom::toggle_class(element, name, on);
        }
    }
    JsValue::UNDEFINED
}

/// Reads a property of the first element, or sets it on all.
fn property(elements: &[Element], name: &str, value: &JsValue) -> Result<JsValue, JsValue> {
    if value.is_undefined() {
        // Not `undefined`, which would give the list.
        let read = elements.first().map(|element| interop::get(element, name));
        return Ok(read.filter(|read| !read.is_undefined()).unwrap_or(JsValue::NULL));
    }
    elements.iter().for_each(|element| interop::set(element, name, value));
    DONE
}

fn styles(elements: &[Element]) -> impl Iterator<Item = web_sys::CssStyleDeclaration> {
    elements.iter().filter_map(|element| Some(element.dyn_ref::<HtmlElement>()?.style()))
}

fn style_of(elements: &[Element], name: &str) -> Result<JsValue, JsValue> {
    let (Some(window), Some(element)) = (web_sys::window(), elements.first()) else { return Ok(JsValue::NULL) };
    let shown = window.get_computed_style(element)?;
    Ok(shown.map_or(JsValue::NULL, |shown| interop::get(&shown, name)))
}

fn set_shown(elements: &[Element], shown: bool) {
    for style in styles(elements) {
        interop::set(&style, "display", if shown { "" } else { "none" });
    }
}

/// Appends markup, an element, a list, or an array of those to the first element; jQuery would copy it for the others.
fn append(elements: &[Element], content: &JsValue) -> Result<(), JsValue> {
    let Some(target) = elements.first() else { return Ok(()) };
    if let Some(source) = text_of(content) {
        return markup::put(target, &source);
    }
    if let Some(several) = content.dyn_ref::<Array>() {
        return several.iter().try_for_each(|one: JsValue| append(elements, &one));
    }
    dom::append(target, &meant(content).iter().collect::<Vec<_>>())
}
