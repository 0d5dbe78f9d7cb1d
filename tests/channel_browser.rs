//! The channel to a frame, with real frames and ports. The app's side is played by listeners on the frame's window.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use cx_speechstorm::bridge::frame_channel::{self, FrameChannel, FrameLink};
use cx_speechstorm::bridge::listener::Listener;
use cx_speechstorm::core::channel::{RATE_LIMIT, ToFrame};
use cx_speechstorm::core::frame_protocol::FromFrame;
use cx_speechstorm::core::origin::Origin;
use js_sys::{Array, JSON, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{EventTarget, HtmlIFrameElement, MessageEvent, Window};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen]
extern "C" {
    type MessageChannel;
    #[wasm_bindgen(constructor)]
    fn new() -> MessageChannel;
    #[wasm_bindgen(method, getter)]
    fn port1(this: &MessageChannel) -> Port;
    #[wasm_bindgen(method, getter)]
    fn port2(this: &MessageChannel) -> Port;

    /// A window's own globals: a message's source is the window whose function posts it.
    type Realm;
    #[wasm_bindgen(method, js_name = Function)]
    fn function(this: &Realm, parameter: &str, body: &str) -> js_sys::Function;

    #[wasm_bindgen(extends = EventTarget)]
    #[derive(Clone)]
    type Port;
    #[wasm_bindgen(method)]
    fn start(this: &Port);
    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &Port, message: &JsValue);
}

type Log<T> = Rc<RefCell<Vec<T>>>;

fn window() -> Window {
    web_sys::window().unwrap()
}

fn origin() -> Origin {
    Origin::parse(&window().location().origin().unwrap()).unwrap()
}

/// A frame of the page's own origin, removed with the test.
struct Frame(HtmlIFrameElement);

impl Frame {
    fn new() -> Frame {
        let document = window().document().unwrap();
        let frame: HtmlIFrameElement = document.create_element("iframe").unwrap().dyn_into().unwrap();
        document.body().unwrap().append_child(&frame).unwrap();
        Frame(frame)
    }

    fn window(&self) -> Window {
        self.0.content_window().unwrap()
    }

    /// Loads another document and waits until it is there.
    async fn load(&self) {
        let frame = self.0.clone();
        let loaded = Promise::new(&mut |resolve, _| {
            frame.set_onload(Some(&resolve));
            frame.set_src("about:blank");
        });
        js_sys::futures::JsFuture::from(loaded).await.unwrap();
    }

