//! Commands of the contract that this version of the host does not have yet.

use crate::bus::Plugin;

/// Registers commands that reject with a text that says so, rather than leaving the caller to wait for ever.
pub fn register(plugin: &Plugin, names: &[&'static str]) {
    for name in names {
        let text = format!("{}.{name} is not implemented in this version of the host.", plugin.name());
        plugin.register_command(name, move |command| {
            command.deferred.reject(text.clone());
            Ok(())
        });
    }
}
