//! The page's own bus with the stock plugins on it: what one script does at evaluation (bus facts 2, "Bundle mode").

use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::bus::Bus;
use crate::cookies::Cookies;
use crate::emulate::Version;
use crate::in_focus;
use crate::interop;
use crate::overlay::Overlay;
use crate::timer;
use crate::toaster::Toaster;
use crate::web_chat::WebChat;
use crate::web_chat_service::WebChatService;
use crate::window_manager::WindowManager;

/// Starts the host on this page unless it is switched off or there already.
pub fn start() {
    let Some(window) = web_sys::window() else { return };
    let switched_off = window.name().is_ok_and(|name| name == "disableWebme")
        || interop::get_path(&window, "external.isGenesysTrackerDisable").is_truthy();
    if switched_off || interop::get(&window, "CXBus").is_truthy() {
        return;
    }
    let bus = Bus::new();
    interop::set(&window, "CXBus", bus.global());
    run(&bus, &configuration(&window));
}

/// Registers App and the stock plugins on `bus` and starts App in a microtask. Tests call it with a bus of their own.
pub fn run(bus: &Bus, config: &JsValue) {
    if Version::of(config).has_old_names() {
        bus.use_old_names();
    }
    let Some(app) = App::register(bus, config) else { return };
    let cookies = Cookies::new(&interop::get(config, "main"));
    let _new = WebChatService::register(bus, cookies.clone());
    let _overlay = Overlay::register(bus);
    if let Some(windows) = WindowManager::register(bus) {
        let _toaster = Toaster::register(bus, Rc::clone(&windows));
        let _chat = WebChat::register(bus, windows, cookies);
    }
    if let Err(error) = in_focus::follow() {
        timer::report(error);
    }
    timer::microtask(move || app.initialise());
}

/// `_genesys.cxwidget` or `_genesys.widgets`, by reference; made where neither is there.
fn configuration(window: &web_sys::Window) -> JsValue {
    let mut root = interop::get(window, "_genesys");
    if !root.is_object() {
        root = Object::new().into();
        interop::set(window, "_genesys", root.clone());
    }
    let found = [interop::get(&root, "cxwidget"), interop::get(&root, "widgets")].into_iter().find(JsValue::is_object);
    found.unwrap_or_else(|| {
        let made: JsValue = Object::new().into();
        interop::set(&root, "widgets", made.clone());
        made
    })
}
