//! The commands, as far as they do not depend on the line (transports 1.1 to 1.3).

use std::future::Future;
use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::line::Answer;
use super::{Line, Next, Polling};
use crate::bus::{Command, Deferred};
use crate::interop;
use crate::web_chat_service::transport::{Handled, Transport};
use crate::web_chat_service::typing::preview_in;
use crate::web_chat_service::{NO_SESSION, NO_SESSION_BARE};

/// So long after the last call the customer counts as having stopped, in milliseconds.
const STOP_AFTER: i32 = 2000;
const ACTIVE_SESSION: &str = "There is already an active chat session";
const PRIVATE: &str = "Access Denied to private command. Only WebChatService is allowed to invoke this command";
const NO_IDLE_RESET: &str = "This transport doesn't support resetting the idle state; send a message.";
const INVALID_FILTERS: &str =
    "Missing or invalid filters provided. Please provide a regular expression or an array of regular expressions";

impl<L: Line> Transport for Next<L> {
    fn configure(self: Rc<Self>, command: Command) -> Handled {
        interop::assign(&self.desk.user_data, &[&interop::get(&command.data, "userData")]);
        let interaction = interop::get_path(&command.data, "transport.interactionData");
        interop::assign(&self.desk.interaction_data, &[&interaction]);
        self.share_data();
        self.desk.enable_sleep(interop::get_path(&command.data, "transport.sleepEnabled").is_truthy());
        self.line.configure(&command.data);
        command.deferred.resolve(JsValue::UNDEFINED);
        Ok(())
    }

    fn come_up(self: Rc<Self>) {
        self.desk.restoring.replace(Some(Deferred::new()));
        self.desk.plugin.ready();
        self.desk.plugin.republish("ready", JsValue::UNDEFINED);
        self.publish_capabilities();
        // As a command of its own: it then runs after everything that was queued before the service was ready.
        let _outcome = self.desk.plugin.command("asyncRestore", JsValue::UNDEFINED);
    }

    fn is_active(&self) -> bool {
        self.desk.is_active()
    }

    fn session_data(&self) -> Object {
        self.line.session_data()
    }

    fn start_chat(self: Rc<Self>, command: Command) -> Handled {
        if self.desk.is_active() || self.desk.starting.get() {
            command.deferred.reject(ACTIVE_SESSION);
            return Ok(());
        }
        let user_data = interop::get(&command.data, "userData");
        if !user_data.is_undefined() && (!user_data.is_object() || Array::is_array(&user_data)) {
            command.deferred.reject("malformed data object provided in userData property.");
            return Ok(());
        }
        self.desk.starting.set(true);
        self.desk.chat.reset();
        interop::assign(&self.desk.user_data, &[&user_data]);
        let interaction = interop::get(&command.data, "interactionData");
        if interaction.is_object() {
            // The command's replace the configured ones: transports 2.7.
            for key in interop::keys(&self.desk.interaction_data) {
                let _refused = js_sys::Reflect::delete_property(&self.desk.interaction_data, &key.into());
            }
            interop::assign(&self.desk.interaction_data, &[&interaction]);
        }
        self.share_data();
        spawn_local(async move {
            Rc::clone(&self.line).start(command.data, command.deferred).await;
            self.desk.starting.set(false);
            if self.desk.is_active() {
                self.publish_capabilities();
                self.desk.look_whether_asleep();
            }
        });
        Ok(())
    }

    fn restore(self: Rc<Self>, command: Command) -> Handled {
        if self.desk.is_active() {
            command.deferred.reject("Chat session is already active, ignoring restore command.");
        } else if self.desk.restoring.borrow().is_some() {
            command.deferred.reject("Already restoring. Ignoring request.");
        } else {
            self.desk.restoring.replace(Some(Deferred::new()));
            self.take_up(command);
        }
        Ok(())
    }

    fn async_restore(self: Rc<Self>, command: Command) -> Handled {
        if command.commander == self.desk.plugin.name() {
            self.take_up(command);
        } else {
            command.deferred.reject(PRIVATE);
        }
        Ok(())
    }

