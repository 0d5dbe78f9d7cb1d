//! The commands that steer a chat (webchatservice, "API commands").

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::answers::status_of;
use super::settings::Settings;
use super::{WebChatService, transport};
use crate::bus::Command;
use crate::element_list;
use crate::emulate::Transport;
use crate::interop;

const ACTIVE_SESSION: &str = "There is already an active chat session.";
const PRIVATE: &str = "Access Denied to private command. Only WebChatService is allowed to invoke this command.";
const PRIVATE_RESTORE: &str =
    "Access Denied to private command. Only WebChatService is allowed to invoke this command in Non-Async mode.";

type Body = fn(&Rc<WebChatService>, Command) -> Result<(), JsValue>;

impl WebChatService {
    pub(super) fn register_commands(self: &Rc<Self>) {
        let commands: [(&str, Body); 23] = [
            ("configure", configure),
            ("startChat", start_chat),
            ("endChat", end_chat),
            ("sendMessage", super::messages::send_message),
            ("sendFilteredMessage", super::messages::send_filtered_message),
            ("sendCustomNotice", super::messages::send_custom_notice),
            ("sendTyping", super::messages::send_typing),
            ("wake", super::messages::wake),
            ("addPrefilter", super::messages::add_prefilter),
            ("registerPreProcessor", register_preprocessor),
            ("registerTypingPreviewInput", register_typing_preview_input),
            ("updateUserData", super::messages::update_user_data),
            ("getSessionData", |service, command| {
                command.deferred.resolve(service.session_data());
                Ok(())
            }),
            ("getTranscript", |service, command| {
                command.deferred.resolve(service.transcript.to_object());
                Ok(())
            }),
            ("getAgents", |service, command| {
                command.deferred.resolve(interop::object(&[("agents", service.participants.agents().into())]));
                Ok(())
            }),
            ("getStats", get_stats),
            ("verifySession", verify_session),
            ("startPoll", start_poll),
            ("stopPoll", stop_poll),
            ("resetPollExceptions", |service, command| {
                service.connection.reset_exceptions();
                command.deferred.resolve(JsValue::UNDEFINED);
                Ok(())
            }),
            ("poll", |_, command| {
                command.deferred.reject(PRIVATE);
                Ok(())
            }),
            ("restore", restore),
            ("fetchHistory", |_, command| {
                command.deferred.reject("Fetching history messages applies only to Asynchronous chat.");
                Ok(())
            }),
        ];
        for (name, body) in commands {
            if name == "registerPreProcessor" && !self.version.get().has_preprocessors() {
                continue;
            }
            let service = Rc::clone(self);
            self.plugin.register_command(name, move |command| body(&service, command));
        }
        crate::unimplemented::register(&self.plugin, &["sendFile", "downloadFile"]);
        self.plugin.register_events(&[
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
            "clientTypingStarted",
            "clientTypingStopped",
            "pollingStarted",
            "pollingStopped",
            "chatServerWentOffline",
            "chatServerBackOnline",
            "ajaxResponse",
        ]);
    }

    /// Starts a chat: webchatservice, startChat.
    async fn start(self: Rc<Self>, command: Command) {
        let settings = self.settings();
        if self.session.is_active() || !self.session.lock(f64::from(settings.ajax_timeout)) {
            command.deferred.reject(ACTIVE_SESSION);
            return;
        }
        self.transcript.reset();
        self.participants.reset();
        let fields = self.start_fields(&command.data);
        match transport::post(&settings, &settings.start_address, fields).await {
            Ok(answer) if status_of(&answer) == 0 => {
                self.begin(&answer);
                self.publish_answer(&answer);
                let data = self.session_data();
                self.plugin.publish(
                    "started",
                    if settings.transport.is_some() { interop::object(&[("data", data.into())]) } else { data },
                );
                command.deferred.resolve(answer);
                self.start_polling();
            }
            Ok(answer) => {
                self.session.unlock();
                command.deferred.reject(answer);
            }
            Err(failure) => {
                self.session.unlock();
                command.deferred.reject(failure.report);
            }
        }
    }

