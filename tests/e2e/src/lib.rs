//! What the end-to-end tests and the scripted demo share: the real stack, a real browser, and the two people at it.
//!
//! Everything waits for conditions, with one deadline for all ([`wait::DEADLINE`]).

pub mod agent;
pub mod bench;
pub mod bidi;
pub mod browser;
pub mod customer;
pub mod desk_api;
pub mod devtools;
pub mod doctor;
pub mod engine;
mod kept;
pub mod leaks;
pub mod placements;
pub mod secrets;
mod session;
pub mod stack;
pub mod visitor;
pub mod wait;
