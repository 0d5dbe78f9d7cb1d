//! An open implementation of the page side of the Genesys chat bus contract ("bus facts" and "webchatservice" in the
//! documentation of the modules): what a page gets from one script instead of the proprietary widgets.
//!
//! | module | what it is on the page |
//! | --- | --- |
//! | [`bus`] | `window.CXBus`: plugins, commands, events, shared data |
//! | [`app`] | the plugin `App`: start-up, extensions, theme, language |
//! | [`web_chat_service`] | the plugin `WebChatService`: the chat, over one transport or another |
//! | [`web_chat`] | the plugin `WebChat`: the window |
//! | [`toaster`] | the plugin `Toaster`: one shared notice |
//! | [`overlay`] | the plugin `Overlay`: content over the page |
//! | [`window_manager`] | the plugin `WindowManager`: where windows stand |
//! | [`emulate`] | other versions and transports, as far as plugins notice |
//! | [`common`], [`container`] | `_genesys.widgets.common`, helpers for extensions |
//! | [`element_list`], [`markup`] | what stands in for jQuery; markup of plugins, built element by element |
//!
//! Differences on purpose: no jQuery is shipped (commands resolve with [`element_list`]s, or with objects of the page's own
//! jQuery), and of strings of markup only what is allowed is built, because the host runs on pages under Trusted Types.

pub mod app;
pub mod auto_load;
pub mod body;
pub mod bus;
pub mod common;
pub mod container;
pub mod cookies;
pub mod direction;
pub mod dom;
pub mod element_list;
pub mod emulate;
pub mod focus_cycle;
pub mod in_focus;
pub mod interop;
pub mod layout;
pub mod markup;
pub mod overlay;
pub mod page;
pub mod timer;
pub mod toaster;
pub mod web_chat;
pub mod web_chat_service;
pub mod window_manager;

use wasm_bindgen::prelude::*;

// Tests of single modules run where those of the whole do.
#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Does what the real product's script does when it is evaluated (bus facts 2, "Bundle mode"): defines `window.CXBus`,
/// registers the stock plugins and starts App in a microtask. Does nothing where the page forbids it (bus facts 2, last
/// point) or a bus is there already.
#[wasm_bindgen]
pub fn start() {
    console_error_panic_hook::set_once();
    page::start();
}
