//! The fields of a start request (bus facts, section 3, "`userData` at start").

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::WebChatService;
use super::fields::Fields;
use crate::interop;

/// The version of the real product this host behaves like.
pub const VERSION: &str = "9.0.018.07";

impl WebChatService {
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
        interop::assign(&user_data, &[&self.settings().user_data, &self.user_data, &own, &self.page_data()]);
        fields.put_tree("userData", &user_data);
        if let Some(endpoint) = self.settings().endpoint {
            fields.put("endpoint", &endpoint);
        }
        fields
    }

    fn page_data(&self) -> JsValue {
        let language = self.plugin.get_data("App.language").as_string().unwrap_or_else(|| "en".to_owned());
        let mobile = self.plugin.get_data("App.mobileMode").is_truthy();
        let window = web_sys::window();
        let document = window.as_ref().and_then(web_sys::Window::document);
        let agent = window.as_ref().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default();
        let address = window.as_ref().and_then(|window| window.location().href().ok()).unwrap_or_default();
        let (referrer, title) =
            document.map_or_else(Default::default, |document| (document.referrer(), document.title()));
        interop::object(&[
            ("GCTI_LanguageCode", language.into()),
            ("_genesys_source", if mobile { "mobile" } else { "web" }.into()),
            ("_genesys_referrer", referrer.into()),
            ("_genesys_url", address.into()),
            ("_genesys_pageTitle", title.into()),
            ("_genesys_browser", first_named(&agent, &BROWSERS).into()),
            ("_genesys_OS", first_named(&agent, &SYSTEMS).into()),
            ("_genesys_widgets", VERSION.into()),
        ])
        .into()
    }
}

const BROWSERS: [(&str, &str); 4] =
    [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
const SYSTEMS: [(&str, &str); 5] =
    [("Android", "Android"), ("iPhone", "iOS"), ("Windows", "Windows"), ("Mac OS", "Mac OS"), ("Linux", "Linux")];

fn first_named(agent: &str, names: &[(&str, &'static str)]) -> &'static str {
    names.iter().find(|(mark, _)| agent.contains(mark)).map_or("Unknown", |(_, name)| name)
}
