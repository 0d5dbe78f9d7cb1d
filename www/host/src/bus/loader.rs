//! Script files: plugins that are not registered yet, and `loadFile` (bus facts 0.7, 1.1 and 1.3).

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use super::{Bus, Deferred};
use crate::interop;

impl Bus {
    /// Loads a plugin's file unless the plugin (in any case of letters) is registered or on its way.
    #[must_use]
    pub(crate) fn load_plugin(&self, name: &str) -> Deferred {
        if self.is_registered_in_any_case(name) {
            let there = Deferred::new();
            there.resolve(JsValue::UNDEFINED);
            return there;
        }
        let key = name.to_lowercase();
        if let Some(running) = self.state.loads.borrow().get(&key) {
            return running.clone();
        }
        let outcome = Deferred::new();
        let settings = self.settings();
        let Some(address) = settings.address_of(name).filter(|_| settings.load_plugins) else {
            outcome.reject(failure(name));
            return outcome;
        };
        self.state.loads.borrow_mut().insert(key.clone(), outcome.clone());
        let loaded = load_script(&address);
        let (resolved, rejected) = (outcome.clone(), outcome.clone());
        loaded.on_done(move |_| resolved.resolve(JsValue::UNDEFINED));
        let (bus, name) = (self.clone(), name.to_owned());
        loaded.on_fail(move |_| {
            // Forgotten, so that a later command tries again.
            bus.state.loads.borrow_mut().remove(&key);
            rejected.reject(failure(&name));
        });
        outcome
    }

    pub(super) fn register_module(&self, name: &str, module: JsValue) {
        self.state.modules.borrow_mut().insert(name.to_owned(), module);
    }

    #[must_use]
    pub(super) fn load_module(&self, name: &str) -> Deferred {
        let outcome = Deferred::new();
        match self.state.modules.borrow().get(name) {
            Some(module) => outcome.resolve(module.clone()),
            None => outcome.reject(format!("No module \"{name}\" is registered.")),
        }
        outcome
    }
}

fn failure(name: &str) -> String {
    format!("Plugin \"{name}\" could not be loaded. Check the plugins path and the plugin map (CXBus.configure).")
}

/// Adds a script element for `address`; rejects after a failed request, or where the page's policy refuses it.
pub(crate) fn load_script(address: &str) -> Deferred {
    let outcome = Deferred::new();
    if let Err(error) = add_script(address, &outcome) {
        outcome.reject(error);
    }
    outcome
}

fn add_script(address: &str, outcome: &Deferred) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or("no document")?;
    let script = document.create_element("script")?;
    let (loaded, failed) = (outcome.clone(), outcome.clone());
    let on_load = interop::function(move |_| {
        loaded.resolve(JsValue::UNDEFINED);
        Ok(JsValue::UNDEFINED)
    });
    let on_error = interop::function(move |_| {
        failed.reject("The script could not be loaded.");
        Ok(JsValue::UNDEFINED)
    });
    script.add_event_listener_with_callback("load", &on_load)?;
    script.add_event_listener_with_callback("error", &on_error)?;
    // Through Reflect, because a page under Trusted Types throws here.
    Reflect::set(&script, &"src".into(), &address.into())?;
    document.head().ok_or("no head")?.append_child(&script)?;
    Ok(())
}
