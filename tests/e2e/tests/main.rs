//! Customer and agent in real browsers against the stack. One program, so that all tests share their browsers.

mod access;
mod access_report;
mod card_guard;
mod chat_immediate;
mod commands;
mod docs;
mod doctor;
mod edge;
mod engines;
mod extend;
mod flat;
mod frame;
mod harness;
mod hiding;
mod hostile;
mod hostile_bus;
mod install;
mod interception;
mod lifecycle;
mod main_job;
mod placement;
mod policies;
mod promises;
mod regressions;
mod secrets;
mod starter;
