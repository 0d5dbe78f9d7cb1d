//! The stack over real HTTP: every server on a free port, one database per test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod after_chat;
mod binary;
mod chat_immediate;
mod cometd;
mod deployment;
mod desk;
mod esp;
mod failover;
mod faults;
mod files;
mod gms;
mod gms_v1;
mod gms_verbs;
mod guest;
mod guest_client;
mod guest_errors;
mod guest_rules;
mod harness;
mod hostile;
mod idle;
mod inactivity;
mod interaction;
mod launch;
mod openapi;
mod payment;
mod restart;
mod routing;
mod secrecy;
mod service_options;
mod settings;
mod team;
mod tickets;
mod v3;
mod website;
mod workflow;
