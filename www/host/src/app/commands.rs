//! The commands of App (bus facts 2 and 6.4).

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::App;
use crate::auto_load;
use crate::dom;
use crate::element_list;
use crate::interop;

impl App {
    pub(super) fn register_commands(self: &Rc<Self>) {
        let app = Rc::clone(self);
        self.plugin.register_command("getTheme", move |command| {
            command.deferred.resolve(app.theme_class());
            Ok(())
        });
        let app = Rc::clone(self);
        self.plugin.register_command("setTheme", move |command| {
            match interop::get_string(&command.data, "theme") {
                None => command.deferred.reject("No theme name provided."),
                Some(name) => {
                    app.set_theme(&name);
                    command.deferred.resolve(app.theme_class());
                }
            }
            Ok(())
        });
        let app = Rc::clone(self);
        self.plugin.register_command("reTheme", move |command| {
            match element_list::element_of(&interop::get(&command.data, "html")) {
                None => command.deferred.reject("No element provided."),
                Some(element) => {
                    dom::toggle_class(&element, &app.theme_class(), true);
                    command.deferred.resolve(interop::get(&command.data, "html"));
                }
            }
            Ok(())
        });
        let app = Rc::clone(self);
        self.plugin.register_command("getLanguage", move |command| {
            command.deferred.resolve(app.language());
            Ok(())
        });
        let app = Rc::clone(self);
        self.plugin.register_command("setLanguage", move |command| {
            match interop::get_string(&command.data, "lang") {
                None => command.deferred.reject("No language code provided."),
                Some(code) => {
                    app.set_language(&code);
                    command.deferred.resolve(code);
                }
            }
            Ok(())
        });
        let app = Rc::clone(self);
        self.plugin.register_command("registerI18n", move |command| {
            let language = interop::get_string(&command.data, "lang").unwrap_or_else(|| app.language());
            match interop::get_string(&command.data, "namespace") {
                None => command.deferred.reject("No namespace provided."),
                Some(namespace) => {
                    app.add_texts(&language, &namespace, interop::get(&command.data, "i18n"));
                    command.deferred.resolve(JsValue::UNDEFINED);
                }
            }
            Ok(())
        });
        let app = Rc::clone(self);
        self.plugin.register_command("closeAll", move |command| {
            app.plugin.publish("closeAll", JsValue::UNDEFINED);
            command.deferred.resolve(JsValue::UNDEFINED);
            Ok(())
        });
        let app = Rc::clone(self);
        self.plugin.register_command("registerExtension", move |command| app.register_extension(&command));
        // Backend facts 3.1: before `App.ready` there is the property `extensions` of the configuration.
        self.plugin.refuse_early("registerExtension", "App.registerExtension works only after App.ready.");
        for (name, wanted) in [("registerAutoLoad", true), ("deregisterAutoLoad", false)] {
            let app = Rc::clone(self);
            self.plugin.register_command(name, move |command| {
                let plugin = interop::get_string(&command.data, "name").unwrap_or(command.commander);
                auto_load::set(&app.cookies, &[&plugin], wanted);
                command.deferred.resolve(JsValue::UNDEFINED);
                Ok(())
            });
        }
        let app = Rc::clone(self);
        self.plugin.register_command("zoom", move |command| {
            match interop::get_string(&command.data, "layout").as_deref() {
                Some(layout @ ("mobile" | "desktop")) => {
                    app.set_layout(layout);
                    command.deferred.resolve(interop::object(&[("layout", layout.into())]));
                }
                _ => command.deferred.reject("Invalid layout: \"mobile\" or \"desktop\" expected."),
            }
            Ok(())
        });
    }

    /// The plugins that earlier pages put on the list and that are not here yet: bus facts 2.
    pub(super) fn auto_loaded(&self) -> Vec<String> {
        let wanted = auto_load::wanted(&self.cookies).into_iter();
        wanted.filter(|name| self.plugin.bus().plugin(name).is_none()).collect()
    }
}
