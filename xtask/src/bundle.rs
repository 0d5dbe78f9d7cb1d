//! Scripts and stylesheets through esbuild, and what visitors download through terser as well.

use crate::{setup, shell};
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the beginning of a script says to a browser that would read it in the page's encoding otherwise: it is UTF-8.
const UTF_8: &str = "\u{feff}";

/// What goes into a script.
#[derive(Clone, Copy, Default)]
pub struct Parts<'a> {
    /// Which files the names that it imports stand for.
    pub aliases: &'a [(&'a str, &'a Path)],
    /// Which constants are put in.
    pub defines: &'a [(String, String)],
    /// What exports stand for globals of the same name.
    pub inject: Option<&'a Path>,
    /// The WebAssembly that `pkg-template/wasm-bytes.js` gives.
    pub wasm: Option<&'a [u8]>,
}

/// Where a script has the WebAssembly.
const WASM_TEXT: &str = "CX_WASM_TEXT";

/// Bundles `entry` into one minified classic script at `out`.
pub fn script(entry: &Path, out: &Path, parts: Parts) -> Result<()> {
    shell::run(&mut esbuild(entry, out, "iife", parts))?;
    shorten(out)?;
    let mut text = one_byte_each(&std::fs::read_to_string(out)?);
    if let Some(wasm) = parts.wasm {
        ensure!(text.matches(WASM_TEXT).count() == 1, "{} has no single {WASM_TEXT}", out.display());
        text = text.replace(WASM_TEXT, &literal(wasm));
    }
    // Why: the page may be in another encoding, and its server may not name one. All other ways to say it come second.
    let mark = if text.is_ascii() { "" } else { UTF_8 };
    Ok(std::fs::write(out, format!("{mark}{text}"))?)
}

/// Has terser shorten a script once more: it knows more ways than esbuild, measured with Brotli at 0.5 kB of 12.5.
pub fn shorten(script: &Path) -> Result<()> {
    let mut terser = shell::command("node");
    terser.arg(setup::node_tool("terser/bin/terser")).arg(script);
    terser.args(["--compress", "passes=3", "--mangle", "--ecma", "2020"]);
    shell::run(terser.arg("--output").arg(script))
}

/// Writes characters that are not in Latin-1 as escapes; they stand in texts only. Why: a single one makes the browser keep the
/// whole script with two bytes for each character, the WebAssembly in it included.
fn one_byte_each(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if u32::from(char) <= 0xff {
            out.push(char);
        } else {
            char.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

/// Bundles `entry` into one minified ES module at `out`, which imports the files `beside` it on demand.
pub fn module(entry: &Path, out: &Path, parts: Parts, beside: &[&str]) -> Result<()> {
    shell::run(esbuild(entry, out, "esm", parts).args(beside.iter().map(|file| format!("--external:./{file}"))))
}

/// Bundles `entry` into one readable classic script at `out`, with a map to its sources beside it.
pub fn readable_script(entry: &Path, out: &Path, parts: Parts) -> Result<()> {
    let mut esbuild = esbuild(entry, out, "iife", parts);
    shell::run(esbuild.args(["--minify=false", "--sourcemap", "--charset=ascii"]))
}

fn esbuild(entry: &Path, out: &Path, format: &str, parts: Parts) -> Command {
    let mut esbuild = shell::command(setup::node_tool("esbuild/bin/esbuild"));
    esbuild.arg(entry).arg(format!("--format={format}"));
    esbuild.args(["--bundle", "--minify", "--target=es2022", "--charset=utf8", "--log-level=warning"]);
    // The glue's advice on how to call it; our own messages go another way.
    esbuild.arg("--pure:console.warn");
    for (name, path) in parts.aliases {
        esbuild.arg(format!("--alias:{name}={}", path.display()));
    }
    for (name, value) in parts.defines {
        esbuild.arg(format!("--define:{name}={value}"));
    }
    if let Some(inject) = parts.inject {
        esbuild.arg(format!("--inject:{}", inject.display()));
    }
    esbuild.arg(format!("--outfile={}", out.display()));
    esbuild
}

/// Minifies one file, a stylesheet or an ES module, as it is.
pub fn minify(source: &Path, out: &Path) -> Result<()> {
    let mut esbuild = shell::command(setup::node_tool("esbuild/bin/esbuild"));
    esbuild.arg(source).args(["--minify", "--log-level=warning"]);
    shell::run(esbuild.arg(format!("--outfile={}", out.display())))
}

/// Writes a module whose default export is this text.
pub fn text_module(name: &str, text: &str) -> Result<PathBuf> {
    source_module(name, &format!("export default {};\n", serde_json::to_string(text)?))
}

/// Writes a module.
pub fn source_module(name: &str, source: &str) -> Result<PathBuf> {
    let folder = shell::root().join("target/bundle");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(name);
    std::fs::write(&path, source)?;
    Ok(path)
}

/// A string of one character a byte. What else is no sign stays as it is: an escape would be longer, but for NUL, which tools
/// on the way may take for the end.
fn literal(bytes: &[u8]) -> String {
    let mut out = String::from("'");
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\'' => out.push_str("\\'"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            // Before a digit it would be an octal number.
            0 if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => out.push_str("\\x00"),
            0 => out.push_str("\\0"),
            other => out.push(char::from(*other)),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_latin_1_is_escaped() {
        assert_eq!(one_byte_each("'Loading…', 'ÿ', '\u{1f512}'"), r"'Loading\u2026', 'ÿ', '\ud83d\udd12'");
    }

    #[test]
    fn bytes_are_a_string_that_reads_back() {
        assert_eq!(literal(b"\0asm\x01\r\n\0\x37'\\\xff"), "'\\0asm\u{1}\\r\\n\\x007\\'\\\\ÿ'");
    }
}
