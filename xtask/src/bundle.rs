//! Scripts and stylesheets through esbuild.

use crate::{setup, shell};
use anyhow::Result;
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
}

/// Bundles `entry` into one minified classic script at `out`.
pub fn script(entry: &Path, out: &Path, parts: Parts) -> Result<()> {
    shell::run(&mut esbuild(entry, out, "iife", parts))?;
    let text = std::fs::read_to_string(out)?;
    // Why: the page may be in another encoding, and its server may not name one. All other ways to say it come second.
    if !text.is_ascii() {
        std::fs::write(out, format!("{UTF_8}{text}"))?;
    }
    Ok(())
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

/// Writes a module whose default export is a function that gives these bytes.
pub fn bytes_module(name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let text = escape(bytes);
    source_module(
        name,
        &format!(
            "const text = '{text}';
export default () => {{
  // Why no `Uint8Array.from` with a call: it takes many times as long, before every visitor's page.
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}};
"
        ),
    )
}

/// Writes a module.
pub fn source_module(name: &str, source: &str) -> Result<PathBuf> {
    let folder = shell::root().join("target/bundle");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(name);
    std::fs::write(&path, source)?;
    Ok(path)
}

/// One character a byte. Why not base64: it hides the repetitions from the compressor.
fn escape(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| match byte {
            b'\\' => "\\\\".into(),
            b'\'' => "\\'".into(),
            b'\n' => "\\n".into(),
            b'\r' => "\\r".into(),
            other => char::from(*other).to_string(),
        })
        .collect()
}
