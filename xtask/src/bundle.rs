//! Scripts and stylesheets through esbuild.

use crate::{setup, shell};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// Bundles `entry` into one minified classic script at `out`. `aliases` say which files the names that it imports stand
/// for, `defines` which constants are put in.
pub fn script(entry: &Path, out: &Path, aliases: &[(&str, &Path)], defines: &[(&str, String)]) -> Result<()> {
    let mut esbuild = shell::command(setup::node_tool("esbuild/bin/esbuild"));
    esbuild.arg(entry);
    esbuild.args(["--bundle", "--minify", "--format=iife", "--target=es2022", "--charset=utf8", "--log-level=warning"]);
    for (name, path) in aliases {
        esbuild.arg(format!("--alias:{name}={}", path.display()));
    }
    for (name, value) in defines {
        esbuild.arg(format!("--define:{name}={value}"));
    }
    shell::run(esbuild.arg(format!("--outfile={}", out.display())))
}

/// Minifies one file, a stylesheet or an ES module, as it is.
pub fn minify(source: &Path, out: &Path) -> Result<()> {
    let mut esbuild = shell::command(setup::node_tool("esbuild/bin/esbuild"));
    esbuild.arg(source).args(["--minify", "--log-level=warning"]);
    shell::run(esbuild.arg(format!("--outfile={}", out.display())))
}

/// Writes a module whose default export is this text.
pub fn text_module(name: &str, text: &str) -> Result<PathBuf> {
    module(name, &format!("export default {};\n", serde_json::to_string(text)?))
}

/// Writes a module whose default export is a function that gives these bytes.
pub fn bytes_module(name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let text = escape(bytes);
    module(
        name,
        &format!("const text = '{text}';\nexport default () => Uint8Array.from(text, (char) => char.charCodeAt(0));\n"),
    )
}

fn module(name: &str, source: &str) -> Result<PathBuf> {
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
