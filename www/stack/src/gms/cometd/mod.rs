//! CometD: the Bayeux protocol over long-polling and WebSocket, and chat v2 over it (backend 1.8).

mod bayeux;
mod chat;
mod client;
mod cookie;
mod http;
mod ntf;
mod socket;

/// What its paths begin with.
pub(crate) const PATH: &str = "/genesys/cometd";

pub(crate) use bayeux::Incoming;
pub(super) use chat::tell_changes;
pub(super) use client::{Client, Clients};
pub(crate) use cookie::alias_of_browser;
pub(super) use cookie::is_https;
pub(super) use http::serve;
pub(crate) use http::{limited, messages};
pub(super) use ntf::files;
