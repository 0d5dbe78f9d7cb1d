//! The plugin: tells the customer who has joined the chat.

use std::cell::Cell;
use std::rc::Rc;

use cx_speechstorm::bridge::bus::{Bus, Handler, Plugin, Subscription};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::greeting;

/// The plugin. It works until it is dropped.
pub struct Greeter {
    _count: Handler,
    _joined: Subscription,
}

impl Greeter {
    /// Puts the plugin on the bus; `None` when there is one already.
    #[must_use]
    pub fn start(bus: &Bus) -> Option<Greeter> {
        let plugin = Plugin::register_on(bus, "Greeter")?;
        let greeted = Rc::new(Cell::new(0_u32));

        let current = Rc::clone(&greeted);
        let count = plugin.register("count", move |_data, deferred| {
            deferred.resolve(&object(&[("greeted", current.get().into())]));
        });

        let speaker = plugin.clone();
        let joined = plugin.subscribe("WebChatService.agentConnected", move |event| {
            let message = get(&get(&event, "data"), "message");
            // Over Genesys Cloud the message is the member itself, without `from`.
            let names = [get(&get(&message, "from"), "name"), get(&message, "displayName")];
            let name = names.into_iter().find(JsValue::is_string).unwrap_or_default();
            let text = greeting::line(&name.as_string().unwrap_or_default());
            let line = object(&[("type", "text".into()), ("text", text.into()), ("custom", true.into())]);
            let (greeted, publisher) = (Rc::clone(&greeted), speaker.clone());
            speaker.ask("WebChat.injectMessage", &line, move |shown| {
                if shown.is_ok() {
                    greeted.set(greeted.get() + 1);
                    publisher.publish("greeted", &object(&[("name", name)]));
                }
            });
        });

        plugin.declare_events(&["greeted"]);
        // Commands that others have sent so far run now.
        plugin.ready();
        Some(Greeter { _count: count, _joined: joined })
    }
}

fn get(target: &JsValue, key: &str) -> JsValue {
    Reflect::get(target, &key.into()).unwrap_or_default()
}

fn object(members: &[(&str, JsValue)]) -> JsValue {
    let made = Object::new();
    for (key, value) in members {
        let _refused = Reflect::set(&made, &(*key).into(), value);
    }
    made.into()
}
