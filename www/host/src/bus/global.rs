//! The object `window.CXBus` (bus facts 1.1).

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::plugin::{script_command, script_data, script_subscribe};
use super::{Bus, GLOBAL, loader};
use crate::interop;

impl Bus {
    /// The global face of the bus: exactly the members of bus facts 1.1. Each call gives the same object.
    #[must_use]
    pub fn global(&self) -> Object {
        if let Some(made) = self.state.global.borrow().as_ref() {
            return made.clone();
        }
        let face = Object::new();
        let member = |name: &str, body: fn(&Bus, [JsValue; 4]) -> JsValue| {
            let bus = self.clone();
            interop::set(&face, name, interop::function(move |arguments| Ok(body(&bus, arguments))));
        };
        member("registerPlugin", script_register_plugin);
        member("registerMaster", |bus, _| bus.register_master().map_or(JsValue::UNDEFINED, JsValue::from));
        member("loadPlugin", |bus, [name, ..]| bus.load_plugin(&name.as_string().unwrap_or_default()).promise().into());
        member("loadFile", |_, [address, ..]| {
            loader::load_script(&address.as_string().unwrap_or_default()).promise().into()
        });
        member("loadModule", |bus, [name, ..]| bus.load_module(&name.as_string().unwrap_or_default()).promise().into());
        member("registerModule", |bus, [name, module, ..]| {
            bus.register_module(&name.as_string().unwrap_or_default(), module);
            JsValue::UNDEFINED
        });
        member("configure", |bus, [options, ..]| {
            bus.configure(&options);
            JsValue::UNDEFINED
        });
        member("command", |bus, arguments| bus.as_itself(script_command, arguments));
        member("subscribe", |bus, arguments| bus.as_itself(script_subscribe, arguments));
        member("data", |bus, arguments| bus.as_itself(script_data, arguments));
        self.state.global.replace(Some(face.clone()));
        self.show_interface_access();
        face
    }

    /// The control object of the bus, for the first caller only: bus facts 1.1.
    #[must_use]
    pub fn register_master(&self) -> Option<Object> {
        if self.state.master_taken.replace(true) {
            return None;
        }
        let control = Object::new();
        for (name, locked) in [("lock", true), ("unlock", false)] {
            let bus = self.clone();
            let body = interop::function(move |_| {
                bus.state.locked.set(locked);
                Ok(JsValue::UNDEFINED)
            });
            interop::set(&control, name, body);
        }
        let bus = self.clone();
        let config = interop::function(move |[options, ..]| {
            bus.configure(&options);
            Ok(JsValue::UNDEFINED)
        });
        interop::set(&control, "config", config);
        Some(control)
    }

    pub(super) fn show_interface_access(&self) {
        let global = self.state.global.borrow().clone();
        if let (Some(face), true) = (global, self.settings().unlocked) {
            let bus = self.clone();
            let body = interop::function(move |[name, ..]| {
                let plugin = bus.plugin(&name.as_string().unwrap_or_default());
                Ok(plugin.map_or(JsValue::UNDEFINED, |plugin| plugin.to_object().into()))
            });
            interop::set(&face, "getPluginInterface", body);
        }
    }

    fn as_itself(&self, body: fn(&super::Plugin, [JsValue; 4]) -> JsValue, arguments: [JsValue; 4]) -> JsValue {
        self.plugin(GLOBAL).map_or(JsValue::UNDEFINED, |own| body(&own, arguments))
    }
}

/// `registerPlugin` as JavaScript calls it: the plugin object, or `false` (bus facts 1.2).
pub(crate) fn script_register_plugin(bus: &Bus, [name, ..]: [JsValue; 4]) -> JsValue {
    name.as_string()
        .and_then(|name| bus.register_plugin(&name))
        .map_or(JsValue::FALSE, |plugin| plugin.to_object().into())
}
