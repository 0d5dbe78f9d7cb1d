//! Taking up the conversation of an earlier page, and its older messages (transports 2.10).

use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::JsValue;

use super::GuestChat;
use super::members::is_connected;
use super::requests::entities;
use crate::interop;
use crate::web_chat_service::transport::http::Reply;
use crate::web_chat_service::transport::next::Batch;
use crate::web_chat_service::transport::next::line::Answer;

const NOTHING_LEFT: &str = "No more messages to fetch";
const LOST: &str = "failed to retrieve conversation state";

impl GuestChat {
    /// Restores the conversation that the cookies name.
    pub(super) async fn take_up(self: &Rc<Self>) -> Result<(), JsValue> {
        if !self.session.recall() {
            return Err("No chat session found to restore.".into());
        }
        let own_id = self.session.text("memberId");
        let Ok(own) = self.get_member(&own_id).await else { return Err(self.give_up(&LOST.into(), LOST)) };
        if is_connected(&own) != Some(true) {
            return Err(self.give_up(&own, "customer disconnected, conversation ended"));
        }
        self.desk.chat.reset();
        self.members.reset();
        self.stream.reset(own_id);
        self.stream.hold();
        if !self.open_stream().await {
            let text = "websocket failed to open";
            return Err(self.give_up(&text.into(), text));
        }
        self.desk.begin();
        let replayed = self.get_earlier().await.unwrap_or_default();
        self.stream.resume(&replayed);
        if self.desk.is_active() {
            // Not before the messages are there: a window that opens with it then comes last, as was seen.
            self.desk.publish("restored", Object::new());
            // Without pages the real product forgets to say that it is restoring.
            self.publish_replayed(&replayed, Batch { restoring: self.settings().pagination, old: false });
        }
        Ok(())
    }

    /// Oldest first: the newest page, or everything.
    async fn get_earlier(&self) -> Result<Vec<JsValue>, Reply> {
        let messages = if self.settings().pagination {
            self.get_page("").await?.reverse()
        } else {
            self.get_all_messages("").await?
        };
        self.members.put_all(&self.get_members().await?);
        Ok(messages.iter().collect())
    }

    /// A page, newest first; notes how to go on from it.
    async fn get_page(&self, rest: &str) -> Result<Array, Reply> {
        let size = self.settings().page_size;
        let page = self.get_messages(&format!("?sortOrder=descending&maxResults={size}{rest}")).await?;
        let messages = entities(&page);
        let next = interop::get_string(&page, "next");
        self.has_older.set(next.is_some());
        let data = self.session.data();
        interop::set(&data, "nextMsgURL", next.unwrap_or_default());
        let oldest = messages.length().checked_sub(1).map(|last| interop::get(&messages.get(last), "id"));
        if let Some(oldest) = oldest {
            interop::set(&data, "previousLastMsgId", oldest);
        }
        Ok(messages)
    }

    /// `fetchHistory`: the page before what is known.
    pub(super) async fn fetch_older(self: &Rc<Self>) -> Answer {
        if !self.settings().pagination {
            return Err("Fetching chat history on scroll is not enabled.".into());
        }
        if !self.desk.is_active() || !self.has_older.get() {
            return Err(NOTHING_LEFT.into());
        }
        let before = self.session.text("previousLastMsgId");
        let page = self.get_page(&format!("&before={before}")).await.map_err(|reply| reply.report())?;
        self.publish_older(&page.iter().collect::<Vec<_>>());
        Ok(JsValue::UNDEFINED)
    }

    /// `restoreFailed`. The cookies go, other than in the real product, which would try again on each page.
    fn give_up(&self, data: &JsValue, reason: &str) -> JsValue {
        self.desk.publish("restoreFailed", data.clone());
        self.session.clear();
        self.stream.wind_up();
        self.desk.drop_session();
        reason.into()
    }
}
