//! Chats that outlive the page for days (`webchat.async`; bus facts 3, "CometD mode"): the page keeps the session data, a
//! restore brings the newest messages alone, and `fetchHistory` the ones before them.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Gms;
use super::answers::status_of;
use crate::bus::Command;
use crate::interop;
use crate::timer;
use crate::web_chat_service::NO_SESSION;
use crate::web_chat_service::transport::Handled;

/// Options of `webchat.async`.
#[derive(Clone)]
pub struct Asynchronous {
    /// `getSessionData(sessionData, Cookie, CookieOptions)`: the page keeps the data.
    keep: Option<Function>,
    /// `setSessionData(open, Cookie, CookieOptions)`: the page gives them back, as an object or in JSON.
    recall: Option<Function>,
    /// How many messages a restore and a `fetchHistory` bring; an option of this host (`pageSize`).
    pub page: u32,
}

impl Asynchronous {
    /// Reads `webchat.async` of the section; `None` unless it is enabled.
    #[must_use]
    pub fn new(section: &JsValue) -> Option<Self> {
        let own = interop::get(section, "async");
        let function = |key: &str| interop::get(&own, key).dyn_into().ok();
        interop::get(&own, "enabled").is_truthy().then(|| Self {
            keep: function("getSessionData"),
            recall: function("setSessionData"),
            page: interop::get_number(&own, "pageSize").unwrap_or(50.0).max(1.0) as u32,
        })
    }
}

impl Gms {
    /// Takes the ids that an answer brings, and hands changed ones to the page.
    pub(super) fn take_ids(&self, answer: &JsValue) {
        if !self.session.update(answer) {
            return;
        }
        let keep = self.settings().asynchronous.and_then(|options| options.keep);
        if let Some(keep) = keep {
            let data = interop::deep_copy(self.session.data());
            let (cookies, options) = (self.chat.cookies.to_object(), self.chat.cookies.options());
            let called: Result<JsValue, JsValue> = keep.call3(&JsValue::UNDEFINED, &data, &cookies, &options);
            if let Err(error) = called {
                timer::report(error);
            }
        }
    }

    /// Takes over the session data of an earlier page: those `given` to `restore`, or what the page has kept. `false` where
    /// there are none.
    pub(super) fn recall_from_page(&self, options: &Asynchronous, given: &JsValue) -> bool {
        let mut data = given.clone();
        if let (true, Some(recall)) = (data.is_undefined(), &options.recall) {
            let open = self.plugin.get_data("WebChat.open");
            let (cookies, cookie_options) = (self.chat.cookies.to_object(), self.chat.cookies.options());
            let called: Result<JsValue, JsValue> = recall.call3(&JsValue::UNDEFINED, &open, &cookies, &cookie_options);
            data = called.unwrap_or_else(|error| {
                timer::report(error);
                JsValue::UNDEFINED
            });
        }
        if let Some(text) = data.as_string() {
            data = js_sys::JSON::parse(&text).unwrap_or_default();
        }
        self.session.adopt(&data)
    }

    /// The first message a restore wants: as many as a page from the end. `None` where the server does not say. The answer is
    /// for nobody else: its messages come again with the restore, past the prefilters.
    pub(super) async fn first_of_last_page(self: &Rc<Self>, options: &Asynchronous) -> Option<u32> {
        let answer = self.ask_for_news(self.news_fields("-1", "")).await?.ok()?;
        let messages: js_sys::Array = interop::get(&answer, "messages").dyn_into().ok()?;
        let newest: JsValue = messages.get(messages.length().checked_sub(1)?);
        let newest = interop::get_number(&newest, "index")? as u32;
        Some((newest + 1).saturating_sub(options.page).max(1))
    }
}

/// `fetchHistory`: resolves with the answer; the messages come by `messageReceived` with `oldMessages`.
pub(super) fn fetch_history(gms: &Rc<Gms>, command: Command) -> Handled {
    let Some(options) = gms.settings().asynchronous else {
        command.deferred.reject("Fetching history messages applies only to Asynchronous chat.");
        return Ok(());
    };
    if !gms.session.is_active() {
        command.deferred.reject(NO_SESSION);
        return Ok(());
    }
    let oldest = gms.chat.transcript.oldest();
    if oldest <= 1 {
        command.deferred.reject("No more messages to fetch.");
        return Ok(());
    }
    let gms = Rc::clone(gms);
    spawn_local(async move {
        let first = oldest.saturating_sub(options.page).max(1);
        let outcome = gms.ask_for_news(gms.news_fields(&first.to_string(), "")).await;
        match outcome {
            // The filters have gone with the chat: what came too late is nobody's.
            Some(Ok(_)) if !gms.session.is_active() => command.deferred.reject(NO_SESSION),
            Some(Ok(answer)) if status_of(&answer) == 0 => {
                if let Err(error) = gms.take_old_messages(&answer, first) {
                    timer::report(error);
                }
                command.deferred.resolve(answer);
            }
            Some(Ok(answer)) => command.deferred.reject(answer),
            Some(Err(failure)) => command.deferred.reject(failure.report),
            None => command.deferred.reject(NO_SESSION),
        }
    });
    Ok(())
}
