//! WebChatService: the chat, without a window (bus facts, sections 3 to 5; transports; webchatservice).
//!
//! | module | what it holds |
//! | --- | --- |
//! | `commands` | the commands of the plugin |
//! | [`transport`] | how a chat reaches its server: one trait, and what implements it |
//! | [`chat`] | what belongs to the chat whichever way that is |
//! | [`transcript`] | raw messages → preprocessors → normalised messages |
//! | [`prefilters`] | hidden messages |
//! | [`participants`] | agents |
//! | [`typing`] | text fields whose changes count as typing |
//! | [`fields`], [`page_data`] | parts of requests |

pub mod chat;
mod commands;
pub mod fields;
pub mod page_data;
pub mod participants;
pub mod prefilters;
pub mod transcript;
pub mod transport;
pub mod typing;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::JsValue;

use crate::bus::{Bus, Plugin};
use crate::cookies::Cookies;
use crate::interop;
use crate::timer;

use chat::Chat;
use transport::{Kind, Transport};

/// What a command is refused with while there is no chat (webchatservice, "API commands").
pub const NO_SESSION: &str = "There is no active chat session.";

/// The same where the product has no full stop (transport facts 1.3).
pub const NO_SESSION_BARE: &str = "There is no active chat session";

/// What the page is told of a `transport.type` of its configuration that there is none of.
const NO_SUCH_TYPE: &str = "There is no chat: this host does not know the webchat.transport.type of the page, only \
    purecloud-v2-sockets and pureengage-v3-rest.";

/// The plugin `WebChatService`.
pub struct WebChatService {
    chat: Rc<Chat>,
    transport: RefCell<Rc<dyn Transport>>,
    kind: Cell<Kind>,
}

impl WebChatService {
    /// Registers the plugin; its commands come with `App.ready`, as in the real product's bundle. `false` where the name is
    /// taken.
    pub fn register(bus: &Bus, cookies: Cookies) -> bool {
        let Some(plugin) = bus.register_plugin("WebChatService") else { return false };
        plugin.set_data("sessionActive", false);
        let own = plugin.clone();
        plugin.subscribe("App.ready", move |config| {
            Self::come_up(&own, &cookies, config);
            Ok(())
        });
        true
    }

    fn come_up(plugin: &Plugin, cookies: &Cookies, config: &JsValue) {
        if plugin.get_data("configured").is_truthy() {
            return;
        }
        plugin.set_data("configured", true);
        let chat = Chat::new(plugin.clone(), cookies.clone(), config);
        let section = interop::get(config, "webchat");
        let section = if section.is_object() { section } else { Object::new().into() };
        // The service is never ready then, and whoever waits for it would not learn why.
        if Kind::of(&section).is_none() {
            timer::report(JsValue::from_str(NO_SUCH_TYPE));
        }
        let transport = RefCell::new(Kind::Gms.make(&chat));
        let service = Rc::new(Self { chat, transport, kind: Cell::new(Kind::Gms) });
        service.register_commands();
        let closed = Rc::clone(&service);
        plugin.subscribe("WebChat.closed", move |_| {
            if !closed.transport().is_active() {
                closed.chat.reset();
            }
            Ok(())
        });
        plugin.command("configure", section).on_done(move |_| service.transport().come_up());
    }

    fn transport(&self) -> Rc<dyn Transport> {
        self.transport.borrow().clone()
    }

    /// The transport for a configuration: another one only if it is of another kind. `None` where there is no such.
    fn transport_for(&self, section: &JsValue) -> Option<Rc<dyn Transport>> {
        let wanted = Kind::of(section)?;
        if self.kind.replace(wanted) != wanted {
            self.transport.replace(wanted.make(&self.chat));
        }
        Some(self.transport())
    }
}
