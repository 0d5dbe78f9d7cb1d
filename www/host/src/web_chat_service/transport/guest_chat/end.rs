//! How a chat is over (transports 2.8).

use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::GuestChat;
use crate::interop;
use crate::web_chat_service::transport::next::line::Answer;

impl GuestChat {
    /// The chat is over, by whichever side.
    pub(super) fn finish(&self) {
        self.session.clear();
        self.stream.wind_up();
        self.has_older.set(false);
        self.desk.finish();
    }

    /// `endChat`: leaves the conversation. The stream stays open, as in the real product; the server closes it.
    pub(super) async fn leave(self: Rc<Self>) -> Answer {
        if self.session.text("conversationId").is_empty() {
            self.desk.finish();
            return Err(JsValue::UNDEFINED);
        }
        let reply = self.delete_member().await;
        let is_good = matches!(reply.status, 200 | 204);
        if !is_good {
            let message = interop::get(&reply.json(), "message");
            self.desk.publish_error(&reply.status.into(), &[("message", message)]);
        }
        self.finish();
        let report = reply.report().into();
        if is_good { Ok(report) } else { Err(report) }
    }
}
