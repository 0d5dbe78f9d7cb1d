//! Work for later: tasks, timers that stop when dropped, microtasks, and errors reported to the page.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Runs `work` in a task of its own after at least `milliseconds`. An `Err` becomes an error of the page.
pub fn later(milliseconds: i32, work: impl FnOnce() -> Result<(), JsValue> + 'static) {
    set_timeout(milliseconds, work);
}

fn set_timeout(milliseconds: i32, work: impl FnOnce() -> Result<(), JsValue> + 'static) -> Option<i32> {
    let callback: Function = Closure::once_into_js(work).unchecked_into();
    web_sys::window()?.set_timeout_with_callback_and_timeout_and_arguments_0(&callback, milliseconds).ok()
}

/// Runs `work` as a microtask: after the running script, before anything else. An `Err` becomes an error of the page.
pub fn microtask(work: impl FnOnce() -> Result<(), JsValue> + 'static) {
    let callback: Function = Closure::once_into_js(work).unchecked_into();
    if let Some(window) = web_sys::window() {
        window.queue_microtask(&callback);
    }
}

/// Reports an exception of foreign code as an error of the page without stopping the caller.
pub fn report(error: JsValue) {
    later(0, move || Err(error));
}

/// A timer that can be restarted and that is cancelled when its owner goes.
#[derive(Default)]
pub struct Timer {
    running: Rc<RefCell<Option<i32>>>,
}

impl Timer {
    /// Starts (or restarts) the timer; `work` runs once after `milliseconds`.
    pub fn start(&self, milliseconds: i32, work: impl FnOnce() + 'static) {
        self.stop();
        let running = Rc::clone(&self.running);
        let handle = set_timeout(milliseconds, move || {
            running.replace(None);
            work();
            Ok(())
        });
        self.running.replace(handle);
    }

    /// Cancels the timer if it runs; returns whether it did.
    pub fn stop(&self) -> bool {
        let handle = self.running.take();
        match (handle, web_sys::window()) {
            (Some(handle), Some(window)) => {
                window.clear_timeout_with_handle(handle);
                true
            }
            _ => false,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Waits for so many milliseconds.
pub async fn pause(milliseconds: i32) {
    let _nothing = answer_within(milliseconds, |_| {}).await;
}

/// What the function that `begin` gets is called with; `None` for nothing, and after so many milliseconds. `begin` runs at
/// once.
pub fn answer_within(milliseconds: i32, begin: impl FnOnce(Function)) -> impl Future<Output = Option<JsValue>> {
    let clock = Timer::default();
    let mut begin = Some(begin);
    let promise = Promise::new(&mut |resolve: Function, _| {
        let late = resolve.clone();
        clock.start(milliseconds, move || {
            let called: Result<JsValue, JsValue> = late.call0(&JsValue::UNDEFINED);
            if let Err(error) = called {
                report(error);
            }
        });
        if let Some(begin) = begin.take() {
            begin(resolve);
        }
    });
    async move {
        let answer = JsFuture::from(promise).await;
        drop(clock);
        answer.ok().filter(|value| !value.is_undefined())
    }
}

/// A repeating timer, cancelled when dropped.
pub struct Interval {
    handle: i32,
    _work: Closure<dyn Fn()>,
}

impl Interval {
    /// Runs `work` every `milliseconds`; `None` outside a page.
    #[must_use]
    pub fn every(milliseconds: i32, work: impl Fn() + 'static) -> Option<Self> {
        let work = Closure::<dyn Fn()>::new(work);
        let handle = web_sys::window()?
            .set_interval_with_callback_and_timeout_and_arguments_0(work.as_ref().unchecked_ref(), milliseconds)
            .ok()?;
        Some(Self { handle, _work: work })
    }
}

impl Drop for Interval {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.handle);
        }
    }
}
