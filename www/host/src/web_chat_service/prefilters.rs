//! Prefilters: expressions whose messages nobody gets to see (bus facts, section 4).

use std::cell::RefCell;

use js_sys::{Array, JsString, Object, RegExp};
use wasm_bindgen::prelude::*;

use super::fields::text_of;
use crate::cookies::Cookies;
use crate::interop;

const COOKIE: &str = "_genesys.widgets.webchat.state.filters";

/// The filters of the running (or coming) chat, shared with other tabs by a cookie.
pub struct Prefilters {
    cookies: Cookies,
    built_in: RegExp,
    custom: RefCell<Vec<RegExp>>,
}

impl Prefilters {
    /// The built-in filter and what the cookie remembers.
    #[must_use]
    pub fn new(cookies: Cookies) -> Self {
        let filters = Self { cookies, built_in: RegExp::new("\\{start:\\d{9}", ""), custom: RefCell::default() };
        filters.follow_cookie();
        filters
    }

    /// Adds filters given as a `RegExp` or an array of them; `false` (and nothing added) for anything else.
    pub fn add(&self, filters: &JsValue) -> bool {
        let wanted: Option<Vec<RegExp>> = match filters.dyn_ref::<Array>() {
            Some(list) => list.iter().map(|one: JsValue| one.dyn_into::<RegExp>().ok()).collect(),
            None => filters.dyn_ref::<RegExp>().map(|one| vec![one.clone()]),
        };
        let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else { return false };
        self.follow_cookie();
        for filter in wanted {
            let known = self.custom.borrow().iter().any(|one| same(one, &filter));
            if !known {
                self.custom.borrow_mut().push(filter);
            }
        }
        self.write_cookie();
        true
    }

    /// All custom filters as `{0: RegExp, 1: …}`.
    #[must_use]
    pub fn list(&self) -> Object {
        let list = Object::new();
        for (position, filter) in self.custom.borrow().iter().enumerate() {
            interop::set(&list, &position.to_string(), filter.clone());
        }
        list
    }

    /// Whether a raw message is hidden: only type `Message`, by `(text + "").match(filter)`.
    #[must_use]
    pub fn hide(&self, raw: &JsValue) -> bool {
        if interop::get_string(raw, "type").as_deref() != Some("Message") {
            return false;
        }
        // As `(text + "")`: a message without a text is looked at as "undefined".
        let text = interop::get(raw, "text");
        self.hide_text(&if text.is_undefined() { "undefined".into() } else { text })
    }

    /// Whether a text is hidden, whatever type of message it is in: with another transport (transports 1.2).
    #[must_use]
    pub fn hide_text(&self, text: &JsValue) -> bool {
        let text: JsString = text_of(text).into();
        let custom = self.custom.borrow().clone();
        custom.iter().chain([&self.built_in]).any(|filter| text.match_(filter).is_some())
    }

    /// Takes the cookie's filters over where another tab changed their number; lost are subclasses and own properties.
    pub fn follow_cookie(&self) {
        let Some(stored) = self.cookies.get(COOKIE).and_then(|text| js_sys::JSON::parse(&text).ok()) else { return };
        let stored = interop::get(&stored, "custom");
        let Some(stored) = stored.dyn_ref::<Array>() else { return };
        if stored.length() as usize != self.custom.borrow().len() {
            let filters = stored.iter().filter_map(|one: JsValue| parse(&one)).collect();
            self.custom.replace(filters);
        }
    }

    /// Forgets all custom filters: at the end of the chat and when a restore came too late.
    pub fn drop_all(&self) {
        self.custom.borrow_mut().clear();
        self.cookies.delete(COOKIE);
    }

    fn write_cookie(&self) {
        let filters = self.custom.borrow().clone();
        let entries = filters.iter().map(|filter| {
            interop::object(&[("source", filter.source().into()), ("flags", filter.flags().into())]).into()
        });
        let stored = interop::object(&[("custom", interop::array(entries.collect::<Vec<_>>()).into())]);
        self.cookies.set(COOKIE, &interop::to_json(&stored));
    }
}

fn same(one: &RegExp, other: &RegExp) -> bool {
    one.source() == other.source() && one.flags() == other.flags()
}

// Built through `Reflect.construct`, because a cookie changed by hand may hold an expression that does not parse.
fn parse(entry: &JsValue) -> Option<RegExp> {
    let source = interop::get_string(entry, "source")?;
    let flags = interop::get_string(entry, "flags").unwrap_or_default();
    let constructor = interop::get(&js_sys::global(), "RegExp").dyn_into::<js_sys::Function>().ok()?;
    js_sys::Reflect::construct(&constructor, &Array::of2(&source.into(), &flags.into())).ok()?.dyn_into().ok()
}
