//! The console: names, codes and remedies; never a secure key, a parameter's value or a chat text.

use super::js;

const NAME: &str = "CXSpeechStorm: ";

/// For developers who have set `debug`.
pub fn debug(parts: &[&str]) {
    write("debug", parts);
}

/// For administrators: it works, but should be set up otherwise.
pub fn warn(parts: &[&str]) {
    write("warn", parts);
}

/// Something that the page did wrong.
pub fn error(parts: &[&str]) {
    write("error", parts);
}

fn write(level: &str, parts: &[&str]) {
    js::call_with(&js::get(&js::window(), "console"), level, [NAME, &parts.concat()].concat());
}
