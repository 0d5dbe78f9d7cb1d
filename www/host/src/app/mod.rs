//! App: start-up, theme, language and extensions (bus facts, sections 2 and 6.4).

mod commands;
mod extensions;
mod language;
mod layout;
mod theme;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use crate::bus::{Bus, Plugin};
use crate::common::{Common, QUICK_BUS};
use crate::cookies::Cookies;
use crate::interop;
use crate::timer;

/// The plugin `App`.
pub struct App {
    plugin: Plugin,
    config: JsValue,
    common: Object,
    cookies: Cookies,
    extension_names: RefCell<HashSet<String>>,
    // Held to the end: the bus gives its control object only once.
    _master: Option<Object>,
    started: Cell<bool>,
    theme: RefCell<String>,
    table: RefCell<JsValue>,
}

impl App {
    /// Registers `App` and `QuickBus` on the bus and hangs `bus` and `common` on the configuration object, as
    /// widgets-core does at evaluation (bus facts 1.6 and 2). `None` where those names are taken.
    #[must_use]
    pub fn register(bus: &Bus, config: &JsValue) -> Option<Rc<Self>> {
        let plugin = bus.register_plugin("App")?;
        let quick_bus = bus.register_plugin(QUICK_BUS)?;
        quick_bus.ready();
        let cookies = Cookies::new(&interop::get(config, "main"));
        let common = Common::new(cookies.clone()).to_object();
        let face = quick_bus.to_object();
        interop::set(&face, "registerPlugin", interop::get(&bus.global(), "registerPlugin"));
        interop::set(config, "bus", face);
        interop::set(config, "common", common.clone());
        plugin.set_data("ready", false);
        plugin.register_events(&["ready", "theme", "i18n", "language", "mobileMode", "zoom", "closeAll"]);
        let app = Rc::new(Self {
            plugin,
            config: config.clone(),
            common,
            cookies,
            extension_names: RefCell::default(),
            _master: bus.register_master(),
            started: Cell::new(false),
            theme: RefCell::default(),
            table: RefCell::default(),
        });
        app.register_commands();
        Some(app)
    }

    /// Runs the start-up of bus facts 2: theme, language, extensions, `App.ready`, `onReady`, string extensions. Where
    /// the language file has an address, everything after waits for it.
    ///
    /// # Errors
    /// The exception of an extension or of `onReady`; start-up stops there, as in the real product.
    pub fn initialise(self: &Rc<Self>) -> Result<(), JsValue> {
        let debug = interop::get_path(&self.config, "main.debug");
        if debug.is_truthy() {
            self.plugin.bus().configure(&interop::object(&[("debug", true.into())]).into());
        }
        self.detect_mobile();
        self.watch_zoom();
        self.apply_configured_theme();
        let app = Rc::clone(self);
        self.load_language(move || app.finish());
        Ok(())
    }

    fn finish(&self) -> Result<(), JsValue> {
        let addresses = self.run_extensions()?;
        self.started.set(true);
        self.plugin.set_data("ready", true);
        self.plugin.ready();
        self.plugin.republish("ready", self.config.clone());
        if let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.session_storage()) {
            let _refused = storage.set_item("Widgets.ready", "true");
        }
        if let Some(on_ready) = interop::get(&self.config, "onReady").dyn_ref::<Function>() {
            let _ignored: JsValue = on_ready.call1(&self.config, &interop::get(&self.config, "bus"))?;
        }
        self.preload();
        for address in addresses {
            let name = address.clone();
            crate::bus::load_script(&address).on_fail(move |_| {
                timer::report(JsValue::from_str(&format!("The extension {name} could not be loaded.")));
            });
        }
        Ok(())
    }

    /// `main.preload` and the auto-load list: plugins that are loaded `main.pluginLoadDelay` (100) ms after the start (bus
    /// facts 2).
    fn preload(&self) {
        let main = interop::get(&self.config, "main");
        let preload = interop::get(&main, "preload").dyn_ref::<js_sys::Array>().cloned().unwrap_or_default();
        let mut names: Vec<String> = preload.iter().filter_map(|name: JsValue| name.as_string()).collect();
        names.extend(self.auto_loaded());
        if names.is_empty() {
            return;
        }
        let delay = interop::get_number(&main, "pluginLoadDelay").unwrap_or(100.0) as i32;
        let bus = self.plugin.bus().clone();
        timer::later(delay, move || {
            for name in names {
                bus.load_plugin(&name).on_fail(timer::report);
            }
            Ok(())
        });
    }

    fn detect_mobile(&self) {
        let main = interop::get(&self.config, "main");
        let mobile = interop::get(&main, "mobileMode").as_bool().unwrap_or_else(|| {
            let breakpoint = interop::get_number(&main, "mobileModeBreakpoint").unwrap_or(600.0);
            is_small_mobile_device(breakpoint)
        });
        self.plugin.set_data("mobileMode", mobile);
        if mobile {
            self.plugin.republish("mobileMode", JsValue::UNDEFINED);
        }
    }
}

/// A mobile user agent with a side of at most `breakpoint` CSS pixels: bus facts 6.4, `mobileMode: 'auto'`.
fn is_small_mobile_device(breakpoint: f64) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let screen = interop::get(&window, "screen");
    let side = |name: &str| interop::get_number(&screen, name).unwrap_or(f64::MAX);
    crate::common::is_mobile_device() && side("width").min(side("height")) <= breakpoint
}
