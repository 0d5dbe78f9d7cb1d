//! All tests of the host, in one program: a browser start and a link for each file took longer than the tests themselves.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod common;
mod app;
mod bus;
mod chat_events;
mod chat_service;
mod chat_too_old;
mod comet;
mod comet_history;
mod commands;
mod connection;
mod emulate;
mod form;
mod guest_chat_restore;
mod guest_chat_stream;
mod overlay;
mod start_up;
mod tabs;
mod toaster;
mod transcript;
mod transports_guest_chat;
mod transports_v3;
mod v3_polling;
mod v3_restore;
mod window;
mod window_again;
mod window_options;
mod window_transports;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
