//! The bus commands `open`, `close` and `configure` (backend facts, 5.6).

use super::*;
use crate::core::launch::Chat;
use serde::Deserialize;

/// The data of `open`: the token alone, or with all four chat values.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OpenData {
    app_token: String,
    chat_message: Option<String>,
    #[serde(rename = "chatInteractionID")]
    chat_interaction_id: Option<String>,
    #[serde(rename = "chatUserID")]
    chat_user_id: Option<String>,
    chat_secure_key: Option<String>,
}

impl OpenData {
    fn into_event(self, command: CommandId) -> Option<Event> {
        let values = [&self.chat_message, &self.chat_interaction_id, &self.chat_user_id, &self.chat_secure_key];
        let given = values.into_iter().flatten().filter(|value| !value.is_empty()).count();
        let chat = match given {
            0 => None,
            4 => Some(Chat {
                message: self.chat_message?,
                interaction_id: self.chat_interaction_id?,
                secure_key: self.chat_secure_key?,
                user_id: self.chat_user_id?,
            }),
            _ => return None,
        };
        Some(Event::Open { command, token: self.app_token, chat })
    }
}

/// Registers the commands; they work as long as the handlers are kept.
pub(super) fn register(runtime: &Rc<Runtime>) -> Vec<Handler> {
    let handler = |name: &str, call: fn(&Runtime, JsValue, Deferred)| {
        let this = Rc::downgrade(runtime);
        runtime.plugin.register(name, move |data, deferred| {
            if let Some(runtime) = this.upgrade() {
                call(&runtime, data, deferred);
            }
        })
    };
    vec![handler("open", open), handler("close", close), handler("configure", configure)]
}

fn open(runtime: &Runtime, data: JsValue, deferred: Deferred) {
    let command = runtime.keep(deferred);
    let event = serde_wasm_bindgen::from_value::<OpenData>(data).ok().and_then(|data| data.into_event(command));
    match event {
        Some(event) => runtime.dispatch(event),
        None => runtime.settle(command, |deferred| deferred.reject(&js_error::of(Error::BadCommand))),
    }
}

fn close(runtime: &Runtime, data: JsValue, deferred: Deferred) {
    let immediately = js_sys::Reflect::get(&data, &"immediately".into()).is_ok_and(|value| value.is_truthy());
    let command = runtime.keep(deferred);
    runtime.dispatch(Event::Close { command, immediately });
}

fn configure(runtime: &Runtime, data: JsValue, deferred: Deferred) {
    let Ok(newer) = serde_wasm_bindgen::from_value::<Options>(data) else {
        return deferred.reject(&js_error::of(Error::BadConfig));
    };
    runtime.options.borrow_mut().merge(newer);
    let faults = runtime.apply_options();
    if faults.is_empty() {
        deferred.resolve(&Object::new());
    } else {
        events::publish_faults(&runtime.plugin, &faults);
        deferred.reject(&js_error::of_faults(&faults));
    }
}
