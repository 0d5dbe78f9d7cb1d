//! The commands that send something, and prefilters (webchatservice, "API commands").

use std::rc::Rc;

use js_sys::{Object, RegExp};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::WebChatService;
use super::answers::status_of;
use super::fields::Fields;
use crate::bus::{Command, Deferred};
use crate::interop;

/// Documented text of commands that need a chat.
pub(super) const NO_SESSION: &str = "There is no active chat session.";

const INVALID_FILTERS: &str =
    "Missing or invalid filters provided. Please provide a regular expression or an array of regular expressions.";

/// `sendMessage {message, type?, parentMessageID?}`: webchatservice, sendMessage.
pub(super) fn send_message(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    let message = interop::get_string(&command.data, "message").unwrap_or_default();
    if !service.session.is_active() {
        command.deferred.reject(NO_SESSION);
        return Ok(());
    }
    if message.trim().is_empty() {
        command.deferred.reject("No message text provided.");
        return Ok(());
    }
    let longest = service.settings().max_message_length as usize;
    if message.chars().count() > longest {
        command.deferred.reject(format!("The message is longer than {longest} characters."));
        return Ok(());
    }
    // Resolves although nothing is sent, as in the real product: bus facts, section 3.
    if service.connection.is_disconnected() {
        command.deferred.resolve(interop::object(&[("statusCode", 1.into())]));
        return Ok(());
    }
    let mut fields = service.session.fields();
    fields.put("message", &message);
    fields.put("messageType", &interop::get_string(&command.data, "type").unwrap_or_else(|| "text".to_owned()));
    if let Some(parent) = interop::get_string(&command.data, "parentMessageID") {
        let properties = interop::object(&[("related-event-id", parent.into())]);
        let attributes = interop::object(&[("general-properties", properties.into())]);
        fields.put("eventAttributes", &interop::to_json(&attributes));
    }
    // A message says by itself that typing is over: the server needs no `stopTyping`.
    if service.typing.stop() {
        service.plugin.publish("clientTypingStopped", JsValue::UNDEFINED);
    }
    service.post("send", fields, command.deferred);
    Ok(())
}

/// `sendFilteredMessage {message, regex}`: resolves at once with nothing; wrong types resolve too and send nothing
/// (bus facts, section 4).
pub(super) fn send_filtered_message(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    if !service.session.is_active() {
        command.deferred.reject("No active chat session.");
        return Ok(());
    }
    let (message, regex) = (interop::get(&command.data, "message"), interop::get(&command.data, "regex"));
    if message.is_string() && regex.dyn_ref::<RegExp>().is_some() {
        service.prefilters.add(&regex);
        let _outcome = service.plugin.command("sendMessage", interop::object(&[("message", message)]));
    }
    command.deferred.resolve(JsValue::UNDEFINED);
    Ok(())
}

/// `addPrefilter {filters}`: webchatservice, addPrefilter. Without `filters` it throws and never settles (bus facts 0.11).
pub(super) fn add_prefilter(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    let filters = interop::get(&command.data, "filters");
    // With a transport it is rejected instead (transports 1.2).
    let missing = filters.is_undefined() || filters.is_null();
    if missing && service.settings().transport.is_none() {
        return Err(js_sys::TypeError::new("addPrefilter needs the property \"filters\".").into());
    }
    if service.prefilters.add(&filters) {
        command.deferred.resolve(service.prefilters.list());
    } else {
        command.deferred.reject(INVALID_FILTERS);
    }
    Ok(())
}

/// `sendCustomNotice {message}`: sent even without a chat, to a path that no server knows (bus facts, section 5).
pub(super) fn send_custom_notice(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    if service.settings().transport.is_some() {
        command.deferred.reject("This transport doesn't support sendCustomNotice command.");
        return Ok(());
    }
    let mut fields = service.session.fields();
    fields.put("message", &interop::get_string(&command.data, "message").unwrap_or_default());
    service.post("customNotice", fields, command.deferred);
    Ok(())
}

/// `wake {resetIdleState}`: tells the server to begin its idle time anew (bus facts, section 3).
pub(super) fn wake(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    if !service.session.is_active() {
        command.deferred.reject(NO_SESSION);
        return Ok(());
    }
    service.polling.hurry(&service.settings());
    if interop::get(&command.data, "resetIdleState").is_truthy() {
        let mut fields = service.session.fields();
        fields.put("eventAttributes", "{\"purpose\":\"cancel-idle-timer\"}");
        service.post("customNotice", fields, command.deferred);
    } else {
        command.deferred.resolve(JsValue::UNDEFINED);
    }
    Ok(())
}

/// `sendTyping {message?}`: webchatservice, sendTyping.
pub(super) fn send_typing(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    if !service.session.is_active() {
        command.deferred.reject(NO_SESSION);
        return Ok(());
    }
    let preview =
        interop::get_string(&command.data, "message").or_else(|| interop::get_string(&command.data, "Message"));
    service.send_typing(&preview.unwrap_or_default(), Some(command.deferred));
    Ok(())
}

/// `updateUserData {…}`: without a chat it resolves with the merged data and keeps them for the next start.
pub(super) fn update_user_data(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    interop::assign(&service.user_data, &[&command.data]);
    if !service.session.is_active() {
        let merged = Object::new();
        interop::assign(&merged, &[&service.settings().user_data, &service.user_data]);
        command.deferred.resolve(merged);
        return Ok(());
    }
    let mut fields = service.session.fields();
    fields.put_tree("userData", &command.data);
    service.post("updateData", fields, command.deferred);
    Ok(())
}

impl WebChatService {
    /// Sends a request and settles `outcome` with the answer; a status other than 0 rejects.
    fn post(self: &Rc<Self>, verb: &'static str, fields: Fields, outcome: Deferred) {
        let service = Rc::clone(self);
        spawn_local(async move {
            match service.request(verb, fields).await {
                Some(Ok(answer)) if status_of(&answer) == 0 => {
                    service.polling.hurry(&service.settings());
                    outcome.resolve(answer);
                }
                Some(Ok(answer)) => outcome.reject(answer),
                Some(Err(failure)) => outcome.reject(failure.report),
                None => outcome.reject(NO_SESSION),
            }
        });
    }
}
