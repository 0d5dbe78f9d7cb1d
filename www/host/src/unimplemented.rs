//! Commands of the contract that this version of the host does not have yet.

use crate::bus::{Command, Plugin};

/// Registers commands that reject with a text that says so, rather than leaving the caller to wait for ever.
pub fn register(plugin: &Plugin, names: &[&'static str]) {
    for &name in names {
        let own = plugin.clone();
        plugin.register_command(name, move |command| {
            refuse(&own, name, &command);
            Ok(())
        });
    }
}

/// Rejects one such command.
pub fn refuse(plugin: &Plugin, name: &str, command: &Command) {
    command.deferred.reject(format!("{}.{name} is not implemented in this version of the host.", plugin.name()));
}
