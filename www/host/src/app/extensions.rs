//! Extensions (bus facts 2 and 0.4 to 0.6).

use std::rc::Rc;

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;

use super::App;
use crate::bus::Command;
use crate::element_list;
use crate::interop;

impl App {
    /// Calls each extension function once, in order of insertion; gives the addresses of the others.
    pub(super) fn run_extensions(&self) -> Result<Vec<String>, JsValue> {
        let extensions = interop::get(&self.config, "extensions");
        let table = Object::new();
        let mut addresses = Vec::new();
        for name in interop::keys(&extensions) {
            let extension = interop::get(&extensions, &name);
            self.extension_names.borrow_mut().insert(name);
            if let Some(body) = extension.dyn_ref::<Function>() {
                let _ignored: JsValue =
                    body.apply(&table, &Array::of3(&stand_in(), &self.bus_object(), &self.common))?;
            } else if let Some(address) = extension.as_string() {
                addresses.push(address);
            }
        }
        Ok(addresses)
    }

    /// `App.registerExtension {name, extension}`: bus facts 2. The fourth argument of the function is a small cookie
    /// helper (`get`, `set`, `remove`), the fifth `undefined`: this host ships neither js-cookie nor URI.js.
    pub(super) fn register_extension(self: &Rc<Self>, command: &Command) -> Result<(), JsValue> {
        let name = interop::get_string(&command.data, "name").unwrap_or_default();
        let extension = interop::get(&command.data, "extension");
        if name.is_empty() || self.extension_names.borrow().contains(&name) {
            command.deferred.reject(format!("An extension needs a name of its own; \"{name}\" is missing or taken."));
            return Ok(());
        }
        if let Some(body) = extension.dyn_ref::<Function>() {
            self.extension_names.borrow_mut().insert(name);
            let arguments =
                Array::of5(&stand_in(), &self.bus_object(), &self.common, &self.cookie_object(), &JsValue::UNDEFINED);
            let _ignored: JsValue = body.apply(&JsValue::UNDEFINED, &arguments)?;
            command.deferred.resolve(JsValue::UNDEFINED);
        } else if let Some(address) = extension.as_string() {
            self.extension_names.borrow_mut().insert(name.clone());
            let (app, loaded) = (Rc::clone(self), crate::bus::load_script(&address));
            // Before the commander hears of it, who may try again.
            loaded.on_fail(move |_| {
                app.extension_names.borrow_mut().remove(&name);
            });
            loaded.forward_to(&command.deferred);
        } else {
            command.deferred.reject("An extension must be a function or the address of a script.");
        }
        Ok(())
    }

    fn bus_object(&self) -> JsValue {
        self.plugin.bus().global().into()
    }

    fn cookie_object(&self) -> JsValue {
        let face = Object::new();
        for (short, long) in [("get", "getCookie"), ("set", "setCookie"), ("remove", "deleteCookie")] {
            interop::set(&face, short, interop::get(&self.common, long));
        }
        face.into()
    }
}

/// The page's jQuery, or what stands in for it.
fn stand_in() -> JsValue {
    element_list::jquery().into()
}
