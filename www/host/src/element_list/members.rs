//! The members of a list, as those of jQuery are called. One that only does something gives the list; one that is asked for what
//! there is not gives `undefined`, as jQuery does.

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement};

use super::{find, list, meant};
use crate::dom;
use crate::interop;
use crate::markup;

/// Where the listeners of delegated `on` are kept on the function they call, by selector, so that `off` finds them all.
const DELEGATED: &str = "cxDelegated";

/// What a member gives; `None` for the list itself.
type Answer = Result<Option<JsValue>, JsValue>;
type Member = fn(&[Element], [JsValue; 4]) -> Answer;
const DONE: Answer = Ok(None);

/// Name and body; [`append`] is the one that takes any number of arguments.
pub(super) const ALL: [(&str, Member); 20] = [
    ("get", |elements, [position, ..]| {
        let position = position.as_f64().map(|position| position as usize);
        given(match position {
            Some(position) => elements.get(position).map_or(JsValue::UNDEFINED, JsValue::from),
            None => interop::array(elements.iter().map(JsValue::from)).into(),
        })
    }),
    ("first", |elements, _| given(list(elements.iter().take(1).cloned().collect()))),
    ("find", |elements, [selector, ..]| given(list(find(elements, &selector.as_string().unwrap_or_default())))),
    ("each", |elements, [body, ..]| {
        if let Some(body) = body.dyn_ref::<Function>() {
            for (position, element) in elements.iter().enumerate() {
                let _ignored: JsValue = body.call2(element, &(position as u32).into(), element)?;
            }
        }
        DONE
    }),
    ("on", on),
    ("off", off),
    ("addClass", |elements, [names, ..]| toggle_classes(elements, &names, Some(true))),
    ("removeClass", |elements, [names, ..]| toggle_classes(elements, &names, Some(false))),
    ("toggleClass", |elements, [names, on, ..]| toggle_classes(elements, &names, on.as_bool())),
    ("hasClass", |elements, [name, ..]| {
        let name = name.as_string().unwrap_or_default();
        given(elements.iter().any(|element| element.class_list().contains(&name)))
    }),
    ("attr", |elements, [name, value, ..]| {
        let name = name.as_string().unwrap_or_default();
        match text_of(&value) {
            None => given(elements.first().and_then(|element| element.get_attribute(&name))),
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
        let wanted = if name.is_object() {
            name
        } else {
            interop::object(&[(&text_of(&name).unwrap_or_default(), value)]).into()
        };
        for name in interop::keys(&wanted) {
            let value = interop::get(&wanted, &name);
            for style in styles(elements) {
                interop::set(&style, &name, dom::css_value(&name, &value).unwrap_or_default());
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
        None => given(elements.iter().filter_map(|element| element.text_content()).collect::<String>()),
        Some(text) => {
            elements.iter().for_each(|element| element.set_text_content(Some(&text)));
            DONE
        }
    }),
    ("html", |elements, [source, ..]| match text_of(&source) {
        None => given(elements.first().map(Element::inner_html)),
        Some(source) => {
            for element in elements {
                element.set_text_content(None);
                markup::put(element, &source)?;
            }
            DONE
        }
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

/// What a member was asked for, which may be `undefined`.
fn given(value: impl Into<JsValue>) -> Answer {
    Ok(Some(value.into()))
}

/// `on(events, listener)`, and `on(events, selector, listener)` for what a selector finds within at the time of the event.
fn on(elements: &[Element], [events, selector, body, _]: [JsValue; 4]) -> Answer {
    let listener = match (selector.dyn_ref::<Function>(), selector.as_string(), body.dyn_ref::<Function>()) {
        (Some(body), ..) => body.clone(),
        (None, Some(selector), Some(body)) => delegating(body, selector),
        _ => return DONE,
    };
    for event in events_of(&events) {
        for element in elements {
            element.add_event_listener_with_callback(&event, &listener)?;
        }
    }
    DONE
}

/// `off(events, listener)`, also where it was delegated; with a selector only what was delegated for that.
fn off(elements: &[Element], [events, selector, body, _]: [JsValue; 4]) -> Answer {
    let listeners = match (selector.as_string(), selector.dyn_ref::<Function>()) {
        (Some(selector), _) => vec![interop::get(&interop::get(&body, DELEGATED), &key_of(&selector))],
        (None, Some(body)) => {
            let delegated = interop::get(body, DELEGATED);
            let keys = interop::keys(&delegated);
            keys.iter().map(|key| interop::get(&delegated, key)).chain([JsValue::from(body.clone())]).collect()
        }
        (None, None) => return DONE,
    };
    for listener in listeners.iter().filter_map(|listener| listener.dyn_ref::<Function>()) {
        for event in events_of(&events) {
            for element in elements {
                element.remove_event_listener_with_callback(&event, listener)?;
            }
        }
    }
    DONE
}

/// The listener that calls a function for what a selector finds: one for each selector.
fn delegating(body: &Function, selector: String) -> Function {
    let mut delegated = interop::get(body, DELEGATED);
    if !delegated.is_object() {
        delegated = Object::new().into();
        interop::set(body, DELEGATED, delegated.clone());
    }
    let key = key_of(&selector);
    if let Ok(listener) = interop::get(&delegated, &key).dyn_into::<Function>() {
        return listener;
    }
    let called = body.clone();
    let listener = interop::function(move |[event, ..]| delegate(event.unchecked_ref(), &selector, &called));
    interop::set(&delegated, &key, listener.clone());
    listener
}

/// A blank before it, so that no selector is the name of something that every object has.
fn key_of(selector: &str) -> String {
    format!(" {selector}")
}

fn delegate(event: &Event, selector: &str, body: &Function) -> Result<JsValue, JsValue> {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    match target.and_then(|target| target.closest(selector).ok().flatten()) {
        Some(found) => body.call1(&found, event),
        None => Ok(JsValue::UNDEFINED),
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

fn toggle_classes(elements: &[Element], names: &JsValue, on: Option<bool>) -> Answer {
    for name in names.as_string().unwrap_or_default().split_whitespace() {
        for element in elements {
            let on = on.unwrap_or_else(|| !element.class_list().contains(name));
            dom::toggle_class(element, name, on);
        }
    }
    DONE
}

/// Reads a property of the first element, or sets it on all.
fn property(elements: &[Element], name: &str, value: &JsValue) -> Answer {
    if value.is_undefined() {
        return given(elements.first().map_or(JsValue::UNDEFINED, |element| interop::get(element, name)));
    }
    elements.iter().for_each(|element| interop::set(element, name, value));
    DONE
}

fn styles(elements: &[Element]) -> impl Iterator<Item = web_sys::CssStyleDeclaration> {
    elements.iter().filter_map(|element| Some(element.dyn_ref::<HtmlElement>()?.style()))
}

fn style_of(elements: &[Element], name: &str) -> Answer {
    let (Some(window), Some(element)) = (web_sys::window(), elements.first()) else { return given(JsValue::UNDEFINED) };
    let shown = window.get_computed_style(element)?;
    given(shown.map_or(JsValue::UNDEFINED, |shown| interop::get(&shown, name)))
}

fn set_shown(elements: &[Element], shown: bool) {
    for style in styles(elements) {
        interop::set(&style, "display", if shown { "" } else { "none" });
    }
}

/// Appends markup, an element, a list, or an array of those to the first element; jQuery would copy it for the others.
pub(super) fn append(elements: &[Element], content: &JsValue) -> Result<(), JsValue> {
    let Some(target) = elements.first() else { return Ok(()) };
    if let Some(source) = text_of(content) {
        return markup::put(target, &source);
    }
    if let Some(several) = content.dyn_ref::<Array>() {
        return several.iter().try_for_each(|one: JsValue| append(elements, &one));
    }
    dom::append(target, &meant(content).iter().collect::<Vec<_>>())
}
