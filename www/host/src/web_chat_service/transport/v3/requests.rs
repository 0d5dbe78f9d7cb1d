//! Requests to the API v3 (transports 3.2, 3.3 and 3.6).

use std::rc::Rc;

use gloo_net::http::Method;
use wasm_bindgen::JsValue;
use web_sys::AbortController;

use super::V3;
use crate::interop;
use crate::web_chat_service::fields::Fields;
use crate::web_chat_service::transport::http::{self, Call, Reply};

const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";
const TOKEN_HEADER: &str = "x-nexus-client-key";

impl V3 {
    /// Posts the fields of a new session, or none to renew one by its token.
    pub(super) async fn post_session(&self, mut fields: Fields) -> Reply {
        fields.put("operationId", &interop::guid());
        self.call(Method::POST, String::new(), Some(fields), None).await
    }

    /// Posts a message or a sign of typing.
    pub(super) async fn post_message(&self, kind: &str, text: &str) -> Reply {
        let mut fields = Fields::default();
        fields.put("operationId", &interop::guid());
        fields.put("data[type]", kind);
        fields.put("data[text]", text);
        self.call(Method::POST, self.path("messages"), Some(fields), None).await
    }

    /// Changes user data of the running chat.
    pub(super) async fn put_user_data(&self, data: &JsValue) -> Reply {
        let mut fields = Fields::default();
        fields.put_tree("data", data);
        fields.put("operationId", &interop::guid());
        self.call(Method::PUT, self.path("userdata"), Some(fields), None).await
    }

    /// Leaves the session; sent with `undefined` ids where there is none.
    pub(super) async fn delete_participant(&self) -> Reply {
        let mut fields = Fields::default();
        fields.put("operationId", &interop::guid());
        let path = self.path(&format!("participants/{}", self.session.text("participantId")));
        self.call(Method::DELETE, path, Some(fields), None).await
    }

    /// Asks for messages. A poll has no time-out, because the server may hold it, and `abort` to be given up with.
    pub(super) async fn get_messages(&self, query: &[(&str, &str)], abort: Option<AbortController>) -> Reply {
        let mut fields = Fields::default();
        for (key, value) in query {
            fields.put(key, value);
        }
        fields.put("operationId", &interop::guid());
        let path = format!("{}?{}", self.path("messages"), fields.into_line());
        self.call(Method::GET, path, None, abort).await
    }

    /// Sends a file: multipart, whose content type the browser makes.
    pub(super) async fn post_file(&self, form: &web_sys::FormData) -> Reply {
        let (address, headers) = (format!("{}{}", self.settings().data_url, self.path("images")), self.headers());
        http::send(Call { headers, body: form.into(), ..Call::new(Method::POST, address) }).await
    }

    async fn call(
        &self,
        method: Method,
        path: String,
        fields: Option<Fields>,
        abort: Option<AbortController>,
    ) -> Reply {
        self.refresh_token();
        let settings = self.settings();
        let mut headers = self.headers();
        let body = fields.map_or(JsValue::UNDEFINED, |fields| {
            headers.push(("Content-Type".to_owned(), FORM.to_owned()));
            fields.into_line().into()
        });
        let address = format!("{}{path}", settings.data_url);
        let timeout = abort.is_none().then_some(settings.ajax_timeout);
        http::send(Call { headers, body, timeout, abort, ..Call::new(method, address) }).await
    }

    pub(super) fn headers(&self) -> Vec<(String, String)> {
        let mut headers = self.settings().headers;
        if let Some(token) = self.session.token() {
            headers.push((TOKEN_HEADER.to_owned(), token));
        }
        headers
    }

    fn path(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.session.text("sessionId"))
    }

    /// A failure that is no loss of the connection. `true` where the session is lost with it.
    pub(super) fn take_failure(self: &Rc<Self>, reply: &Reply) -> bool {
        if self.lose_session_by(reply) {
            return true;
        }
        let status = interop::get(&reply.json(), "status");
        let code = interop::get_string(&status, "code").unwrap_or_else(|| reply.status.to_string());
        let rest = [("text", interop::get(&status, "message")), ("response", reply.report().into())];
        self.desk.publish_error(&format!("pureengage-v3-rest-{code}").into(), &rest);
        false
    }

    /// Ends the session on this side where an answer says that the server has none.
    pub(super) fn lose_session_by(self: &Rc<Self>, reply: &Reply) -> bool {
        let code = interop::get_path(&reply.json(), "status.code").as_string();
        let is_lost = reply.status == 404 || code.as_deref() == Some("INVALID_SESSION");
        if is_lost {
            self.lose_session(reply);
        }
        is_lost
    }

    /// `sessionLost` → `error` → `pollingStopped`; there is no `ended`.
    pub(super) fn lose_session(self: &Rc<Self>, reply: &Reply) {
        let report = JsValue::from(reply.report());
        self.desk.publish("sessionLost", report.clone());
        self.desk.publish("error", report.clone());
        self.stop_polling();
        if let Some(callbacks) = self.settings().callbacks {
            let data = interop::object(&[("sessionData", self.session.data().into()), ("response", report)]);
            callbacks.delete(&data, &self.desk.chat.cookies);
        }
        self.session.clear();
        self.desk.drop_session();
    }
}
