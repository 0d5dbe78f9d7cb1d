//! The fields of a start request (bus facts, section 3, "`userData` at start").

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::Gms;
use crate::interop;
use crate::web_chat_service::fields::Fields;
use crate::web_chat_service::page_data::page_data;

impl Gms {
    /// Fields of the start request for a `startChat` command's data.
    pub(super) fn start_fields(&self, data: &JsValue) -> Fields {
        let mut fields = self.session.fields();
        for (field, option) in [
            ("nickname", "nickname"),
            ("firstName", "firstname"),
            ("lastName", "lastname"),
            ("emailAddress", "email"),
            ("subject", "subject"),
        ] {
            fields.put(field, &interop::get_string(data, option).unwrap_or_default());
        }
        fields.put("text", "");
        let user_data = Object::new();
        let own = interop::get(data, "userData");
        interop::assign(&user_data, &[&self.settings().user_data, &self.chat.user_data, &own, &self.page_data()]);
        if self.settings().asynchronous.is_some() {
            interop::set(&user_data, "GCTI_Chat_AsyncMode", "true");
        }
        fields.put_tree("userData", &user_data);
        if let Some(endpoint) = self.settings().endpoint {
            fields.put("endpoint", &endpoint);
        }
        fields
    }

    fn page_data(&self) -> JsValue {
        let data = page_data(&self.plugin);
        let language = self.plugin.get_data("App.language").as_string().unwrap_or_else(|| "en".to_owned());
        interop::set(&data, "GCTI_LanguageCode", language);
        interop::set(&data, "_genesys_widgets", self.chat.version.release());
        data.into()
    }
}
