//! `AgentCounter` counts what agents write. Its command `AgentCounter.get` answers `{messages}`, and its event
//! `AgentCounter.counted` says `{messages}` whenever that has changed.

use cx_speechstorm::bridge::bus::{Bus, Handler, Plugin, Subscription};
use js_sys::{Array, Object, Reflect};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

// What is read of `WebChatService.messageReceived`. Other members of these objects need not be named.
#[wasm_bindgen]
extern "C" {
    type Received;
    #[wasm_bindgen(method, getter, structural)]
    fn data(this: &Received) -> Batch;

    type Batch;
    #[wasm_bindgen(method, getter, structural)]
    fn messages(this: &Batch) -> Array;

    type Message;
    #[wasm_bindgen(method, getter, structural, js_name = type)]
    fn kind(this: &Message) -> String;
    #[wasm_bindgen(method, getter, structural)]
    fn from(this: &Message) -> Sender;

    type Sender;
    #[wasm_bindgen(method, getter, structural, js_name = type)]
    fn kind(this: &Sender) -> String;
}

/// The plugin. It works until it is dropped.
pub struct AgentCounter {
    _get: Handler,
    _received: Subscription,
}

impl AgentCounter {
    /// Puts the plugin on the bus; `None` when there is one already.
    pub fn start(bus: &Bus) -> Option<AgentCounter> {
        let plugin = Plugin::register_on(bus, "AgentCounter")?;
        let count = Rc::new(Cell::new(0));

        let current = count.clone();
        let get = plugin.register("get", move |_data, deferred| deferred.resolve(&answer(current.get())));

        let speaker = plugin.clone();
        let received = plugin.subscribe("WebChatService.messageReceived", move |event| {
            let batch = event.unchecked_into::<Received>().data();
            let new = batch.messages().iter().filter(is_of_an_agent).count();
            if new > 0 {
                count.set(count.get() + new);
                speaker.publish("counted", &answer(count.get()));
            }
        });

        plugin.declare_events(&["counted"]);
        // Commands that others have sent so far run now.
        plugin.ready();
        Some(AgentCounter { _get: get, _received: received })
    }
}

fn is_of_an_agent(message: &JsValue) -> bool {
    let message: &Message = message.unchecked_ref();
    message.kind() == "Message" && message.from().kind() == "Agent"
}

fn answer(messages: usize) -> JsValue {
    let data = Object::new();
    let _ = Reflect::set(&data, &"messages".into(), &(messages as f64).into());
    data.into()
}
