//! The MicroApp's frame.

use super::dom;
use crate::core::launch::Launch;
use crate::core::origin::Origin;
use wasm_bindgen::JsCast;
use web_sys::{HtmlFormElement, HtmlIFrameElement};

/// The id that the script we replace gave its frame (backend facts, 5.6).
const ID: &str = "speechstorm_webivr_iframe";
/// Features a payment form may use, for the launch's origin only.
const ALLOW: [&str; 2] = ["payment", "publickey-credentials-get"];
/// Enough for a form with scripts; without top navigation and popups.
const SANDBOX: &str = "allow-forms allow-scripts allow-same-origin";

/// Builds the frame without inserting it; `title` names it for assistive technology.
pub(super) fn build(launch: &Launch, title: &str) -> Option<HtmlIFrameElement> {
    let origin = launch.origin.text();
    let [payment, passkey] = ALLOW;
    let allow = [payment, " ", &origin, "; ", passkey, " ", &origin].concat();
    let frame = dom::element(
        "iframe",
        &[
            ("id", ID),
            ("class", "cx-speechstorm-frame"),
            ("title", title),
            ("referrerpolicy", "no-referrer"),
            ("allow", &allow),
            ("name", ID),
        ],
    )?;
    // Why not always: a frame of the page's own origin could take `allow-scripts allow-same-origin` off itself, so there
    // the sandbox would only pretend to protect.
    if !is_pages_origin(&launch.origin) {
        let _ = frame.set_attribute("sandbox", SANDBOX);
    }
    if launch.fields.is_empty() {
        let _ = frame.set_attribute("src", &launch.url);
    }
    frame.dyn_into().ok()
}

/// Posts the launch's fields into the frame, once it is in the page; without fields the frame has loaded by its address.
pub(super) fn post(launch: &Launch) {
    if launch.fields.is_empty() {
        return;
    }
    let attributes = [("method", "post"), ("action", launch.url.as_str()), ("target", ID), ("hidden", "")];
    let Some(form) = dom::element("form", &attributes) else { return };
    for (name, value) in &launch.fields {
        if let Some(field) = dom::element("input", &[("type", "hidden"), ("name", name), ("value", value)]) {
            dom::append(&form, &[&field]);
        }
    }
    if let Some(body) = dom::document().and_then(|document| document.body()) {
        dom::append(&body, &[&form]);
        if let Some(form) = form.dyn_ref::<HtmlFormElement>() {
            let _ = form.submit();
        }
    }
    form.remove();
}

fn is_pages_origin(origin: &Origin) -> bool {
    dom::window().and_then(|window| window.location().origin().ok()).is_some_and(|page| page == origin.text())
}