    fn verify_session(self: Rc<Self>, command: Command) -> Handled {
        let next = Rc::clone(&self);
        let answer = move |deferred: &Deferred| {
            let known = next.desk.is_active() || next.line.knows_session();
            deferred.resolve(interop::object(&[("sessionActive", known.into())]));
        };
        let restoring = self.desk.restoring.borrow().clone();
        match restoring {
            None => answer(&command.deferred),
            Some(restoring) => restoring.on_done(move |_| answer(&command.deferred)),
        }
        Ok(())
    }

    fn end_chat(self: Rc<Self>, command: Command) -> Handled {
        let was_active = self.desk.is_active();
        self.desk.deactivate();
        let answer = Rc::clone(&self.line).end();
        spawn_local(async move {
            match answer.await {
                _ if !was_active => command.deferred.reject(NO_SESSION_BARE),
                Ok(answer) => command.deferred.resolve(answer),
                Err(reason) => command.deferred.reject(reason),
            }
        });
        Ok(())
    }

    fn send_message(self: Rc<Self>, command: Command) -> Handled {
        let text = interop::get_string(&command.data, "message").unwrap_or_default();
        if !self.desk.is_active() {
            command.deferred.reject(NO_SESSION);
        } else if text.trim().is_empty() {
            command.deferred.reject("No message text provided");
        } else {
            if self.desk.chat.typing.stop() {
                self.desk.publish("clientTypingStopped", JsValue::UNDEFINED);
            }
            let kind = interop::get_string(&command.data, "type");
            settle(command.deferred, Rc::clone(&self.line).send(text, kind));
        }
        Ok(())
    }

    fn send_filtered_message(self: Rc<Self>, command: Command) -> Handled {
        self.desk.chat.send_filtered(self.desk.is_active(), &command);
        Ok(())
    }

    fn add_prefilter(self: Rc<Self>, command: Command) -> Handled {
        let prefilters = &self.desk.chat.prefilters;
        if prefilters.add(&interop::get(&command.data, "filters")) {
            command.deferred.resolve(prefilters.list());
        } else {
            command.deferred.reject(INVALID_FILTERS);
        }
        Ok(())
    }

    fn send_custom_notice(self: Rc<Self>, command: Command) -> Handled {
        command.deferred.reject("This transport doesn't support sendCustomNotice command.");
        Ok(())
    }

    fn send_typing(self: Rc<Self>, command: Command) -> Handled {
        if self.desk.is_active() {
            self.type_now(&preview_in(&command.data), Some(command.deferred));
        } else {
            command.deferred.reject(L::NO_TYPING);
        }
        Ok(())
    }

    fn type_now(self: Rc<Self>, preview: &str, outcome: Option<Deferred>) {
        let typing = &self.desk.chat.typing;
        if typing.begin() {
            self.desk.publish("clientTypingStarted", JsValue::UNDEFINED);
            let told = Rc::clone(&self.line).tell_typing(Some(preview.to_owned()));
            settle(outcome.unwrap_or_default(), told);
        } else if let Some(outcome) = outcome {
            outcome.resolve(JsValue::UNDEFINED);
        }
        let next = Rc::downgrade(&self);
        typing.stop_later(STOP_AFTER, move || {
            if let Some(next) = next.upgrade().filter(|next| next.desk.is_active()) {
                settle(Deferred::new(), Rc::clone(&next.line).tell_typing(None));
                next.desk.publish("clientTypingStopped", JsValue::UNDEFINED);
            }
        });
    }

    /// Nothing slows down while the page is out of sight: nothing to wake. Nor do these servers have a request that begins
    /// their idle time anew; only a message does, so that who asks for it must hear of it.
    fn wake(self: Rc<Self>, command: Command) -> Handled {
        if !self.desk.is_active() {
            command.deferred.reject(NO_SESSION);
        } else if interop::get(&command.data, "resetIdleState").is_truthy() {
            command.deferred.reject(NO_IDLE_RESET);
        } else {
            command.deferred.resolve(JsValue::UNDEFINED);
        }
        Ok(())
    }

