//! The event stream: a WebSocket that only listens (transports 2.5).

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::WebSocket;

use crate::dom;
use crate::interop;

/// An open stream.
#[derive(Clone)]
pub struct Socket {
    inner: WebSocket,
}

impl Socket {
    /// Opens a stream; `None` where it closes instead. `on_frame` gets each text, `on_close` is called when an open stream
    /// closes, by whichever side.
    pub async fn open(
        address: &str,
        on_frame: impl Fn(String) + 'static,
        on_close: impl Fn() + 'static,
    ) -> Option<Self> {
        let inner = WebSocket::new(address).ok()?;
        let opened = Promise::new(&mut |resolve, _| {
            for (event, good) in [("open", true), ("close", false), ("error", false)] {
                let resolve = resolve.clone();
                let _never = dom::listen(&inner, event, move |_| {
                    resolve.call1(&JsValue::UNDEFINED, &JsValue::from_bool(good)).map(|_: JsValue| ())
                });
            }
        });
        // Before the stream opens, because frames may follow at once.
        dom::listen(&inner, "message", move |event| {
            if let Some(text) = interop::get(&event, "data").as_string() {
                on_frame(text);
            }
            Ok(())
        })
        .ok()?;
        let is_open = JsFuture::from(opened).await.is_ok_and(|good| good.is_truthy());
        if !is_open {
            return None;
        }
        dom::listen(&inner, "close", move |_| {
            on_close();
            Ok(())
        })
        .ok()?;
        Some(Self { inner })
    }

    /// Closes it from this side.
    pub fn close(&self) {
        let _closed_already = self.inner.close();
    }
}
