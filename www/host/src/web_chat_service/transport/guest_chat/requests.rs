//! Requests to the Guest Chat API (transports 2.2 to 2.4).

use gloo_net::http::Method;
use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::GuestChat;
use crate::interop;
use crate::web_chat_service::transport::http::{self, Call, Reply};

const CONVERSATIONS: &str = "/api/v2/webchat/guest/conversations";
const JSON: &str = "application/json";

impl GuestChat {
    /// Creates a conversation.
    pub(super) async fn post_conversation(&self, body: &JsValue) -> Reply {
        self.call(Method::POST, CONVERSATIONS, interop::to_json(body).into()).await
    }

    /// Posts a text.
    pub(super) async fn post_message(&self, text: &str) -> Reply {
        let body = interop::to_json(&interop::object(&[("body", text.into())]));
        self.call(Method::POST, &self.own("messages"), body.into()).await
    }

    /// Posts that the customer is typing.
    pub(super) async fn post_typing(&self) -> Reply {
        self.call(Method::POST, &self.own("typing"), JsValue::UNDEFINED).await
    }

    /// Leaves the conversation.
    pub(super) async fn delete_member(&self) -> Reply {
        let address = self.member_path(&self.session.text("memberId"));
        self.call(Method::DELETE, &address, JsValue::UNDEFINED).await
    }

    /// One member. A failure is published.
    pub(super) async fn get_member(&self, id: &str) -> Result<JsValue, Reply> {
        self.get(&self.member_path(id)).await
    }

    /// The members. A failure is published.
    pub(super) async fn get_members(&self) -> Result<Array, Reply> {
        let page = self.get(&format!("{}/members", self.conversation())).await?;
        Ok(entities(&page))
    }

    /// One page of messages, as the server has it: `{entities, next?}`. A failure is published.
    pub(super) async fn get_messages(&self, query: &str) -> Result<JsValue, Reply> {
        self.get(&format!("{}/messages{query}", self.conversation())).await
    }

    /// All messages from a page on, in the order of the server.
    pub(super) async fn get_all_messages(&self, query: &str) -> Result<Array, Reply> {
        let mut page = self.get_messages(query).await?;
        let all = entities(&page);
        while let Some(next) = interop::get_string(&page, "next") {
            page = self.get(&next).await?;
            for message in entities(&page).iter() {
                all.push(&message);
            }
        }
        Ok(all)
    }

    async fn get(&self, path: &str) -> Result<JsValue, Reply> {
        let reply = self.call(Method::GET, path, JsValue::UNDEFINED).await;
        if reply.is_good() {
            return Ok(reply.json());
        }
        self.publish_failure(&reply);
        Err(reply)
    }

    /// `error` with the status that the body names (transports 2.8).
    pub(super) fn publish_failure(&self, reply: &Reply) {
        let status = interop::get_number(&reply.json(), "status").unwrap_or_else(|| f64::from(reply.status));
        let code = format!("purecloud-v2-sockets-{status}");
        self.desk.publish_error(&code.into(), &[("response", reply.report().into())]);
    }

    async fn call(&self, method: Method, path: &str, body: JsValue) -> Reply {
        let settings = self.settings();
        let media = if method == Method::DELETE { "application/json; charset=utf-8" } else { JSON };
        let mut headers = vec![
            ("Accept".to_owned(), "application/json, text/javascript, */*; q=0.01".to_owned()),
            ("Content-Type".to_owned(), media.to_owned()),
        ];
        if path != CONVERSATIONS {
            headers.push(("Authorization".to_owned(), format!("Bearer {}", self.session.text("jwt"))));
        }
        let address = format!("{}{path}", settings.data_url);
        http::send(Call { headers, body, timeout: Some(settings.ajax_timeout), ..Call::new(method, address) }).await
    }

    fn conversation(&self) -> String {
        format!("{CONVERSATIONS}/{}", self.session.text("conversationId"))
    }

    fn member_path(&self, id: &str) -> String {
        format!("{}/members/{id}", self.conversation())
    }

    fn own(&self, what: &str) -> String {
        format!("{}/{what}", self.member_path(&self.session.text("memberId")))
    }
}

/// The `entities` of a page.
pub(super) fn entities(page: &JsValue) -> Array {
    interop::get(page, "entities").dyn_into().unwrap_or_default()
}
