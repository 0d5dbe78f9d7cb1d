//! The MicroApp's frame, and the window that can stand in for it.

use super::dom;
use crate::bridge::js::{self, get, try_call, two};
use crate::bridge::log;
use crate::core::config::Look;
use crate::core::frame_policy;
use crate::core::launch::Launch;
use wasm_bindgen::JsCast;
use web_sys::HtmlIFrameElement;

/// The id that the script we replace gave its frame (backend facts, 5.6).
const ID: &str = "speechstorm_webivr_iframe";
const SAME_ORIGIN: &str = "the Messaging Server shares the page's origin, so that no sandbox can hold the MicroApp. \
                           Serve it from an origin of its own.";

/// Builds the frame without inserting it; `title` names it for assistive technology.
pub(super) fn build(launch: &Launch, look: &Look, title: &str) -> Option<HtmlIFrameElement> {
    let frame = dom::element(
        "iframe",
        &[
            ("id", ID),
            ("class", "cx-speechstorm-frame"),
            ("title", title),
            ("referrerpolicy", "no-referrer"),
            ("name", ID),
        ],
    )?;
    if let Some(allow) = frame_policy::allow(look.profile, &launch.origin) {
        dom::attribute(&frame, "allow", &allow);
    }
    dom::flag(&frame, "credentialless", look.credentialless);
    match frame_policy::sandbox(look.profile, &launch.origin, &dom::page_origin()) {
        Some(sandbox) => dom::attribute(&frame, "sandbox", &sandbox),
        None => log::warn(&[SAME_ORIGIN]),
    }
    if launch.fields.is_empty() {
        dom::attribute(&frame, "src", &launch.url);
    }
    Some(frame.unchecked_into())
}

/// Whether what has loaded is only the empty document that a frame shows before its fields are posted.
pub(super) fn is_blank(frame: &HtmlIFrameElement) -> bool {
    get(&get(frame, "contentDocument"), "URL").as_string().is_some_and(|url| url == "about:blank")
}

/// Posts the launch's fields into the frame, once it is in the page; without fields the frame has loaded by its address.
pub(super) fn post(launch: &Launch) {
    if !launch.fields.is_empty() {
        submit(launch, ID);
    }
}

/// Opens the launch in a window of its own, which gets no hold on this one.
pub(super) fn open_window(launch: &Launch) {
    if !launch.fields.is_empty() {
        return submit(launch, "_blank");
    }
    let arguments = two(launch.url.as_str().into(), "_blank".into());
    arguments.push(&"noopener,noreferrer".into());
    let _ = try_call(&js::window(), "open", arguments);
}

fn submit(launch: &Launch, target: &str) {
    let attributes =
        [("method", "post"), ("action", launch.url.as_str()), ("target", target), ("rel", "noopener noreferrer")];
    let Some(form) = dom::element("form", &attributes) else { return };
    form.set_hidden(true);
    for (name, value) in &launch.fields {
        if let Some(field) = dom::element("input", &[("type", "hidden"), ("name", name), ("value", value)]) {
            dom::append(&form, &[&field]);
        }
    }
    if let Some(body) = dom::document().and_then(|document| document.body()) {
        dom::append(&body, &[&form]);
        js::call(&form, "submit");
    }
    form.remove();
}
