//! The back end behind a Genesys chat and its MicroApps, for demos and tests, in one process.
//!
//! Each server is a router of its own on a listener of its own, so each is an origin of its own, as in the field:
//!
//! - [`website`]: the pages that embed the plugin;
//! - [`gms`]: Genesys Mobile Services, chat API v2 over REST and CometD, the customer's way into the chat;
//! - [`cloud`]: the Guest Chat API and the chat API v3, two more ways into the same chats;
//! - [`messaging_server`]: `/fish-messaging`, the MicroApps;
//! - [`desk`]: the agent's page, and on the same listener [`administration`];
//! - [`front`]: GMS before several Chat Servers and their backups, each a process of its own ([`deployment`]);
//! - [`esp`]: what workflows ask of the Chat Server, and [`workflow`], which runs one.
//!
//! Behind them stand [`chat_server`] (sessions and transcripts), [`interaction_server`] (attached data) and [`routing`] (who
//! gets which chat). The others
//! reach these two only through their public methods, as they would over the network. [`store`] is the only module that
//! knows SQLite.
//!
//! What each part follows is named where it is written: "backend" means the project's backend contract, "transports" that
//! of the page's transports, each with its section.

pub mod administration;
pub mod chat_server;
pub mod clock;
pub mod cloud;
pub mod config;
mod cookies;
pub mod deployment;
pub mod desk;
pub mod esp;
pub mod front;
pub mod gms;
mod ini;
pub mod interaction_server;
mod listener;
pub mod messaging_server;
mod openapi;
pub mod origins;
pub mod random;
pub mod routing;
pub mod stack;
mod start_error;
pub mod store;
mod web;
pub mod website;
pub mod workflow;

pub use config::Config;
pub use stack::{Addresses, Stack, StartError};
