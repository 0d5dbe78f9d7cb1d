//! The bus's own deferred in the style of old jQuery (bus facts 1.4). It is no Promise: it settles synchronously, may
//! carry several values, and its `then` returns nothing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;

use crate::interop::{self, Arguments};
use crate::timer;

/// Members of the reading side, which callers of a command get.
const READING: [&str; 11] =
    ["done", "fail", "always", "progress", "then", "pipe", "promise", "state", "isResolved", "isRejected", "debug"];
/// Members that only the handler of a command gets.
const SETTLING: [&str; 6] = ["resolve", "reject", "notify", "resolveWith", "rejectWith", "notifyWith"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Pending,
    Resolved,
    Rejected,
}

/// A result that comes later: bus facts 1.4. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Deferred {
    inner: Rc<Inner>,
}

struct Inner {
    outcome: Cell<Outcome>,
    values: RefCell<Array>,
    context: RefCell<JsValue>,
    done: RefCell<Vec<Function>>,
    fail: RefCell<Vec<Function>>,
    progress: RefCell<Vec<Function>>,
}

impl Default for Deferred {
    fn default() -> Self {
        Self::new()
    }
}

impl Deferred {
    /// A pending deferred.
    #[must_use]
    pub fn new() -> Self {
        let inner = Inner {
            outcome: Cell::new(Outcome::Pending),
            values: RefCell::new(Array::new()),
            context: RefCell::new(JsValue::UNDEFINED),
            done: RefCell::default(),
            fail: RefCell::default(),
            progress: RefCell::default(),
        };
        Self { inner: Rc::new(inner) }
    }

