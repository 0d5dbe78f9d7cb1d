//! CometD: the Bayeux protocol over long-polling and WebSocket, and chat v2 over it (backend 1.8).

mod bayeux;
mod chat;
mod client;
mod cookie;
mod http;
mod ntf;
mod socket;

pub(super) use chat::tell_changes;
pub(super) use client::{Client, Clients};
pub(super) use cookie::is_https;
pub(super) use http::serve;
pub(super) use ntf::files;
