//! Messages → prefilters → preprocessors → `messageReceived` (transports 1.1 and 1.2).

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::Desk;
use crate::interop;

/// One message in both its forms.
pub struct Incoming {
    /// The server's own.
    pub original: JsValue,
    /// The normalised one.
    pub message: JsValue,
}

/// What is said of a batch of messages.
#[derive(Clone, Copy, Default)]
pub struct Batch {
    /// Whether it comes from a restore.
    pub restoring: bool,
    /// Whether it is older than what plugins know already.
    pub old: bool,
}

impl Desk {
    /// Publishes messages; nothing where filters leave nothing.
    ///
    /// # Errors
    /// The exception of a preprocessor; the batch is then lost.
    pub fn publish_messages(&self, incoming: Vec<Incoming>, batch: Batch) -> Result<(), JsValue> {
        let chat = &self.chat;
        chat.prefilters.follow_cookie();
        let (originals, messages) = (Array::new(), Array::new());
        for Incoming { original, message } in incoming {
            let body = interop::get(&original, "body");
            let text = if body.is_undefined() { interop::get(&original, "text") } else { body };
            if !chat.prefilters.hide_text(&text) {
                originals.push(&original);
            }
            if !chat.prefilters.hide_text(&interop::get(&message, "text")) {
                messages.push(&chat.transcript.hand_round(message)?);
            }
        }
        if messages.length() == 0 && originals.length() == 0 {
            return Ok(());
        }
        chat.transcript.append(&messages, &originals, batch.old);
        let data = interop::object(&[
            ("originalMessages", originals.into()),
            ("messages", messages.into()),
            ("restoring", batch.restoring.into()),
            ("sessionData", JsValue::UNDEFINED),
            ("oldMessages", batch.old.into()),
        ]);
        self.publish("messageReceived", data);
        Ok(())
    }
}
