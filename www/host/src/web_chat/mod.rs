//! WebChat: the chat window (bus facts, section 7). It talks to the chat only through the bus.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `window` | opening, folding, closing |
//! | [`surface`], [`form`], `confirm`, `composer`, [`launcher`] | the elements |
//! | [`drawing`], [`links`] | messages → elements |
//! | `events` | what the chat's events do to the window |
//! | `commands` | the commands of the plugin |
//! | [`unread`], [`texts`], `invite` | the counter, the words, the re-invite |

mod commands;
mod composer;
mod confirm;
pub mod drawing;
mod events;
pub mod form;
mod invite;
pub mod launcher;
pub mod links;
pub mod surface;
pub mod texts;
pub mod unread;
mod window;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsValue;

use crate::bus::{Bus, Plugin};
use crate::cookies::Cookies;
use crate::interop;
use crate::window_manager::WindowManager;

/// The plugin `WebChat`.
pub struct WebChat {
    plugin: Plugin,
    windows: Rc<WindowManager>,
    cookies: Cookies,
    texts: texts::Texts,
    launcher: launcher::Launcher,
    unread: unread::Unread,
    surface: RefCell<Option<Rc<surface::Surface>>>,
    form: RefCell<Option<Rc<form::Form>>>,
    /// All `messageReceived` data of the chat, for a window that opens later.
    history: RefCell<Vec<JsValue>>,
    options: RefCell<Options>,
    minimized: Cell<bool>,
    client_joined: Cell<bool>,
    agent_joined: Cell<bool>,
    partner: RefCell<String>,
    last_html: RefCell<JsValue>,
}

/// Options of the window.
#[derive(Clone)]
struct Options {
    button: bool,
    twelve_hours: bool,
    longest: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { button: true, twelve_hours: false, longest: 500 }
    }
}

impl Options {
    fn new(section: &JsValue, main: &JsValue) -> Self {
        Self {
            button: interop::get_path(section, "chatButton.enabled") != JsValue::FALSE,
            twelve_hours: interop::get_number(main, "timeFormat") == Some(12.0),
            longest: interop::get_number(section, "maxMessageLength").unwrap_or(500.0) as u32,
        }
    }
}

impl WebChat {
    /// Registers the plugin and subscribes it to the chat's events at once, as in the real product's bundle (bus facts 2).
    /// `None` where the name is taken.
    #[must_use]
    pub fn register(bus: &Bus, windows: Rc<WindowManager>, cookies: Cookies) -> Option<Rc<Self>> {
        let plugin = bus.register_plugin("WebChat")?;
        let chat = Rc::new(Self {
            plugin,
            windows,
            unread: unread::Unread::new(cookies.clone()),
            cookies,
            texts: texts::Texts::default(),
            launcher: launcher::Launcher::default(),
            surface: RefCell::default(),
            form: RefCell::default(),
            history: RefCell::default(),
            options: RefCell::default(),
            minimized: Cell::new(false),
            client_joined: Cell::new(false),
            agent_joined: Cell::new(false),
            partner: RefCell::default(),
            last_html: RefCell::default(),
        });
        chat.plugin.set_data("open", false);
        chat.subscribe_to_chat();
        let ready = Rc::clone(&chat);
        chat.plugin.subscribe("App.ready", move |config| ready.come_up(config));
        Some(chat)
    }

    fn come_up(self: &Rc<Self>, config: &JsValue) -> Result<(), JsValue> {
        if self.plugin.get_data("configured").is_truthy() {
            return Ok(());
        }
        self.plugin.set_data("configured", true);
        let options = Options::new(&interop::get(config, "webchat"), &interop::get(config, "main"));
        self.options.replace(options.clone());
        self.register_commands();
        if options.button {
            let chat = Rc::clone(self);
            self.launcher.mount(&self.texts.get("ChatButton"), &self.theme(), move || {
                let _outcome = chat.plugin.command("WebChat.open", JsValue::UNDEFINED);
            })?;
        }
        self.plugin.ready();
        self.plugin.republish("ready", JsValue::UNDEFINED);
        Ok(())
    }

    fn theme(&self) -> String {
        self.plugin.get_data("App.theme").as_string().unwrap_or_default()
    }

    fn has_session(&self) -> bool {
        self.plugin.get_data("WebChatService.sessionActive").is_truthy()
    }

    fn open_surface(&self) -> Option<Rc<surface::Surface>> {
        self.surface.borrow().clone()
    }
}
