//! The two requests that the page itself makes.
//!
//! Why not `gloo-net`: its request builder, headers and errors cost 6.9 kB (brotli); these two need `fetch` alone.

use super::js_error::set;
use super::listener::Listener;
use super::promise::then;
use super::timer::Timeout;
use js_sys::{Promise, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Request, RequestInit, Response, UrlSearchParams};

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
    let init = RequestInit::new();
    set(&init, "mode", &"no-cors".into());
    set(&init, "credentials", &"omit".into());
    then(fetch(url, &init), Ok, move |result| {
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
}

/// Posts the fields and reads the property `ticket` of the JSON answer; `None` when there is none.
pub fn fetch_ticket(url: &str, fields: &[(&'static str, String)], answer: impl FnOnce(Option<String>) + 'static) {
    let body = UrlSearchParams::new().ok();
    if let Some(body) = &body {
        fields.iter().for_each(|(name, value)| body.append(name, value));
    }
    let init = RequestInit::new();
    set(&init, "method", &"POST".into());
    set(&init, "credentials", &"omit".into());
    set(&init, "referrerPolicy", &"no-referrer".into());
    set(&init, "body", &body.into());
    let read = |response: JsValue| -> Result<JsValue, JsValue> {
        let response: Response = response.dyn_into()?;
        if response.ok() { response.json().map(Into::into) } else { Err(JsValue::NULL) }
    };
    then(fetch(url, &init), read, move |result| {
        let ticket = result.ok().and_then(|json| Reflect::get(&json, &"ticket".into()).ok());
        answer(ticket.and_then(|ticket| ticket.as_string()));
    });
}

fn fetch(url: &str, init: &RequestInit) -> Result<Promise, JsValue> {
    let window = super::view::window().ok_or(JsValue::NULL)?;
    Ok(window.fetch_with_request_and_init(&Request::new_with_str(url)?, init))
}