    fn update_user_data(self: Rc<Self>, command: Command) -> Handled {
        interop::assign(&self.desk.user_data, &[&command.data]);
        self.share_data();
        if self.desk.is_active() {
            settle(command.deferred, Rc::clone(&self.line).update_user_data(command.data));
        } else {
            command.deferred.resolve(self.desk.user_data.clone());
        }
        Ok(())
    }

    fn update_interaction_data(self: Rc<Self>, command: Command) -> Handled {
        interop::assign(&self.desk.interaction_data, &[&command.data]);
        self.share_data();
        if self.desk.is_active() {
            return Rc::clone(&self.line).update_interaction_data(command);
        }
        command.deferred.resolve(self.desk.interaction_data.clone());
        Ok(())
    }

    fn get_stats(self: Rc<Self>, command: Command) -> Handled {
        let (first, last) = self.desk.chat.transcript.span();
        let time = |time: Option<f64>| time.map_or(JsValue::FALSE, JsValue::from);
        command.deferred.resolve(interop::object(&[
            ("agents", self.desk.chat.participants.agents().into()),
            ("startTime", time(first)),
            ("endTime", time(last)),
            ("duration", time(first.zip(last).map(|(first, last)| last - first))),
        ]));
        Ok(())
    }

    fn poll(self: Rc<Self>, command: Command) -> Handled {
        command.deferred.reject(PRIVATE);
        Ok(())
    }

    fn start_poll(self: Rc<Self>, command: Command) -> Handled {
        self.steer(Polling::Start, command)
    }

    fn stop_poll(self: Rc<Self>, command: Command) -> Handled {
        self.steer(Polling::Stop, command)
    }

    fn pause_poll(self: Rc<Self>, command: Command) -> Handled {
        self.steer(Polling::Pause, command)
    }

    fn continue_poll(self: Rc<Self>, command: Command) -> Handled {
        self.steer(Polling::Continue, command)
    }

    fn reset_poll_exceptions(self: Rc<Self>, command: Command) -> Handled {
        command.deferred.reject(L::NO_EXCEPTIONS);
        Ok(())
    }

    fn fetch_history(self: Rc<Self>, command: Command) -> Handled {
        settle(command.deferred, Rc::clone(&self.line).fetch_history());
        Ok(())
    }

    fn send_file(self: Rc<Self>, command: Command) -> Handled {
        let files = interop::get(&command.data, "files");
        settle(command.deferred, Rc::clone(&self.line).send_file(files));
        Ok(())
    }

    fn download_file(self: Rc<Self>, command: Command) -> Handled {
        command.deferred.reject("This transport doesn't support file download.");
        Ok(())
    }

    fn get_file_limits(self: Rc<Self>, command: Command) -> Handled {
        command.deferred.reject("This transport doesn't support getFileLimits command.");
        Ok(())
    }
}

impl<L: Line> Next<L> {
    /// Puts the merged data where plugins find them: `WebChatService.userData` and `.interactionData`.
    fn share_data(&self) {
        self.desk.plugin.set_data("userData", self.desk.user_data.clone());
        self.desk.plugin.set_data("interactionData", self.desk.interaction_data.clone());
    }

    fn take_up(self: Rc<Self>, command: Command) {
        spawn_local(async move {
            let outcome = Rc::clone(&self.line).restore(command.data).await;
            if let Some(restoring) = self.desk.restoring.take() {
                restoring.resolve(JsValue::UNDEFINED);
            }
            match outcome {
                Ok(()) => {
                    command.deferred.resolve(JsValue::UNDEFINED);
                    self.publish_capabilities();
                    self.desk.look_whether_asleep();
                }
                Err(reason) => command.deferred.reject(reason),
            }
        });
    }

    fn steer(&self, what: Polling, command: Command) -> Handled {
        match Rc::clone(&self.line).steer_polling(what) {
            Ok(answer) => command.deferred.resolve(answer),
            Err(reason) => command.deferred.reject(reason),
        }
        Ok(())
    }
}

fn settle(outcome: Deferred, answer: impl Future<Output = Answer> + 'static) {
    spawn_local(async move {
        match answer.await {
            Ok(answer) => outcome.resolve(answer),
            Err(reason) => outcome.reject(reason),
        }
    });
}
