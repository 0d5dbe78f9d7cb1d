//! Options of `CXBus.configure` (bus facts 1.1).

use wasm_bindgen::JsValue;

use crate::interop;

/// What `CXBus.configure` can set; unknown options are ignored.
#[derive(Clone)]
pub struct Settings {
    /// Deliver commands and events in tasks of their own (default) instead of at once.
    pub asynchronous: bool,
    /// Write bus traffic (names only, never data) to the console.
    pub debug: bool,
    /// May a command to an unknown plugin load its file?
    pub load_plugins: bool,
    /// Show `getPluginInterface` on the global bus.
    pub unlocked: bool,
    /// Folder of plugin files, ending in a slash; empty = relative to the page.
    pub plugins_path: String,
    /// File name of a plugin; the word "plugin" stands for its name.
    pub plugin_filename_format: String,
    /// Plugin name → address of its file, or `false` for never.
    pub plugin_map: JsValue,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            asynchronous: true,
            debug: false,
            load_plugins: true,
            unlocked: false,
            plugins_path: String::new(),
            plugin_filename_format: "plugin.min.js".to_owned(),
            plugin_map: JsValue::UNDEFINED,
        }
    }
}

impl Settings {
    /// Takes over what `options` names with the right type.
    pub fn merge(&mut self, options: &JsValue) {
        let boolean = |key: &str, current: bool| interop::get(options, key).as_bool().unwrap_or(current);
        self.asynchronous = boolean("async", self.asynchronous);
        self.debug = boolean("debug", self.debug);
        self.load_plugins = boolean("loadPlugins", self.load_plugins);
        self.unlocked = boolean("unlocked", self.unlocked);
        if let Some(mut path) = interop::get_string(options, "pluginsPath") {
            if !path.is_empty() && !path.ends_with('/') {
                path.push('/');
            }
            self.plugins_path = path;
        }
        if let Some(format) = interop::get_string(options, "pluginFilenameFormat") {
            self.plugin_filename_format = format;
        }
        let map = interop::get(options, "pluginMap");
        if map.is_object() {
            self.plugin_map = map;
        }
    }

    /// Where the file of `name` is; `None` where the map forbids loading it or names no script.
    #[must_use]
    pub fn address_of(&self, name: &str) -> Option<String> {
        let lower = name.to_lowercase();
        let mapped = interop::keys(&self.plugin_map).into_iter().find(|key| key.to_lowercase() == lower);
        if let Some(key) = mapped {
            return interop::get_string(&self.plugin_map, &key).filter(|address| address.ends_with(".js"));
        }
        Some(format!("{}{}", self.plugins_path, self.plugin_filename_format.replace("plugin", name).to_lowercase()))
    }
}
