//! WebChat: the chat window (bus facts, section 7). It talks to the chat only through the bus.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `window` | opening, folding, closing |
//! | [`surface`], [`composer`], [`idle`], `confirm`, [`launcher`] | the elements |
//! | [`form`], [`form_fields`] | the form before the chat |
//! | [`drawing`], [`links`], [`markdown`], [`pictures`] | messages → elements |
//! | [`files`], [`file_limits`] | files, up and down |
//! | `events` | what the chat's events do to the window |
//! | `older` | older messages: asked for and put at the top |
//! | `refusals` | what is said of a code of an `error` |
//! | `commands`, `pane` | the commands of the plugin; a plugin's page inside the window |
//! | [`unread`], [`texts`], [`words`], `invite` | the counter, the words in their languages, invite and re-invite |

mod commands;
pub mod composer;
mod confirm;
pub mod drawing;
mod events;
pub mod file_limits;
pub mod files;
pub mod form;
pub mod form_fields;
pub mod idle;
mod invite;
pub mod launcher;
pub mod links;
pub mod markdown;
mod older;
mod pane;
pub mod pictures;
mod refusals;
pub mod surface;
pub mod texts;
pub mod unread;
mod window;
pub mod words;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsValue;

use crate::bus::{Bus, Plugin};
use crate::cookies::Cookies;
use crate::interop;
use crate::timer::Timer;
use crate::window_manager::WindowManager;

/// Why commands that need the window are refused.
const NOT_OPEN: &str = "The chat is not open.";

/// The plugin `WebChat`.
pub struct WebChat {
    plugin: Plugin,
    windows: Rc<WindowManager>,
    cookies: Cookies,
    texts: Rc<texts::Texts>,
    launcher: launcher::Launcher,
    unread: unread::Unread,
    surface: RefCell<Option<Rc<surface::Surface>>>,
    form: RefCell<Option<Rc<form::Form>>>,
    /// All `messageReceived` data of the chat, for a window that opens later.
    history: RefCell<Vec<JsValue>>,
    options: RefCell<Options>,
    /// The options of the page's own section, and what `configure` has set since.
    section: js_sys::Object,
    main: RefCell<JsValue>,
    common: RefCell<JsValue>,
    invite_timer: Timer,
    /// Whether the server has said that it closes the chat because nobody writes.
    closed_by_silence: Cell<bool>,
    minimized: Cell<bool>,
    client_joined: Cell<bool>,
    agent_joined: Cell<bool>,
    partner: RefCell<String>,
    last_html: RefCell<JsValue>,
    older: older::Older,
}

/// Options of the window.
#[derive(Clone)]
struct Options {
    button: bool,
    uploads: bool,
    style: drawing::Style,
    longest: u32,
    /// `charCountEnabled`: the message box says how many characters are left.
    count: bool,
    /// `minimizeOnMobileRestore`: on a small screen, the window of an earlier page comes back folded.
    folds_on_restore: bool,
    /// `webchat.form`: the fields of the form, where the stock ones do not do.
    form: JsValue,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            button: true,
            uploads: false,
            style: drawing::Style::default(),
            longest: 500,
            count: false,
            folds_on_restore: false,
            form: JsValue::UNDEFINED,
        }
    }
}

impl Options {
    fn new(section: &JsValue, main: &JsValue) -> Self {
        Self {
            button: interop::get_path(section, "chatButton.enabled") != JsValue::FALSE,
            uploads: interop::get(section, "uploadsEnabled").is_truthy(),
            style: drawing::Style {
                twelve_hours: interop::get_number(main, "timeFormat") == Some(12.0),
                markdown: interop::get(section, "markdown").is_truthy(),
            },
            longest: interop::get_number(section, "maxMessageLength").unwrap_or(500.0) as u32,
            count: interop::get(section, "charCountEnabled").is_truthy(),
            folds_on_restore: interop::get(section, "minimizeOnMobileRestore").is_truthy(),
            form: interop::get(section, "form"),
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
            texts: Rc::default(),
            launcher: launcher::Launcher::default(),
            surface: RefCell::default(),
            form: RefCell::default(),
            history: RefCell::default(),
            options: RefCell::default(),
            section: js_sys::Object::new(),
            main: RefCell::default(),
            common: RefCell::default(),
            invite_timer: Timer::default(),
            closed_by_silence: Cell::new(false),
            minimized: Cell::new(false),
            client_joined: Cell::new(false),
            agent_joined: Cell::new(false),
            partner: RefCell::default(),
            last_html: RefCell::default(),
            older: older::Older::default(),
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
        self.main.replace(interop::get(config, "main"));
        self.common.replace(interop::get(config, "common"));
        self.register_commands();
        let section = interop::get(config, "webchat");
        let section = if section.is_object() { section } else { js_sys::Object::new().into() };
        let ready = self.plugin.clone();
        self.plugin.command("configure", section).on_done(move |_| {
            ready.ready();
            ready.republish("ready", JsValue::UNDEFINED);
        });
        Ok(())
    }

    /// Takes options over, beside those that are set already. A window that is open keeps its message box and its form.
    fn configure(self: &Rc<Self>, changes: &JsValue) -> Result<(), JsValue> {
        interop::assign(&self.section, &[changes]);
        let options = Options::new(&self.section, &self.main.borrow());
        let button = options.button;
        self.options.replace(options);
        // What a command has said of the button since is not undone by other options.
        if interop::get(changes, "chatButton").is_object() || !self.launcher.is_mounted() {
            self.want_launcher(button)?;
        }
        if let Some(surface) = self.open_surface() {
            self.show_attach(&surface);
        }
        if interop::get(changes, "autoInvite").is_object() {
            self.plan_invite(changes);
        }
        Ok(())
    }

    /// Puts the launcher on the page where it is wanted; it is seen as long as the window is closed.
    fn want_launcher(self: &Rc<Self>, wanted: bool) -> Result<(), JsValue> {
        self.launcher.want(wanted);
        if wanted {
            let chat = Rc::clone(self);
            self.launcher.mount(&self.texts, &self.theme(), move || {
                let _outcome = chat.plugin.command("WebChat.open", JsValue::UNDEFINED);
            })?;
            self.launcher.speak(&self.texts, &self.language());
        }
        self.launcher.set_shown(self.open_surface().is_none());
        Ok(())
    }

    fn theme(&self) -> String {
        self.plugin.get_data("App.theme").as_string().unwrap_or_default()
    }

    fn language(&self) -> String {
        self.plugin.get_data("App.language").as_string().unwrap_or_default()
    }

    /// Says everything that is on the screen in the language that the page has turned to.
    fn translate(&self) {
        self.launcher.speak(&self.texts, &self.language());
        if let Some(surface) = self.open_surface() {
            self.texts.translate(&surface.element);
            surface.composer.show_count(&self.texts);
            self.show_unread();
        }
    }

    fn has_session(&self) -> bool {
        self.plugin.get_data("WebChatService.sessionActive").is_truthy()
    }

    fn open_surface(&self) -> Option<Rc<surface::Surface>> {
        self.surface.borrow().clone()
    }
}
