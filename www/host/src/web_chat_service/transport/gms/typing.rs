//! How the server learns that the customer is typing (bus facts, section 3; webchatservice, sendTyping).

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Gms;
use crate::bus::Deferred;

impl Gms {
    /// Tells the server that the customer is typing `preview`, and two seconds after the last call that it stopped.
    pub(super) fn note_typing(self: &Rc<Self>, preview: &str, outcome: Option<Deferred>) {
        if self.chat.typing.begin() {
            self.plugin.publish("clientTypingStarted", JsValue::UNDEFINED);
        }
        self.post_typing("startTyping", preview.to_owned(), outcome);
        let gms = Rc::downgrade(self);
        self.chat.typing.stop_later(move || {
            if let Some(gms) = gms.upgrade().filter(|gms| gms.session.is_active()) {
                gms.plugin.publish("clientTypingStopped", JsValue::UNDEFINED);
                gms.post_typing("stopTyping", String::new(), None);
            }
        });
    }

    fn post_typing(self: &Rc<Self>, verb: &'static str, preview: String, outcome: Option<Deferred>) {
        let gms = Rc::clone(self);
        spawn_local(async move {
            let mut fields = gms.session.fields();
            fields.put("transcriptPosition", &gms.chat.transcript.position().to_string());
            fields.put("message", &preview);
            let answer = gms.request(verb, fields).await;
            match (outcome, answer) {
                (Some(outcome), Some(Ok(answer))) => outcome.resolve(answer),
                (Some(outcome), Some(Err(failure))) => outcome.reject(failure.report),
                _ => {}
            }
        });
    }
}
