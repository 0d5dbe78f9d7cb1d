//! The names of Widgets 8.5, as scripts of the page see them; inside this crate the new ones are used (backend facts 3.1).

use std::borrow::Cow;

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::{Bus, Deferred};
use crate::emulate::OLD_PREFIX;
use crate::interop;

impl Bus {
    /// From now on scripts see and must use names that begin with [`OLD_PREFIX`].
    pub fn use_old_names(&self) {
        self.state.old_names.set(true);
    }

    /// A name of this crate as scripts see it.
    pub(super) fn shown<'a>(&self, name: &'a str) -> Cow<'a, str> {
        if self.state.old_names.get() { format!("{OLD_PREFIX}{name}").into() } else { name.into() }
    }

    /// The name that a script means; `None` where it uses a new name although old ones are spoken.
    pub(super) fn meant<'a>(&self, name: &'a str) -> Option<&'a str> {
        if self.state.old_names.get() && name.contains('.') { name.strip_prefix(OLD_PREFIX) } else { Some(name) }
    }

    /// What `registry()` gives to scripts: the live object, or a copy with old names.
    pub(super) fn shown_registry(&self) -> Object {
        if !self.state.old_names.get() {
            return self.state.registry.clone();
        }
        let copy = Object::new();
        for name in interop::keys(&self.state.registry) {
            interop::set(&copy, &self.shown(&name), interop::get(&self.state.registry, &name));
        }
        copy
    }
}

/// What a command with a new name comes to on a bus that speaks old ones.
pub(super) fn refused(name: &str) -> JsValue {
    let outcome = Deferred::new();
    outcome.reject(format!("This host emulates 8.5, where the command is called {OLD_PREFIX}{name}."));
    outcome.promise().into()
}
