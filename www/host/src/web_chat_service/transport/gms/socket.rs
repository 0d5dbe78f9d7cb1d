//! Bayeux messages over a WebSocket: each reply finds the message it belongs to by its id.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;
use web_sys::WebSocket;

use crate::dom;
use crate::interop;
use crate::timer::answer_within;

/// An open socket.
pub struct Socket {
    socket: WebSocket,
    waiting: RefCell<HashMap<String, Function>>,
}

impl Socket {
    /// Opens a socket to an `http` or `https` address. `heard` gets every message that is no reply. `None` where the
    /// server, the page's policy or the time, in milliseconds, is against it.
    pub async fn open(address: &str, timeout: i32, heard: impl Fn(JsValue) + 'static) -> Option<Rc<Self>> {
        let absolute = web_sys::Url::new_with_base(address, &web_sys::window()?.location().href().ok()?).ok()?;
        absolute.set_protocol(if absolute.protocol() == "https:" { "wss:" } else { "ws:" });
        let socket = WebSocket::new(&absolute.href()).ok()?;
        let made = Rc::new(Self { socket: socket.clone(), waiting: RefCell::default() });
        let weak = Rc::downgrade(&made);
        dom::listen(&socket, "message", move |event| {
            if let Some(made) = weak.upgrade() {
                made.take(&interop::get(&event, "data"), &heard);
            }
            Ok(())
        })
        .ok()?;
        let weak = Rc::downgrade(&made);
        dom::listen(&socket, "close", move |_| {
            if let Some(made) = weak.upgrade() {
                made.give_up();
            }
            Ok(())
        })
        .ok()?;
        let opened = answer_within(timeout, |resolve| {
            for (event, value) in [("open", JsValue::TRUE), ("close", JsValue::UNDEFINED)] {
                let resolve = resolve.clone();
                let _refused = dom::listen(&socket, event, move |_| {
                    resolve.call1(&JsValue::UNDEFINED, &value).map(|_: JsValue| ())
                });
            }
        });
        if opened.await.is_some() {
            return Some(made);
        }
        made.close();
        None
    }

    /// Sends a body with one message and waits for the reply to it; `None` where none comes in time.
    pub async fn ask(&self, id: &str, body: &str, timeout: i32) -> Option<JsValue> {
        if self.socket.ready_state() != WebSocket::OPEN {
            return None;
        }
        let reply = answer_within(timeout, |resolve| {
            self.waiting.borrow_mut().insert(id.to_owned(), resolve);
        });
        self.socket.send_with_str(body).ok()?;
        let reply = reply.await;
        self.waiting.borrow_mut().remove(id);
        reply
    }

    /// Closes the socket.
    pub fn close(&self) {
        let _closed = self.socket.close();
    }

    fn take(&self, text: &JsValue, heard: &impl Fn(JsValue)) {
        let messages = text.as_string().and_then(|text| js_sys::JSON::parse(&text).ok()).unwrap_or_default();
        for message in messages.dyn_ref::<Array>().into_iter().flat_map(Array::iter) {
            let id = interop::get_string(&message, "id").unwrap_or_default();
            let waiting = self.waiting.borrow_mut().remove(&id);
            match waiting {
                Some(resolve) => {
                    let _ignored: Result<JsValue, JsValue> = resolve.call1(&JsValue::UNDEFINED, &message);
                }
                None => heard(message),
            }
        }
    }

    fn give_up(&self) {
        for (_, resolve) in self.waiting.take() {
            let _ignored: Result<JsValue, JsValue> = resolve.call0(&JsValue::UNDEFINED);
        }
    }
}
