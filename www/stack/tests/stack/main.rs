//! The stack over real HTTP: every server on a free port, one database per test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod binary;
mod desk;
mod gms;
mod harness;
mod hostile;
mod launch;
mod payment;
mod restart;
mod secrecy;
mod settings;
mod website;
