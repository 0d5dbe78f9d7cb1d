//! The bus plugin of the documentation of `bridge::bus`, on the bus of the open host.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod bus_plugin;

use bus_plugin::AgentCounter;
use cx_speechstorm::bridge::bus::{Bus, Plugin};
use js_sys::{JSON, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn bus() -> Bus {
    cx_host::bus::Bus::new().global().unchecked_into()
}

fn object(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

fn text(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

/// Tasks of the event loop until something holds: the bus delivers in tasks of its own.
async fn until(holds: impl Fn() -> bool) {
    for _ in 0..2000 {
        if holds() {
            return;
        }
        let turn = Promise::new(&mut |resolve, _| {
            web_sys::window().unwrap().set_timeout_with_callback(&resolve).unwrap();
        });
        js_sys::futures::JsFuture::from(turn).await.unwrap();
    }
    panic!("waited in vain");
}

/// Sends a command; gives the list that its answer will be in.
fn ask(plugin: &Plugin, name: &str) -> Rc<RefCell<Vec<String>>> {
    let answers: Rc<RefCell<Vec<String>>> = Rc::default();
    let into = answers.clone();
    plugin.ask(name, &object("{}"), move |answer| into.borrow_mut().push(text(&answer.unwrap())));
    answers
}

#[wasm_bindgen_test]
async fn it_answers_its_command_and_publishes_its_event() {
    let bus = bus();
    let chat = Plugin::register_on(&bus, "WebChatService").unwrap();
    let other = Plugin::register_on(&bus, "Other").unwrap();
    let heard: Rc<RefCell<Vec<String>>> = Rc::default();
    let into = heard.clone();
    let _heard = other.subscribe("AgentCounter.counted", move |event| {
        let data = Reflect::get(&event, &"data".into()).unwrap();
        into.borrow_mut().push(text(&data));
    });
    let counter = AgentCounter::start(&bus).unwrap();
    let batch = r#"{"messages": [
        {"type": "Message", "text": "Hello", "from": {"type": "Agent"}},
        {"type": "Message", "text": "Hi", "from": {"type": "Client"}},
        {"type": "ParticipantJoined", "from": {"type": "Agent"}},
        {"type": "Message", "text": "How can I help?", "from": {"type": "Agent"}}]}"#;
    chat.publish("messageReceived", &object(batch));
    until(|| !heard.borrow().is_empty()).await;
    assert_eq!(*heard.borrow(), [r#"{"messages":2}"#]);
    let answers = ask(&other, "AgentCounter.get");
    until(|| !answers.borrow().is_empty()).await;
    assert_eq!(*answers.borrow(), [r#"{"messages":2}"#]);

    drop(counter);
    chat.publish("messageReceived", &object(batch));
    chat.publish("ended", &object("{}"));
    let over: Rc<RefCell<bool>> = Rc::default();
    let set = over.clone();
    let _over = other.subscribe("WebChatService.ended", move |_| *set.borrow_mut() = true);
    chat.publish("ended", &object("{}"));
    until(|| *over.borrow()).await;
    assert_eq!(heard.borrow().len(), 1, "dropped, it hears nothing any more");
}

#[wasm_bindgen_test]
fn the_bus_of_the_page_is_found_once_it_is_there() {
    assert!(Bus::of_page().is_none());
    Reflect::set(&js_sys::global(), &"CXBus".into(), &bus()).unwrap();
    assert!(Bus::of_page().and_then(|bus| AgentCounter::start(&bus)).is_some());
    Reflect::delete_property(&js_sys::global(), &"CXBus".into()).unwrap();
}

#[wasm_bindgen_test]
fn a_name_is_given_once() {
    let bus = bus();
    assert!(AgentCounter::start(&bus).is_some());
    assert!(AgentCounter::start(&bus).is_none());
}

#[wasm_bindgen_test]
async fn a_command_that_comes_before_the_plugin_is_ready_is_answered_then() {
    let bus = bus();
    let other = Plugin::register_on(&bus, "Other").unwrap();
    let early = Plugin::register_on(&bus, "Early").unwrap();
    let _get = early.register("get", |_, deferred| deferred.resolve(&"late".into()));
    let answers = ask(&other, "Early.get");
    let marker = ask(&other, "CXBus.COMMANDS");
    until(|| !marker.borrow().is_empty()).await;
    assert!(answers.borrow().is_empty());
    early.ready();
    until(|| !answers.borrow().is_empty()).await;
    assert_eq!(*answers.borrow(), [r#""late""#]);
}
