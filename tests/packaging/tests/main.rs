//! The published files on pages and in bundles of integrators. One program, so that all tests share their browsers.

mod doctor;
mod manifest;
mod npm;
mod script_tag;
mod static_folder;
mod without_source;
