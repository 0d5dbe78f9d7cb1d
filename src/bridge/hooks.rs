//! The page's own functions in the configuration: `onBeforeOpen`, `onProgress`, `onEnd` and `onError`.
//!
//! They are called with the data that events carry, and are not trusted to return: what they throw is caught.

use super::options;
use super::promise::settled;
use super::timer::Timeout;
use crate::core::surface::HOOKS;
use js_sys::{Error, Function, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Milliseconds that `onBeforeOpen` has for its answer.
const PATIENCE: f64 = 10_000.0;

/// When a hook is called; the order is that of [`HOOKS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// A MicroApp is about to be shown; may veto.
    BeforeOpen,
    /// The customer reached a milestone.
    Progress,
    /// A MicroApp came to its end.
    End,
    /// Something went wrong.
    Error,
}

/// The page's hooks.
#[derive(Default)]
pub struct Hooks {
    calls: RefCell<[Option<Function>; 4]>,
    deadline: RefCell<Option<Timeout>>,
}

impl Hooks {
    /// Takes over the hooks in `data`; `null` takes one away, absent ones stay. Gives the name of the first that is no function.
    pub fn take(&self, data: &JsValue) -> Option<&'static str> {
        for (call, name) in self.calls.borrow_mut().iter_mut().zip(HOOKS) {
            match options::own(data, name) {
                None => {}
                Some(value) if value.is_undefined() => {}
                Some(value) if value.is_null() => *call = None,
                Some(value) => match value.dyn_into() {
                    Ok(function) => *call = Some(function),
                    Err(_) => return Some(name),
                },
            }
        }
        None
    }

    /// Whether the page wants to be called then.
    pub fn has(&self, hook: Hook) -> bool {
        self.get(hook).is_some()
    }

    /// Calls a hook whose answer does not matter.
    pub fn call(&self, hook: Hook, data: &JsValue) {
        self.answer(hook, data);
    }

    /// Asks `onBeforeOpen`; `false`, or a promise of it, means no. So does an exception, and silence: who checks something
    /// before a payment must not be passed over because the check broke.
    pub fn ask(&self, data: &JsValue, answer: impl FnOnce(bool) + 'static) {
        let Some(value) = self.answer(Hook::BeforeOpen, data) else { return answer(false) };
        let answer = Rc::new(Cell::new(Some(answer)));
        let late = answer.clone();
        self.deadline.replace(Some(Timeout::new(PATIENCE, move || {
            if let Some(answer) = late.take() {
                answer(false);
            }
        })));
        let settle = move |value: Result<JsValue, JsValue>| {
            if let Some(answer) = answer.take() {
                answer(value.is_ok_and(|value| value != JsValue::FALSE));
            }
        };
        settled(&Promise::resolve(&value), Box::new(settle));
    }

    fn get(&self, hook: Hook) -> Option<Function> {
        self.calls.borrow().get(hook as usize).cloned().flatten()
    }

    /// What the hook returns; `None` when it throws. Without a hook, `undefined`.
    fn answer(&self, hook: Hook, data: &JsValue) -> Option<JsValue> {
        let Some(call) = self.get(hook) else { return Some(JsValue::UNDEFINED) };
        let answer = call.call1(&JsValue::UNDEFINED, data);
        if let Err(error) = &answer {
            // Why the name alone: the message is the page's, and may hold anything.
            let name = error.dyn_ref::<Error>().map(|error| String::from(error.name())).unwrap_or_default();
            super::log::error(&[HOOKS.get(hook as usize).copied().unwrap_or_default(), " threw ", &name]);
        }
        answer.ok()
    }
}
