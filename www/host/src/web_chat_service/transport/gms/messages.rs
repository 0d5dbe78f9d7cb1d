//! The commands that send something, and prefilters (webchatservice, "API commands").

use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Gms;
use super::answers::status_of;
use crate::bus::{Command, Deferred};
use crate::interop;
use crate::web_chat_service::NO_SESSION;
use crate::web_chat_service::fields::Fields;
use crate::web_chat_service::transport::Handled;
use crate::web_chat_service::typing::preview_in;

const INVALID_FILTERS: &str =
    "Missing or invalid filters provided. Please provide a regular expression or an array of regular expressions.";

/// `sendMessage {message, type?, parentMessageID?}`: webchatservice, sendMessage.
pub(super) fn send_message(gms: &Rc<Gms>, command: Command) -> Handled {
    let message = interop::get_string(&command.data, "message").unwrap_or_default();
    if !gms.session.is_active() {
        command.deferred.reject(NO_SESSION);
        return Ok(());
    }
    if message.trim().is_empty() {
        command.deferred.reject("No message text provided.");
        return Ok(());
    }
    let longest = gms.settings().max_message_length as usize;
    if message.chars().count() > longest {
        command.deferred.reject(format!("The message is longer than {longest} characters."));
        return Ok(());
    }
    // Resolves although nothing is sent, as in the real product: bus facts, section 3.
    if gms.connection.is_disconnected() {
        command.deferred.resolve(interop::object(&[("statusCode", 1.into())]));
        return Ok(());
    }
    let mut fields = gms.session.fields();
    fields.put("message", &message);
    fields.put("messageType", &interop::get_string(&command.data, "type").unwrap_or_else(|| "text".to_owned()));
    if let Some(parent) = interop::get_string(&command.data, "parentMessageID") {
        let properties = interop::object(&[("related-event-id", parent.into())]);
        let attributes = interop::object(&[("general-properties", properties.into())]);
        fields.put("eventAttributes", &interop::to_json(&attributes));
    }
    // A message says by itself that typing is over: the server needs no `stopTyping`.
    if gms.chat.typing.stop() {
        gms.plugin.publish("clientTypingStopped", JsValue::UNDEFINED);
    }
    gms.post("send", fields, command.deferred);
    Ok(())
}

/// `addPrefilter {filters}`: webchatservice, addPrefilter. Without `filters` it throws and never settles (bus facts 0.11).
pub(super) fn add_prefilter(gms: &Rc<Gms>, command: Command) -> Handled {
    let filters = interop::get(&command.data, "filters");
    if filters.is_undefined() || filters.is_null() {
        return Err(js_sys::TypeError::new("addPrefilter needs the property \"filters\".").into());
    }
    if gms.chat.prefilters.add(&filters) {
        command.deferred.resolve(gms.chat.prefilters.list());
    } else {
        command.deferred.reject(INVALID_FILTERS);
    }
    Ok(())
}

/// `sendCustomNotice {message}`: sent even without a chat, to a path that no server knows (bus facts, section 5).
pub(super) fn send_custom_notice(gms: &Rc<Gms>, command: Command) -> Handled {
    let mut fields = gms.session.fields();
    fields.put("message", &interop::get_string(&command.data, "message").unwrap_or_default());
    gms.post("customNotice", fields, command.deferred);
    Ok(())
}

/// `wake {resetIdleState}`: tells the server to begin its idle time anew (bus facts, section 3).
pub(super) fn wake(gms: &Rc<Gms>, command: Command) -> Handled {
    if !gms.session.is_active() {
        command.deferred.reject(NO_SESSION);
        return Ok(());
    }
    gms.polling.hurry(&gms.settings());
    if interop::get(&command.data, "resetIdleState").is_truthy() {
        let mut fields = gms.session.fields();
        fields.put("eventAttributes", "{\"purpose\":\"cancel-idle-timer\"}");
        gms.post("customNotice", fields, command.deferred);
    } else {
        command.deferred.resolve(JsValue::UNDEFINED);
    }
    Ok(())
}

/// `sendTyping {message?}`: webchatservice, sendTyping.
pub(super) fn send_typing(gms: &Rc<Gms>, command: Command) -> Handled {
    if !gms.session.is_active() {
        command.deferred.reject(NO_SESSION);
        return Ok(());
    }
    gms.note_typing(&preview_in(&command.data), Some(command.deferred));
    Ok(())
}

/// `updateUserData {…}`: without a chat it resolves with the merged data and keeps them for the next start.
pub(super) fn update_user_data(gms: &Rc<Gms>, command: Command) -> Handled {
    interop::assign(&gms.chat.user_data, &[&command.data]);
    if !gms.session.is_active() {
        let merged = Object::new();
        interop::assign(&merged, &[&gms.settings().user_data, &gms.chat.user_data]);
        command.deferred.resolve(merged);
        return Ok(());
    }
    let mut fields = gms.session.fields();
    fields.put_tree("userData", &command.data);
    gms.post("updateData", fields, command.deferred);
    Ok(())
}

impl Gms {
    /// Sends a request and settles `outcome` with the answer; a status other than 0 rejects.
    fn post(self: &Rc<Self>, verb: &'static str, fields: Fields, outcome: Deferred) {
        let gms = Rc::clone(self);
        spawn_local(async move {
            match gms.request(verb, fields).await {
                Some(Ok(answer)) if status_of(&answer) == 0 => {
                    gms.polling.hurry(&gms.settings());
                    outcome.resolve(answer);
                }
                Some(Ok(answer)) => outcome.reject(answer),
                Some(Err(failure)) => outcome.reject(failure.report),
                None => outcome.reject(NO_SESSION),
            }
        });
    }
}