    /// Posts a string to the page as the frame's own script would.
    fn says(&self, text: &str) {
        let post = self.window().unchecked_into::<Realm>().function("m", "parent.postMessage(m, '*')");
        post.call1(&JsValue::UNDEFINED, &text.into()).unwrap();
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// The app in the document that a frame shows now.
struct App {
    hellos: Log<(JsValue, Port)>,
    strings: Log<String>,
    told: Log<String>,
    listeners: RefCell<Vec<Listener>>,
}

impl App {
    fn of(frame: &Frame) -> App {
        let app = App {
            hellos: Log::default(),
            strings: Log::default(),
            told: Log::default(),
            listeners: RefCell::default(),
        };
        let (hellos, strings) = (app.hellos.clone(), app.strings.clone());
        app.listeners.borrow_mut().push(Listener::new(&frame.window(), "message", move |event| {
            let event: MessageEvent = event.unchecked_into();
            let port = event.ports().get(0);
            if port.is_undefined() {
                strings.borrow_mut().push(event.data().as_string().unwrap_or_default());
            } else {
                hellos.borrow_mut().push((event.data(), port.unchecked_into()));
            }
        }));
        app
    }

    /// Waits for the `n`-th handshake and listens to its port.
    async fn asked(&self, n: usize) -> (JsValue, Port) {
        until(|| self.hellos.borrow().len() > n).await;
        let (hello, port) = self.hellos.borrow()[n].clone();
        let told = self.told.clone();
        self.listeners.borrow_mut().push(Listener::new(&port, "message", move |event| {
            let text = JSON::stringify(&event.unchecked_into::<MessageEvent>().data()).unwrap();
            told.borrow_mut().push(text.into());
        }));
        port.start();
        (hello, port)
    }
}

fn object(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

async fn turn() {
    let turn = Promise::new(&mut |resolve, _| {
        window().set_timeout_with_callback(&resolve).unwrap();
    });
    js_sys::futures::JsFuture::from(turn).await.unwrap();
}

/// Turns of the event loop until something holds.
async fn until(holds: impl Fn() -> bool) {
    for _ in 0..2000 {
        if holds() {
            return;
        }
        turn().await;
    }
    panic!("waited in vain");
}

/// Turns enough for a message that is under way.
async fn settle() {
    for _ in 0..10 {
        turn().await;
    }
}

fn log() -> (Log<FromFrame>, impl Fn(FromFrame) + 'static) {
    let heard: Log<FromFrame> = Log::default();
    let into = heard.clone();
    (heard, move |message| {
        // The answer to the handshake; it would come first in every list.
        if message != FromFrame::Alive {
            into.borrow_mut().push(message);
        }
    })
}

#[wasm_bindgen_test]
fn nonces_are_128_bits_and_differ() {
    let (one, other) = (frame_channel::nonce().unwrap(), frame_channel::nonce().unwrap());
    assert!(one.len() == 32 && one.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_ne!(one, other);
}

#[wasm_bindgen_test]
async fn an_answered_handshake_carries_messages_both_ways() {
    let frame = Frame::new();
    let app = App::of(&frame);
    let (heard, hear) = log();
    let channel = FrameChannel::open(&frame.0, &origin(), "00ff".into(), hear).unwrap();
    channel.send(ToFrame::Theme { dark: false });
    channel.send(ToFrame::Theme { dark: true });
    let (hello, port) = app.asked(0).await;
    assert_eq!(JSON::stringify(&hello).unwrap(), r#"{"speechstorm":2,"nonce":"00ff"}"#);
    assert!(!channel.is_up());
    port.post_message(&hello);
    until(|| channel.is_up()).await;
    channel.send(ToFrame::Language("de-AT".into()));
    channel.send(ToFrame::Hangup);
    until(|| app.told.borrow().len() == 3).await;
    let told = [r#"{"type":"theme","text":"dark"}"#, r#"{"type":"language","text":"de-AT"}"#, r#"{"type":"hangup"}"#];
    assert_eq!(*app.told.borrow(), told);
    for message in [
        r#"{"type":"title","text":"Pay"}"#,
        r#"{"type":"height","number":412}"#,
        r#"{"type":"steps","names":["Welcome","Result"],"number":1}"#,
        r#"{"type":"error","text":"free text"}"#,
        r#"{"type":"keepalive"}"#,
    ] {
        port.post_message(&object(message));
    }
    until(|| heard.borrow().last() == Some(&FromFrame::KeepAlive)).await;
    let names = vec!["Welcome".into(), "Result".into()];
    let expected = [
        FromFrame::Title("Pay".into()),
        FromFrame::Height(412.0),
        FromFrame::Steps { names, at: 1 },
        FromFrame::KeepAlive,
    ];
    assert_eq!(*heard.borrow(), expected);
}

#[wasm_bindgen_test]
async fn any_other_first_message_closes_the_port() {
    for first in [
        r#"{"speechstorm":2,"nonce":"00fe"}"#,
        r#"{"speechstorm":1,"nonce":"00ff"}"#,
        r#"{"speechstorm":2}"#,
        r#"{"type":"ended"}"#,
        r#""microapp:progress:ended""#,
        "null",
        "[]",
    ] {
        let frame = Frame::new();
        let app = App::of(&frame);
        let (heard, hear) = log();
        let channel = FrameChannel::open(&frame.0, &origin(), "00ff".into(), hear).unwrap();
        let (hello, port) = app.asked(0).await;
        port.post_message(&object(first));
        port.post_message(&hello);
        port.post_message(&object(r#"{"type":"ended"}"#));
        settle().await;
        assert!(!channel.is_up() && heard.borrow().is_empty(), "{first}");
    }
}

#[wasm_bindgen_test]
async fn a_second_answer_changes_nothing() {
    let frame = Frame::new();
    let app = App::of(&frame);
    let (heard, hear) = log();
    let channel = FrameChannel::open(&frame.0, &origin(), "00ff".into(), hear).unwrap();
    let (hello, port) = app.asked(0).await;
    port.post_message(&hello);
    port.post_message(&hello);
    port.post_message(&object(r#"{"speechstorm":2,"nonce":"0000"}"#));
    port.post_message(&object(r#"{"type":"ended"}"#));
    until(|| !heard.borrow().is_empty()).await;
    assert!(channel.is_up());
    assert_eq!(*heard.borrow(), [FromFrame::Ended]);
}

#[wasm_bindgen_test]
async fn dropping_it_closes_the_port() {
    let frame = Frame::new();
    let app = App::of(&frame);
    let (heard, hear) = log();
    let channel = FrameChannel::open(&frame.0, &origin(), "00ff".into(), hear).unwrap();
    let (hello, port) = app.asked(0).await;
    port.post_message(&hello);
    until(|| channel.is_up()).await;
    drop(channel);
    port.post_message(&object(r#"{"type":"ended"}"#));
    settle().await;
    assert!(heard.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_document_of_another_origin_gets_no_port() {
    let frame = Frame::new();
    let app = App::of(&frame);
    let other = Origin::parse("https://other.example").unwrap();
    let _channel = FrameChannel::open(&frame.0, &other, "00ff".into(), |_| {});
    frame.window().post_message(&"marker".into(), "*").unwrap();
    until(|| !app.strings.borrow().is_empty()).await;
    assert!(app.hellos.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn oversize_messages_are_not_even_copied() {
    let frame = Frame::new();
    let (heard, hear) = log();
    let link = FrameLink::open(&frame.0, &origin(), hear);
    frame.load().await;
    let app = App::of(&frame);
    let (hello, port) = app.asked(0).await;
    port.post_message(&hello);
    until(|| link.is_up()).await;
    let bytes = || -> f64 {
        let buffer = Reflect::get(&wasm_bindgen::memory(), &"buffer".into()).unwrap();
        Reflect::get(&buffer, &"byteLength".into()).unwrap().as_f64().unwrap()
    };
    // Made in JavaScript, so that only the copy that must not happen could make our memory larger.
    let huge = js_sys::JsString::from("x").repeat(20_000_000);
    let title = object(r#"{"type":"title"}"#);
    Reflect::set(&title, &"text".into(), &huge).unwrap();
    let before = bytes();
    port.post_message(&title);
    Reflect::set(&title, &"type".into(), &huge).unwrap();
    port.post_message(&title);
    let names = object(r#"{"type":"steps","number":0}"#);
    Reflect::set(&names, &"names".into(), &Array::of1(&huge)).unwrap();
    port.post_message(&names);
    frame.window().parent().unwrap().unwrap().post_message(&huge, "*").unwrap();
    port.post_message(&object(r#"{"type":"keepalive"}"#));
    until(|| !heard.borrow().is_empty()).await;
    settle().await;
    assert_eq!(*heard.borrow(), [FromFrame::KeepAlive]);
    assert!(bytes() - before < 5_000_000.0);
}

#[wasm_bindgen_test]
async fn a_flood_is_dropped() {
    let frame = Frame::new();
    let (heard, hear) = log();
    let link = FrameLink::open(&frame.0, &origin(), hear);
    frame.load().await;
    let app = App::of(&frame);
    let (hello, port) = app.asked(0).await;
    port.post_message(&hello);
    until(|| link.is_up()).await;
    for _ in 0..2000 {
        port.post_message(&object(r#"{"type":"height","number":3}"#));
        frame.says("microapp:progress:ended");
    }
    settle().await;
    // Two types, and two windows of a second at most have passed.
    assert!(heard.borrow().len() <= 2 * 2 * RATE_LIMIT as usize, "{}", heard.borrow().len());
    // Other types are heard all the while, and this one when the flood is over.
    port.post_message(&object(r#"{"type":"keepalive"}"#));
    until(|| heard.borrow().contains(&FromFrame::KeepAlive)).await;
    heard.borrow_mut().clear();
    until(|| {
        frame.says("microapp:progress:ended");
        heard.borrow().contains(&FromFrame::Ended)
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_link_hears_both_protocols_and_each_milestone_once() {
    let frame = Frame::new();
    let (heard, hear) = log();
    let link = FrameLink::open(&frame.0, &origin(), hear);
    frame.load().await;
    let app = App::of(&frame);
    frame.says("microapp:progress:block:Welcome");
    let (hello, port) = app.asked(0).await;
    port.post_message(&hello);
    port.post_message(&object(r#"{"type":"progress","text":"Welcome"}"#));
    port.post_message(&object(r#"{"type":"progress","text":"Review"}"#));
    until(|| heard.borrow().len() == 2).await;
    frame.says("microapp:progress:block:Review");
    let block = |name: &str| FromFrame::Progress { milestone: ["block:", name].concat() };
    assert_eq!(*heard.borrow(), [block("Welcome"), block("Review")]);
    link.hang_up();
    until(|| app.told.borrow().len() == 1 && app.strings.borrow().len() == 1).await;
    assert_eq!(
        (app.told.borrow()[0].as_str(), app.strings.borrow()[0].as_str()),
        (r#"{"type":"hangup"}"#, "speechstorm:hangup")
    );
}

#[wasm_bindgen_test]
async fn each_document_gets_its_own_handshake_and_is_told_what_holds() {
    let frame = Frame::new();
    let (heard, hear) = log();
    let link = FrameLink::open(&frame.0, &origin(), hear);
    link.tell(ToFrame::Theme { dark: true });
    let mut nonces = Vec::new();
    let mut old: Option<Port> = None;
    for _ in 0..2 {
        frame.load().await;
        let app = App::of(&frame);
        let (hello, port) = app.asked(0).await;
        assert_eq!(app.hellos.borrow().len(), 1);
        nonces.push(Reflect::get(&hello, &"nonce".into()).unwrap().as_string().unwrap());
        port.post_message(&hello);
        until(|| app.told.borrow().len() == 1).await;
        assert_eq!(*app.told.borrow(), [r#"{"type":"theme","text":"dark"}"#]);
        if let Some(old) = old.replace(port) {
            old.post_message(&object(r#"{"type":"ended"}"#));
            settle().await;
            assert!(heard.borrow().is_empty(), "the last document's port is closed");
        }
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[wasm_bindgen_test]
async fn the_page_takes_ports_from_nobody() {
    let frame = Frame::new();
    let (heard, hear) = log();
    let link = FrameLink::open(&frame.0, &origin(), hear);
    let pair = MessageChannel::new();
    let hello = object(r#"{"speechstorm":2,"nonce":"00ff"}"#);
    window().post_message_with_transfer(&hello, "*", &Array::of1(&pair.port2())).unwrap();
    pair.port1().post_message(&hello);
    pair.port1().post_message(&object(r#"{"type":"ended"}"#));
    settle().await;
    assert!(!link.is_up() && heard.borrow().is_empty());
}
