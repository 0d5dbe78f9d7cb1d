//! The browser's edge: translates between the core's values and the page, decides nothing.

pub mod bus;
pub mod callback;
pub mod frame_channel;
pub mod frame_messages;
pub mod hooks;
pub mod i18n;
pub mod js;
pub mod js_error;
pub mod listener;
pub mod log;
pub mod net;
pub mod options;
pub mod promise;
pub mod storage;
pub mod tabs;
pub mod theme;
pub mod timer;
pub mod view;
pub mod webchat;