    /// Whether `other` is another handle to this very deferred.
    #[must_use]
    pub fn is(&self, other: &Deferred) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }

    /// Resolves with one value; ignored when settled already.
    pub fn resolve(&self, value: impl Into<JsValue>) {
        self.settle(Outcome::Resolved, JsValue::UNDEFINED, Array::of1(&value.into()));
    }

    /// Rejects with one value; ignored when settled already.
    pub fn reject(&self, value: impl Into<JsValue>) {
        self.settle(Outcome::Rejected, JsValue::UNDEFINED, Array::of1(&value.into()));
    }

    /// Calls `callback` with the first value when resolved; at once if it is.
    pub fn on_done(&self, callback: impl Fn(JsValue) + 'static) {
        let callback = interop::function(move |[value, ..]| {
            callback(value);
            Ok(JsValue::UNDEFINED)
        });
        self.listen(&self.inner.done, Outcome::Resolved, callback);
    }

    /// Calls `callback` with the first value when rejected; at once if it is.
    pub fn on_fail(&self, callback: impl Fn(JsValue) + 'static) {
        let callback = interop::function(move |[value, ..]| {
            callback(value);
            Ok(JsValue::UNDEFINED)
        });
        self.listen(&self.inner.fail, Outcome::Rejected, callback);
    }

    /// Settles `other` as this one settles, with all values.
    pub fn forward_to(&self, other: &Deferred) {
        let (resolving, rejecting) = (other.clone(), other.clone());
        self.listen(
            &self.inner.done,
            Outcome::Resolved,
            interop::function(move |values| {
                resolving.settle(Outcome::Resolved, JsValue::UNDEFINED, given(&values));
                Ok(JsValue::UNDEFINED)
            }),
        );
        self.listen(
            &self.inner.fail,
            Outcome::Rejected,
            interop::function(move |values| {
                rejecting.settle(Outcome::Rejected, JsValue::UNDEFINED, given(&values));
                Ok(JsValue::UNDEFINED)
            }),
        );
    }

    /// The reading side as plugins see it.
    #[must_use]
    pub fn promise(&self) -> Object {
        let face = Object::new();
        self.put_members(&face, &READING);
        face
    }

    /// The handler's side: settling and reading.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let face = Object::new();
        self.put_members(&face, &SETTLING);
        self.put_members(&face, &READING);
        face
    }

    // One closure per face, bound to each member's name and to the face itself: the face is then held by JavaScript
    // alone, and the whole can be collected once no plugin holds it.
    fn put_members(&self, face: &Object, names: &[&'static str]) {
        let this = self.clone();
        let dispatch =
            Closure::<dyn Fn(String, JsValue, JsValue, JsValue, JsValue, JsValue) -> Result<JsValue, JsValue>>::new(
                move |name: String, face: JsValue, a: JsValue, b: JsValue, c: JsValue, d: JsValue| {
                    this.member(&name, face, [a, b, c, d])
                },
            );
        let dispatch: Function = dispatch.into_js_value().unchecked_into();
        for name in names {
            let member: JsValue = dispatch.bind2(&JsValue::UNDEFINED, &JsValue::from_str(name), face.as_ref()).into();
            interop::set(face, name, member);
        }
    }

    fn member(&self, name: &str, face: JsValue, arguments: Arguments) -> Result<JsValue, JsValue> {
        let [first, second, ..] = &arguments;
        match name {
            "resolve" => self.settle(Outcome::Resolved, JsValue::UNDEFINED, given(&arguments)),
            "reject" => self.settle(Outcome::Rejected, JsValue::UNDEFINED, given(&arguments)),
            "notify" => self.progress(&JsValue::UNDEFINED, &given(&arguments)),
            "resolveWith" => self.settle(Outcome::Resolved, first.clone(), listed(second)),
            "rejectWith" => self.settle(Outcome::Rejected, first.clone(), listed(second)),
            "notifyWith" => self.progress(first, &listed(second)),
            "done" => self.listen_all(&self.inner.done, Outcome::Resolved, &arguments),
            "fail" => self.listen_all(&self.inner.fail, Outcome::Rejected, &arguments),
            "always" => {
                self.listen_all(&self.inner.done, Outcome::Resolved, &arguments);
                self.listen_all(&self.inner.fail, Outcome::Rejected, &arguments);
            }
            "progress" if self.inner.outcome.get() == Outcome::Pending => {
                self.inner.progress.borrow_mut().extend(functions(first));
            }
            "then" => {
                self.listen_one(&self.inner.done, Outcome::Resolved, first);
                self.listen_one(&self.inner.fail, Outcome::Rejected, second);
                return Ok(JsValue::UNDEFINED);
            }
            "pipe" => return Ok(self.pipe(first.clone(), second.clone()).into()),
            "promise" => {
                if let Some(target) = first.dyn_ref::<Object>() {
                    self.put_members(target, &READING);
                    return Ok(first.clone());
                }
                return Ok(self.promise().into());
            }
            "state" => return Ok(JsValue::from_str(self.state())),
            "isResolved" => return Ok(JsValue::from_bool(self.inner.outcome.get() == Outcome::Resolved)),
            "isRejected" => return Ok(JsValue::from_bool(self.inner.outcome.get() == Outcome::Rejected)),
            _ => {}
        }
        Ok(face)
    }

    /// `pending`, `resolved` or `rejected`.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match self.inner.outcome.get() {
            Outcome::Pending => "pending",
            Outcome::Resolved => "resolved",
            Outcome::Rejected => "rejected",
        }
    }

    fn settle(&self, outcome: Outcome, context: JsValue, values: Array) {
        if self.inner.outcome.get() != Outcome::Pending {
            return;
        }
        self.inner.outcome.set(outcome);
        self.inner.values.replace(values.clone());
        self.inner.context.replace(context.clone());
        let (done, fail) = (self.inner.done.take(), self.inner.fail.take());
        self.inner.progress.take();
        let callbacks = if outcome == Outcome::Resolved { done } else { fail };
        for callback in callbacks {
            invoke(&callback, &context, &values);
        }
    }

    fn progress(&self, context: &JsValue, values: &Array) {
        let callbacks = self.inner.progress.borrow().clone();
        for callback in callbacks {
            invoke(&callback, context, values);
        }
    }

    fn listen(&self, list: &RefCell<Vec<Function>>, wanted: Outcome, callback: Function) {
        if self.inner.outcome.get() == Outcome::Pending {
            list.borrow_mut().push(callback);
        } else if self.inner.outcome.get() == wanted {
            let (context, values) = (self.inner.context.borrow().clone(), self.inner.values.borrow().clone());
            invoke(&callback, &context, &values);
        }
    }

    fn listen_one(&self, list: &RefCell<Vec<Function>>, wanted: Outcome, callback: &JsValue) {
        for callback in functions(callback) {
            self.listen(list, wanted, callback);
        }
    }

    fn listen_all(&self, list: &RefCell<Vec<Function>>, wanted: Outcome, callbacks: &Arguments) {
        for callback in callbacks {
            self.listen_one(list, wanted, callback);
        }
    }

    fn pipe(&self, on_done: JsValue, on_fail: JsValue) -> Object {
        let next = Deferred::new();
        for (outcome, filter) in [(Outcome::Resolved, on_done), (Outcome::Rejected, on_fail)] {
            let target = next.clone();
            let callback = interop::function(move |values| {
                match filter.dyn_ref::<Function>() {
                    None => target.settle(outcome, JsValue::UNDEFINED, given(&values)),
                    Some(filter) => {
                        let made: JsValue = filter.apply(&JsValue::UNDEFINED, &given(&values))?;
                        target.settle_like(outcome, made)?;
                    }
                }
                Ok(JsValue::UNDEFINED)
            });
            let list = if outcome == Outcome::Resolved { &self.inner.done } else { &self.inner.fail };
            self.listen(list, outcome, callback);
        }
        next.promise()
    }

    fn settle_like(&self, outcome: Outcome, made: JsValue) -> Result<(), JsValue> {
        let then = interop::get(&made, "done");
        let Some(done) = then.dyn_ref::<Function>() else {
            self.settle(outcome, JsValue::UNDEFINED, Array::of1(&made));
            return Ok(());
        };
        let face = self.to_object();
        let _chain: JsValue = done.call1(&made, &interop::get(&face, "resolve"))?;
        if let Some(fail) = interop::get(&made, "fail").dyn_ref::<Function>() {
            let _chain: JsValue = fail.call1(&made, &interop::get(&face, "reject"))?;
        }
        Ok(())
    }
}

/// The arguments really given: trailing `undefined` ones are left out.
fn given(arguments: &Arguments) -> Array {
    let count = arguments.iter().rposition(|value| !value.is_undefined()).map_or(0, |last| last + 1);
    arguments.iter().take(count).cloned().collect()
}

fn listed(values: &JsValue) -> Array {
    values.dyn_ref::<Array>().cloned().unwrap_or_default()
}

/// A function, or the functions of an array, as old jQuery takes them.
fn functions(callback: &JsValue) -> Vec<Function> {
    match callback.dyn_ref::<Array>() {
        Some(list) => list.iter().filter_map(|item: JsValue| item.dyn_into::<Function>().ok()).collect(),
        None => callback.dyn_ref::<Function>().cloned().into_iter().collect(),
    }
}

fn invoke(callback: &Function, context: &JsValue, values: &Array) {
    let result: Result<JsValue, JsValue> = callback.apply(context, values);
    if let Err(error) = result {
        timer::report(error);
    }
}
