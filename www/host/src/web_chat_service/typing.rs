//! "The customer is typing" (bus facts, section 3; webchatservice, registerTypingPreviewInput).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement};

use super::WebChatService;
use crate::dom;
use crate::interop;
use crate::timer::Timer;

/// Who is typing.
#[derive(Default)]
pub struct Typing {
    active: Cell<bool>,
    preview: RefCell<String>,
    timer: Timer,
    agent: Timer,
}

impl Typing {
    /// Takes note that the customer types; `true` where a spell of typing begins with it.
    pub fn begin(&self) -> bool {
        !self.active.replace(true)
    }

    /// Remembers what the customer has typed so far.
    pub fn write(&self, preview: &str) {
        preview.clone_into(&mut self.preview.borrow_mut());
    }

    /// What the customer has typed so far; empty while nobody types.
    #[must_use]
    pub fn preview(&self) -> String {
        self.preview.borrow().clone()
    }

    /// Calls `stopped` in so many milliseconds, unless typing goes on or is forgotten by then.
    pub fn stop_later(self: &Rc<Self>, milliseconds: i32, stopped: impl FnOnce() + 'static) {
        let typing = Rc::downgrade(self);
        self.timer.start(milliseconds, move || {
            if typing.upgrade().is_some_and(|typing| typing.forget()) {
                stopped();
            }
        });
    }

    /// Forgets it, without telling the server; returns whether the customer was typing.
    pub fn stop(&self) -> bool {
        self.timer.stop();
        self.forget()
    }

    fn forget(&self) -> bool {
        self.preview.borrow_mut().clear();
        self.active.replace(false)
    }

    /// An agent types: calls `given_up` in so many milliseconds, unless [`Typing::agent_stopped`] comes first.
    pub fn agent_started(&self, milliseconds: i32, given_up: impl FnOnce() + 'static) {
        self.agent.start(milliseconds, given_up);
    }

    /// The agent types no more: nothing is left to time out.
    pub fn agent_stopped(&self) {
        self.agent.stop();
    }
}

/// What a `sendTyping` says is being typed; the document writes the option with a capital (webchatservice, sendTyping).
#[must_use]
pub fn preview_in(data: &JsValue) -> String {
    let option = |key: &str| interop::get_string(data, key);
    option("message").or_else(|| option("Message")).unwrap_or_default()
}

impl WebChatService {
    /// Watches a text field: each change counts as typing. `false` where the element is no text field.
    pub(super) fn watch_input(self: &Rc<Self>, element: &Element) -> bool {
        let is_text_input = element
            .dyn_ref::<HtmlInputElement>()
            .is_some_and(|input| matches!(input.type_().as_str(), "text" | "search"));
        if !is_text_input && element.dyn_ref::<HtmlTextAreaElement>().is_none() {
            return false;
        }
        let service = Rc::downgrade(self);
        dom::listen(element, "input", move |event| {
            let transport = service.upgrade().map(|service| service.transport());
            if let Some(transport) = transport.filter(|transport| transport.is_active()) {
                let value = event.target().map(|target| interop::get(&target, "value"));
                transport.type_now(&value.and_then(|value| value.as_string()).unwrap_or_default(), None);
            }
            Ok(())
        })
        .is_ok()
    }
}
