//! Language: `main.lang`, `main.i18n`, `App.language`, `App.i18n` (bus facts 2 and 6.4).

use gloo_net::http::Request;
use js_sys::Object;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::App;
use crate::interop;
use crate::timer;

impl App {
    /// Brings the language table and goes on with `then`: at once for an object, after the request for an address.
    pub(super) fn load_language(self: &std::rc::Rc<Self>, then: impl FnOnce() -> Result<(), JsValue> + 'static) {
        let source = interop::get_path(&self.config, "main.i18n");
        let app = std::rc::Rc::clone(self);
        let Some(address) = source.as_string() else {
            app.take_table(if source.is_object() { source } else { Object::new().into() });
            return finish(then);
        };
        spawn_local(async move {
            let table = fetch_table(&address).await.unwrap_or_else(|| {
                web_sys::console::warn_2(&"The language file could not be loaded:".into(), &address.clone().into());
                Object::new().into()
            });
            app.take_table(table);
            finish(then);
        });
    }

    fn take_table(&self, table: JsValue) {
        self.table.replace(table);
        self.publish_language();
    }

    /// Sets another language and tells everybody.
    pub(super) fn set_language(&self, code: &str) {
        let mut main = interop::get(&self.config, "main");
        if !main.is_object() {
            main = Object::new().into();
            interop::set(&self.config, "main", main.clone());
        }
        interop::set(&main, "lang", code);
        self.publish_language();
    }

    /// Adds texts of a plugin: `App.registerI18n {namespace, lang, i18n}`.
    pub(super) fn add_texts(&self, language: &str, namespace: &str, texts: JsValue) {
        let table = self.table.borrow().clone();
        let mut section = interop::get(&table, language);
        if section.is_undefined() {
            section = Object::new().into();
            interop::set(&table, language, section.clone());
        }
        interop::set(&section, namespace, texts);
        self.publish_language();
    }

    /// The code of the current language; `en` unless configured.
    pub(super) fn language(&self) -> String {
        interop::get_path(&self.config, "main.lang").as_string().unwrap_or_else(|| "en".to_owned())
    }

    fn publish_language(&self) {
        let code = self.language();
        let table = self.table.borrow().clone();
        let texts = interop::get(&table, &code);
        self.plugin.set_data("language", code.clone());
        self.plugin.republish("language", code);
        self.plugin.republish("i18n", texts);
    }
}

fn finish(then: impl FnOnce() -> Result<(), JsValue>) {
    if let Err(error) = then() {
        timer::report(error);
    }
}

async fn fetch_table(address: &str) -> Option<JsValue> {
    let answer = Request::get(address).send().await.ok()?;
    let text = if answer.ok() { answer.text().await.ok()? } else { return None };
    js_sys::JSON::parse(&text).ok().filter(JsValue::is_object)
}
