//! The commands that steer a chat (webchatservice, "API commands").

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::answers::status_of;
use super::settings::Settings;
use super::{Gms, requests};
use crate::bus::{Command, Deferred};
use crate::interop;
use crate::timer;
use crate::web_chat_service::NO_SESSION;
use crate::web_chat_service::transport::{Handled, Transport};

const ACTIVE_SESSION: &str = "There is already an active chat session.";
const PRIVATE_POLL: &str = "Access Denied to private command. Only WebChatService is allowed to invoke this command.";
const PRIVATE_RESTORE: &str =
    "Access Denied to private command. Only WebChatService is allowed to invoke this command in Non-Async mode.";

impl Gms {
    /// Starts a chat: webchatservice, startChat.
    async fn start(self: Rc<Self>, command: Command) {
        let settings = self.settings();
        if self.session.is_active() || !self.session.lock(f64::from(settings.ajax_timeout)) {
            command.deferred.reject(ACTIVE_SESSION);
            return;
        }
        self.chat.reset();
        let fields = self.start_fields(&command.data);
        let outcome = match &settings.comet {
            Some(comet) => self.publish_request(comet, "", fields).await,
            None => requests::post(&settings, &settings.start_address, fields).await,
        };
        match outcome {
            Ok(answer) if status_of(&answer) == 0 => {
                self.begin(&answer);
                self.publish_answer(&answer);
                let data = self.session_data();
                self.plugin.publish("started", data);
                // Polls ask for the first messages again; over CometD nobody does.
                let first = settings.comet.is_some().then(|| self.sift(&answer));
                command.deferred.resolve(answer.clone());
                self.start_polling();
                if let Some(first) = first
                    && let Err(error) = self.take_refresh(&answer, &first, false)
                {
                    timer::report(error);
                }
                self.take_early_news();
            }
            Ok(answer) => self.give_up_start(&command.deferred, answer),
            Err(failure) => self.give_up_start(&command.deferred, failure.report),
        }
    }

    fn give_up_start(&self, outcome: &Deferred, reason: JsValue) {
        self.session.unlock();
        self.comet.close();
        outcome.reject(reason);
    }

    /// Ends the chat from this side: webchatservice, endChat. The order of events is that of bus facts 5.
    async fn end(self: Rc<Self>) {
        self.stop_polling();
        self.comet.leave();
        let fields = self.session.fields();
        // `None`: another tab was faster, and everything has been done.
        if self.request("disconnect", fields).await.is_none() || !self.session.is_active() {
            return;
        }
        let agents_left = self.chat.participants.connected() > 0;
        self.chat.participants.disconnect_all();
        let data = self.chat.participants.event_data(&JsValue::UNDEFINED);
        if agents_left {
            self.plugin.publish("agentDisconnected", data.clone());
        }
        self.plugin.publish("clientDisconnected", data);
        self.close_session();
        self.plugin.publish("ended", JsValue::UNDEFINED);
    }
}

impl Gms {
    /// Over CometD there is nothing to poll: rejects the command and gives `true`.
    fn refuses_polling(&self, command: &Command) -> bool {
        let refused = self.settings().comet.is_some();
        if refused {
            command.deferred.reject("This transport doesn't support polling.");
        }
        refused
    }
}

pub(super) fn configure(gms: &Rc<Gms>, command: Command) -> Handled {
    let mut settings = Settings::new(&command.data);
    settings.authorization = gms.chat.authorization.clone().filter(|_| settings.custom_header);
    settings.legacy_filters |= gms.chat.version.keeps_filtered();
    gms.plugin.set_data("WebChatService.sessionData", gms.session.data().clone());
    if settings.asynchronous.is_some() {
        gms.session.leave_cookies_alone();
    }
    gms.settings.replace(settings);
    command.deferred.resolve(JsValue::UNDEFINED);
    Ok(())
}

pub(super) fn start_chat(gms: &Rc<Gms>, command: Command) -> Handled {
    let user_data = interop::get(&command.data, "userData");
    let is_plain_object = user_data.is_object() && !js_sys::Array::is_array(&user_data);
    if !user_data.is_undefined() && !is_plain_object {
        command.deferred.reject("malformed data object provided in userData property.");
        return Ok(());
    }
    spawn_local(Rc::clone(gms).start(command));
    Ok(())
}

// Never resolves, as in the real product: bus facts 0.11.
pub(super) fn end_chat(gms: &Rc<Gms>, command: Command) -> Handled {
    if !gms.session.is_active() {
        command.deferred.reject(NO_SESSION);
        return Ok(());
    }
    spawn_local(Rc::clone(gms).end());
    Ok(())
}

pub(super) fn restore(gms: &Rc<Gms>, command: Command) -> Handled {
    if command.commander != gms.plugin.name() && gms.settings().asynchronous.is_none() {
        command.deferred.reject(PRIVATE_RESTORE);
    } else if gms.session.is_active() {
        command.deferred.reject("Chat session is already active, ignoring restore command.");
    } else if gms.asking_for_chat.get() {
        command.deferred.reject("Already restoring. Ignoring request.");
    } else {
        gms.take_up(interop::get(&command.data, "sessionData"), command.deferred);
    }
    Ok(())
}

pub(super) fn poll(gms: &Rc<Gms>, command: Command) -> Handled {
    if gms.refuses_polling(&command) {
        return Ok(());
    }
    if command.commander != gms.plugin.name() {
        command.deferred.reject(PRIVATE_POLL);
    } else if gms.poll_now() {
        command.deferred.resolve(JsValue::UNDEFINED);
    } else {
        command.deferred.reject("previous poll has not finished.");
    }
    Ok(())
}

pub(super) fn get_stats(gms: &Rc<Gms>, command: Command) -> Handled {
    let (start, end) = (gms.start_time.get(), gms.end_time.get());
    let until = if end > 0.0 { end } else { interop::now() };
    let duration = if start > 0.0 { until - start } else { 0.0 };
    command.deferred.resolve(interop::object(&[
        ("agents", gms.chat.participants.agents().into()),
        ("startTime", start.into()),
        ("endTime", end.into()),
        ("duration", duration.into()),
    ]));
    Ok(())
}

// Waits for a restore in progress: bus facts 5.
pub(super) fn verify_session(gms: &Rc<Gms>, command: Command) -> Handled {
    let answered = Rc::clone(gms);
    let answer = move |deferred: &Deferred| {
        deferred.resolve(interop::object(&[("sessionActive", answered.session.is_active().into())]));
    };
    let restoring = gms.restoring.borrow().clone();
    match restoring {
        None => answer(&command.deferred),
        Some(restoring) => {
            let deferred = command.deferred;
            restoring.on_done(move |_| answer(&deferred));
        }
    }
    Ok(())
}

pub(super) fn start_poll(gms: &Rc<Gms>, command: Command) -> Handled {
    if gms.refuses_polling(&command) {
        return Ok(());
    }
    if gms.session.is_active() {
        gms.start_polling();
        command.deferred.resolve(JsValue::UNDEFINED);
    } else {
        command.deferred.reject("No active chat session.");
    }
    Ok(())
}

pub(super) fn stop_poll(gms: &Rc<Gms>, command: Command) -> Handled {
    if gms.refuses_polling(&command) {
        return Ok(());
    }
    if gms.session.is_active() {
        gms.stop_polling();
        command.deferred.resolve(JsValue::UNDEFINED);
    } else {
        command.deferred.reject("No active chat session.");
    }
    Ok(())
}
