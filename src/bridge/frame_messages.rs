//! Messages between the page and the MicroApp's frame: the strings of protocol 1.
//!
//! Check order: the source is our frame's window, then the origin is the launch's, then the shape (grammar, "Frame
//! messages"). Other windows of the same origin, and other origins in the same frame, are not heard.

use super::js::{call_with_two, get};
use super::listener::Listener;
use crate::core::frame_protocol::{self, FromFrame};
use crate::core::origin::Origin;
use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::HtmlIFrameElement;

/// Listens to `frame` until the listener is dropped.
pub fn listen(frame: &HtmlIFrameElement, origin: &Origin, heard: impl Fn(FromFrame) + 'static) -> Option<Listener> {
    let (page, frame, origin) = (super::view::window()?, frame.clone(), origin.text());
    Some(Listener::new(&page, "message", move |event| {
        // `undefined` is no window: a frame that is not in the page has none.
        let (window, source) = (get(&frame, "contentWindow"), get(&event, "source"));
        if !window.is_object() || window != source || get(&event, "origin").as_string().as_ref() != Some(&origin) {
            return;
        }
        let data = text(&get(&event, "data"), frame_protocol::MAX_CHARS);
        if let Some(message) = data.as_deref().and_then(frame_protocol::parse) {
            heard(message);
        }
    }))
}

/// A string of up to `most` characters. Its length is looked at before it is copied: what has once made the wasm's memory
/// larger never makes it smaller again.
pub(super) fn text(value: &JsValue, most: usize) -> Option<String> {
    let units = value.dyn_ref::<JsString>()?.length() as usize;
    // A character takes one or two units.
    if units > most * 2 {
        return None;
    }
    value.as_string().filter(|text| text.chars().count() <= most)
}

/// Posts a string to the frame; the browser drops it unless the frame still shows `origin`.
pub fn post(frame: &HtmlIFrameElement, origin: &Origin, message: &str) {
    call_with_two(&get(frame, "contentWindow"), "postMessage", message, origin.text());
}
