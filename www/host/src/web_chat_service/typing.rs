//! "The customer is typing" (bus facts, section 3; webchatservice, sendTyping and registerTypingPreviewInput).

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement};

use super::WebChatService;
use crate::bus::Deferred;
use crate::dom;
use crate::timer::Timer;

/// So long after the last call the server is told that typing has stopped, in milliseconds.
const STOP_AFTER: i32 = 2000;

/// Whether the customer is typing.
#[derive(Default)]
pub struct Typing {
    active: Cell<bool>,
    timer: Timer,
}

impl Typing {
    /// Forgets it, without telling the server; returns whether the customer was typing.
    pub fn stop(&self) -> bool {
        self.timer.stop();
        self.active.replace(false)
    }
}

impl WebChatService {
    /// Tells the server that the customer is typing `preview`, and two seconds after the last call that it stopped.
    pub(super) fn send_typing(self: &Rc<Self>, preview: &str, outcome: Option<Deferred>) {
        if !self.typing.active.replace(true) {
            self.plugin.publish("clientTypingStarted", JsValue::UNDEFINED);
        }
        self.post_typing("startTyping", preview.to_owned(), outcome);
        let service = Rc::downgrade(self);
        self.typing.timer.start(STOP_AFTER, move || {
            let Some(service) = service.upgrade() else { return };
            if service.typing.active.replace(false) && service.session.is_active() {
                service.plugin.publish("clientTypingStopped", JsValue::UNDEFINED);
                service.post_typing("stopTyping", String::new(), None);
            }
        });
    }

    fn post_typing(self: &Rc<Self>, verb: &'static str, preview: String, outcome: Option<Deferred>) {
        let service = Rc::clone(self);
        spawn_local(async move {
            let mut fields = service.session.fields();
            fields.put("transcriptPosition", &service.transcript.position().to_string());
            fields.put("message", &preview);
            let answer = service.request(verb, fields).await;
            match (outcome, answer) {
                (Some(outcome), Some(Ok(answer))) => outcome.resolve(answer),
                (Some(outcome), Some(Err(failure))) => outcome.reject(failure.report),
                _ => {}
            }
        });
    }

    /// Watches a text field: each change counts as typing. `false` where the element is no text field.
    pub(crate) fn watch_input(self: &Rc<Self>, element: &Element) -> bool {
        let is_text_input = element
            .dyn_ref::<HtmlInputElement>()
            .is_some_and(|input| matches!(input.type_().as_str(), "text" | "search"));
        if !is_text_input && element.dyn_ref::<HtmlTextAreaElement>().is_none() {
            return false;
        }
        let service = Rc::downgrade(self);
        dom::listen(element, "input", move |event| {
            if let Some(service) = service.upgrade().filter(|service| service.session.is_active()) {
                let value = event.target().map(|target| crate::interop::get(&target, "value"));
                service.send_typing(&value.and_then(|value| value.as_string()).unwrap_or_default(), None);
            }
            Ok(())
        })
        .is_ok()
    }
}
