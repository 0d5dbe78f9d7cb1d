//! Facts of the bus and defects of the old script, as far as the browser's edge decides (docs/regressions.md).
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use cx_speechstorm::bridge::bus::{Bus, Plugin};
use cx_speechstorm::bridge::listener::Listener;
use cx_speechstorm::bridge::{frame_messages, webchat};
use cx_speechstorm::core::origin::Origin;
use js_sys::{JSON, Object, Promise, Reflect, RegExp};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{HtmlIFrameElement, MessageEvent};

wasm_bindgen_test_configure!(run_in_browser);

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

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

/// Bus facts 0.12.
#[wasm_bindgen_test]
fn session_data_are_copied_before_the_chat_blanks_them() {
    let live = JSON::parse(r#"{"sessionID": "i-1", "secureKey": "k-1", "userId": "u-1", "alias": "7"}"#).unwrap();
    let chat = webchat::chat(&live, false).unwrap();
    for name in ["sessionID", "secureKey", "userId", "alias"] {
        Reflect::set(&live, &name.into(), &"".into()).unwrap();
    }
    assert_eq!((&*chat.interaction_id, &*chat.secure_key, &*chat.user_id), ("i-1", "k-1", "u-1"));
    assert!(webchat::chat(&live, false).is_none(), "and blank ones are no session");
}

/// webchatservice documents the user id as "number/string".
#[wasm_bindgen_test]
fn session_data_may_be_numbers() {
    let live = JSON::parse(r#"{"sessionID": "i-1", "secureKey": "k-1", "userId": 9007199254740991}"#).unwrap();
    assert_eq!(webchat::chat(&live, false).unwrap().user_id, "9007199254740991");
}

/// Bus facts 0.11: without a real `RegExp`, nothing would be sent and the caller would not learn it.
#[wasm_bindgen_test]
async fn a_report_carries_a_real_regular_expression_that_hides_it() {
    let bus: Bus = cx_host::bus::Bus::new().global().unchecked_into();
    let service = Plugin::register_on(&bus, "WebChatService").unwrap();
    let ours = Plugin::register_on(&bus, "Ours").unwrap();
    let sent: Rc<RefCell<Vec<JsValue>>> = Rc::default();
    let into = sent.clone();
    let _send = service.register("sendFilteredMessage", move |data, deferred| {
        into.borrow_mut().push(data);
        deferred.resolve(&Object::new());
    });
    service.ready();
    webchat::send_filtered(&ours, "microapp:progress:ended");
    until(|| !sent.borrow().is_empty()).await;
    let data = sent.borrow().first().unwrap().clone();
    assert_eq!(get(&data, "message"), "microapp:progress:ended");
    let regex: RegExp = get(&data, "regex").dyn_into().unwrap();
    assert!(regex.test("microapp:progress:ended") && !regex.test("microapp://app/T3NB68E-"));
}

/// Row 10: the old script posted the hang-up to its own origin, not to the frame's.
#[wasm_bindgen_test]
async fn a_hang_up_reaches_the_origin_of_the_launch_alone() {
    let document = web_sys::window().unwrap().document().unwrap();
    let frame: HtmlIFrameElement = document.create_element("iframe").unwrap().dyn_into().unwrap();
    document.body().unwrap().append_child(&frame).unwrap();
    let heard: Rc<RefCell<Vec<String>>> = Rc::default();
    let into = heard.clone();
    let _listener = Listener::new(&frame.content_window().unwrap(), "message", move |event| {
        into.borrow_mut().push(event.unchecked_into::<MessageEvent>().data().as_string().unwrap());
    });
    let page = Origin::parse(&web_sys::window().unwrap().location().origin().unwrap()).unwrap();
    frame_messages::post(&frame, &Origin::parse("https://ia.bank.example").unwrap(), "to another origin");
    frame_messages::post(&frame, &page, "speechstorm:hangup");
    until(|| !heard.borrow().is_empty()).await;
    assert_eq!(*heard.borrow(), ["speechstorm:hangup"]);
    frame.remove();
}
