//! Pictures in messages: fetched with the session's headers and put in as data URLs (transports 3.3, `content[]`).

use gloo_net::http::RequestBuilder;
use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::V3;
use crate::interop;

/// What the address of the sessions ends with; pictures' addresses begin before it.
const SESSIONS: &str = "/sessions";

impl V3 {
    /// Replaces the addresses of a message's pictures. One that cannot be had keeps its address.
    pub(super) async fn fetch_pictures(&self, raw: &JsValue) {
        let content = interop::get(raw, "content");
        let parts: Vec<JsValue> = content.dyn_ref::<Array>().map_or_else(Vec::new, |parts| parts.iter().collect());
        for part in parts {
            let address = interop::get_string(&part, "url");
            let mime = interop::get_string(&part, "mime").unwrap_or_default();
            let is_picture = interop::get_string(&part, "type").as_deref() == Some("image");
            if let Some(address) = address.filter(|_| is_picture)
                && let Ok(bytes) = self.fetch_picture(&address).await
                && let Some(data) = base64(&bytes)
            {
                interop::set(&part, "url", format!("data:{mime};base64,{data}"));
            }
        }
    }

    async fn fetch_picture(&self, path: &str) -> Result<Vec<u8>, gloo_net::Error> {
        let base = self.settings().data_url;
        let root = base.strip_suffix(SESSIONS).unwrap_or(&base);
        let mut builder = RequestBuilder::new(&format!("{root}{path}"));
        for (name, value) in self.headers() {
            builder = builder.header(&name, &value);
        }
        let answer = builder.build()?.send().await?;
        // The page that says so is no picture.
        if !answer.ok() {
            return Err(gloo_net::Error::GlooError(answer.status_text()));
        }
        answer.binary().await
    }
}

fn base64(bytes: &[u8]) -> Option<String> {
    let text: String = bytes.iter().copied().map(char::from).collect();
    web_sys::window()?.btoa(&text).ok()
}
