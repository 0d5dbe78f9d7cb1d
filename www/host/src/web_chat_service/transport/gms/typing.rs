//! How the server learns that the customer is typing (bus facts, section 3; webchatservice, sendTyping).

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Gms;
use crate::bus::Deferred;

impl Gms {
    /// Publishes `agentTypingStarted`, and `agentTypingTimeout` where the agent neither writes nor stops in time.
    pub(super) fn agent_types(&self, answer: &JsValue) {
        self.plugin.publish("agentTypingStarted", answer.clone());
        let (plugin, answer) = (self.plugin.clone(), answer.clone());
        self.chat.typing.agent_started(self.settings().agent_typing_timeout, move || {
            plugin.publish("agentTypingTimeout", answer);
        });
    }

    /// Publishes `agentTypingStopped`.
    pub(super) fn agent_stops(&self, answer: &JsValue) {
        self.chat.typing.agent_stopped();
        self.plugin.publish("agentTypingStopped", answer.clone());
    }

    /// Tells the server that the customer is typing `preview`, and some time after the last call that it stopped.
    pub(super) fn note_typing(self: &Rc<Self>, preview: &str, outcome: Option<Deferred>) {
        if self.chat.typing.begin() {
            self.plugin.publish("clientTypingStarted", JsValue::UNDEFINED);
        }
        self.chat.typing.write(preview);
        self.post_typing("startTyping", preview.to_owned(), outcome);
        let gms = Rc::downgrade(self);
        self.chat.typing.stop_later(self.settings().typing_timeout, move || {
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