    /// Ends the chat from this side: webchatservice, endChat. The order of events is that of bus facts 5.
    async fn end(self: Rc<Self>) {
        self.stop_polling();
        let fields = self.session.fields();
        // `None`: another tab was faster, and everything has been done.
        if self.request("disconnect", fields).await.is_none() || !self.session.is_active() {
            return;
        }
        let agents_left = self.participants.connected() > 0;
        self.participants.disconnect_all();
        let data = self.participants.event_data(&JsValue::UNDEFINED);
        if agents_left {
            self.plugin.publish("agentDisconnected", data.clone());
        }
        self.plugin.publish("clientDisconnected", data);
        self.close_session();
        self.plugin.publish("ended", JsValue::UNDEFINED);
    }
}

fn configure(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    let mut settings = Settings::new(&command.data);
    settings.legacy_filters |= service.version.get().keeps_filtered();
    service.settings.replace(settings);
    command.deferred.resolve(JsValue::UNDEFINED);
    Ok(())
}

fn start_chat(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    if service.settings().transport == Some(Transport::Other) {
        command.deferred.reject("This host emulates purecloud-v2-sockets and pureengage-v3-rest, no other transport.");
        return Ok(());
    }
    let user_data = interop::get(&command.data, "userData");
    let is_plain_object = user_data.is_object() && !js_sys::Array::is_array(&user_data);
    if !user_data.is_undefined() && !is_plain_object {
        command.deferred.reject("malformed data object provided in userData property.");
        return Ok(());
    }
    spawn_local(Rc::clone(service).start(command));
    Ok(())
}

// Never resolves, as in the real product: bus facts 0.11.
fn end_chat(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    if !service.session.is_active() {
        command.deferred.reject(super::messages::NO_SESSION);
        return Ok(());
    }
    spawn_local(Rc::clone(service).end());
    Ok(())
}

fn restore(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    if command.commander == service.plugin.name() {
        service.restore();
    } else {
        command.deferred.reject(PRIVATE_RESTORE);
    }
    Ok(())
}

fn register_preprocessor(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    let given = interop::get(&command.data, "preprocessor");
    match given.dyn_ref::<Function>() {
        Some(preprocessor) => {
            service.transcript.add_preprocessor(preprocessor.clone());
            command.deferred.resolve(given);
        }
        None => {
            let kind = given.js_typeof().as_string().unwrap_or_default();
            command.deferred.reject(format!("No preprocessor function provided. Type provided was '{kind}'."));
        }
    }
    Ok(())
}

fn register_typing_preview_input(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
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

fn get_stats(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    let (start, end) = (service.start_time.get(), service.end_time.get());
    let until = if end > 0.0 { end } else { interop::now() };
    let duration = if start > 0.0 { until - start } else { 0.0 };
    command.deferred.resolve(interop::object(&[
        ("agents", service.participants.agents().into()),
        ("startTime", start.into()),
        ("endTime", end.into()),
        ("duration", duration.into()),
    ]));
    Ok(())
}

// Waits for a restore in progress: bus facts 5.
fn verify_session(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    let answered = Rc::clone(service);
    let answer = move |deferred: &crate::bus::Deferred| {
        deferred.resolve(interop::object(&[("sessionActive", answered.session.is_active().into())]));
    };
    let restoring = service.restoring.borrow().clone();
    match restoring {
        None => answer(&command.deferred),
        Some(restoring) => {
            let deferred = command.deferred;
            restoring.on_done(move |_| answer(&deferred));
        }
    }
    Ok(())
}

fn start_poll(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    if service.session.is_active() {
        service.start_polling();
        command.deferred.resolve(JsValue::UNDEFINED);
    } else {
        command.deferred.reject("No active chat session.");
    }
    Ok(())
}

fn stop_poll(service: &Rc<WebChatService>, command: Command) -> Result<(), JsValue> {
    if service.session.is_active() {
        service.stop_polling();
        command.deferred.resolve(JsValue::UNDEFINED);
    } else {
        command.deferred.reject("No active chat session.");
    }
    Ok(())
}
