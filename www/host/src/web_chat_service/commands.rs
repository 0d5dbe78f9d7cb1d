//! The commands of the plugin (webchatservice, "API commands"): what has to do with a server goes to the transport.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::WebChatService;
use super::transport::{Handled, Transport};
use crate::bus::Command;
use crate::element_list;
use crate::interop;

/// Why `configure` is rejected where `transport.type` is unknown (transports, introduction).
const NO_SUCH_TRANSPORT: &str = "Invalid transport configuration";

type OwnBody = fn(&Rc<WebChatService>, Command) -> Handled;
type ServerBody = fn(Rc<dyn Transport>, Command) -> Handled;

const OWN: [(&str, OwnBody); 5] = [
    ("registerPreProcessor", register_preprocessor),
    ("registerTypingPreviewInput", register_typing_preview_input),
    ("getTranscript", |service, command| {
        command.deferred.resolve(service.chat.transcript.to_object());
        Ok(())
    }),
    ("getAgents", |service, command| {
        command.deferred.resolve(interop::object(&[("agents", service.chat.participants.agents().into())]));
        Ok(())
    }),
    ("configure", |service, command| match service.transport_for(&command.data) {
        Some(transport) => transport.configure(command),
        None => {
            command.deferred.reject(NO_SUCH_TRANSPORT);
            Ok(())
        }
    }),
];

const BY_TRANSPORT: [(&str, ServerBody); 25] = [
    ("startChat", |transport, command| transport.start_chat(command)),
    ("endChat", |transport, command| transport.end_chat(command)),
    ("sendMessage", |transport, command| transport.send_message(command)),
    ("sendFilteredMessage", |transport, command| transport.send_filtered_message(command)),
    ("sendCustomNotice", |transport, command| transport.send_custom_notice(command)),
    ("sendTyping", |transport, command| transport.send_typing(command)),
    ("wake", |transport, command| transport.wake(command)),
    ("addPrefilter", |transport, command| transport.add_prefilter(command)),
    ("updateUserData", |transport, command| transport.update_user_data(command)),
    ("getSessionData", |transport, command| {
        command.deferred.resolve(transport.session_data());
        Ok(())
    }),
    ("getStats", |transport, command| transport.get_stats(command)),
    ("verifySession", |transport, command| transport.verify_session(command)),
    ("startPoll", |transport, command| transport.start_poll(command)),
    ("poll", |transport, command| transport.poll(command)),
    ("stopPoll", |transport, command| transport.stop_poll(command)),
    ("resetPollExceptions", |transport, command| transport.reset_poll_exceptions(command)),
    ("restore", |transport, command| transport.restore(command)),
    ("fetchHistory", |transport, command| transport.fetch_history(command)),
    ("sendFile", |transport, command| transport.send_file(command)),
    ("getFileLimits", |transport, command| transport.get_file_limits(command)),
    ("downloadFile", |transport, command| transport.download_file(command)),
    ("asyncRestore", |transport, command| transport.async_restore(command)),
    ("updateInteractionData", |transport, command| transport.update_interaction_data(command)),
    ("pausePoll", |transport, command| transport.pause_poll(command)),
    ("continuePoll", |transport, command| transport.continue_poll(command)),
];

impl WebChatService {
    pub(super) fn register_commands(self: &Rc<Self>) {
        let plugin = &self.chat.plugin;
        for (name, body) in OWN {
            if name == "registerPreProcessor" && !self.chat.version.has_preprocessors() {
                continue;
            }
            let service = Rc::clone(self);
            plugin.register_command(name, move |command| body(&service, command));
        }
        for (name, body) in BY_TRANSPORT {
            let service = Rc::clone(self);
            plugin.register_command(name, move |command| body(service.transport(), command));
        }
        plugin.register_events(&[
            "ready",
            "started",
            "restored",
            "restoreTimeout",
            "restoreFailed",
            "messageReceived",
            "ended",
            "error",
            "disconnected",
            "reconnected",
            "clientConnected",
            "clientDisconnected",
            "agentConnected",
            "agentDisconnected",
            "agentTypingStarted",
            "agentTypingStopped",
            "agentTypingTimeout",
            "clientTypingStarted",
            "clientTypingStopped",
            "pollingStarted",
            "pollingStopped",
            "chatServerWentOffline",
            "chatServerBackOnline",
            "ajaxResponse",
            "sleeping",
            "capabilitiesChanged",
            "sessionLost",
        ]);
    }
}

fn register_preprocessor(service: &Rc<WebChatService>, command: Command) -> Handled {
    let given = interop::get(&command.data, "preprocessor");
    match given.dyn_ref::<Function>() {
        Some(preprocessor) => {
            service.chat.transcript.add_preprocessor(preprocessor.clone());
            command.deferred.resolve(given);
        }
        None => {
            let kind = given.js_typeof().as_string().unwrap_or_default();
            command.deferred.reject(format!("No preprocessor function provided. Type provided was '{kind}'."));
        }
    }
    Ok(())
}

fn register_typing_preview_input(service: &Rc<WebChatService>, command: Command) -> Handled {
    let element = element_list::element_of(&interop::get(&command.data, "input"));
    if element.is_some_and(|element| service.watch_input(&element)) {
        command.deferred.resolve(JsValue::UNDEFINED);
    } else {
        command.deferred.reject(
            "Invalid value provided for the input property. An HTML element reference to a textarea or text input is required.",
        );
    }
    Ok(())
}
