//! The two requests that the page itself makes.
//!
//! Why not `gloo-net`: its request builder, headers and errors cost 6.9 kB (brotli); these two need `fetch` alone.

use super::callback::once;
use super::js::{self, call_with, call_with_two, get, set};
use super::listener::Listener;
use super::promise::settled;
use super::timer::Timeout;
use js_sys::{Array, Object};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Milliseconds in which the browser says whether it was the page's policy that refused a request.
const VIOLATION_GRACE: f64 = 100.0;

/// Asks whether anything answers at `url`; what it answers does not matter, so no CORS is needed.
///
/// A page whose `connect-src` does not name the server refuses the question, which says nothing about the server: that
/// counts as yes, so that a page that was right for the script we replace stays right.
pub fn probe(url: &str, answer: impl FnOnce(bool) + 'static) {
    let refused = Rc::new(Cell::new(false));
    let noticed = refused.clone();
    let watch = super::view::window()
        .map(|window| Listener::new(&window, "securitypolicyviolation", move |_| noticed.set(true)));
    let init = Object::new();
    set(&init, "mode", "no-cors");
    set(&init, "credentials", "omit");
    let settle = Box::new(move |result: Result<JsValue, JsValue>| {
        if result.is_ok() {
            drop(watch);
            return answer(true);
        }
        let waiting: Rc<RefCell<Option<Timeout>>> = Rc::default();
        let (own, answer) = (waiting.clone(), Cell::new(Some((answer, watch))));
        let timeout = Timeout::new(VIOLATION_GRACE, move || {
            if let Some((answer, watch)) = answer.take() {
                drop(watch);
                answer(refused.get());
            }
            own.take();
        });
        waiting.replace(Some(timeout));
    });
    settled(&fetch(url, init), settle);
}

/// Posts the fields and reads the property `ticket` of the JSON answer; `None` when there is none.
pub fn fetch_ticket(url: &str, fields: &[(&'static str, String)], answer: impl FnOnce(Option<String>) + 'static) {
    let body = js::create("URLSearchParams", Array::new()).unwrap_or_default();
    for (name, value) in fields {
        call_with_two(&body, "append", *name, value.as_str());
    }
    let init = Object::new();
    set(&init, "method", "POST");
    set(&init, "credentials", "omit");
    set(&init, "referrerPolicy", "no-referrer");
    set(&init, "body", body);
    // What is not `ok` gives no JSON, and so no ticket.
    let json =
        once(|response| if get(&response, "ok").is_truthy() { js::call(&response, "json") } else { JsValue::NULL });
    let read = call_with(&fetch(url, init), "then", json);
    settled(&read, Box::new(move |json| answer(json.ok().and_then(|json| get(&json, "ticket").as_string()))));
}

fn fetch(url: &str, init: Object) -> JsValue {
    call_with_two(&js::window(), "fetch", url, init)
}
