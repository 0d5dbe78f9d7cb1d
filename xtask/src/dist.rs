//! Assembles `dist/` and builds the stack.

use crate::wasm::{self, Built};
use crate::{bundle, shell};
use anyhow::{Context, Result};
use cx_speechstorm::core::{config, pattern, request::MicroAppRequest, status, surface};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The files that the project publishes, where the demo and the tests find them.
pub fn folder() -> PathBuf {
    shell::root().join("dist")
}

/// Builds everything that demo and tests need.
pub fn build() -> Result<()> {
    println!("Building the plugin");
    let folder = folder();
    std::fs::create_dir_all(&folder)?;
    plugin(&folder)?;
    println!("Building the open chat host");
    host(&folder)?;
    println!("Building the stack");
    shell::run(shell::command("cargo").args(["build", "--quiet", "-p", "cx-stack"]))
}

/// Builds the plugin's files into `folder`.
pub fn plugin(folder: &Path) -> Result<()> {
    let template = shell::root().join("pkg-template");
    let Built { glue, wasm } = wasm::build(wasm::PLUGIN)?;
    let bytes = std::fs::read(&wasm)?;
    remove_older_wasm(folder)?;
    let wasm_name = format!("cx-speechstorm-{}.wasm", content_hash(&bytes));
    std::fs::write(folder.join(&wasm_name), &bytes)?;

    languages(&template.join("lang"), &folder.join("lang"))?;
    types(&template, folder)?;
    let css = folder.join("cx-speechstorm.css");
    bundle::minify(&template.join("cx-speechstorm.css"), &css)?;
    bundle::minify(&template.join("frame-sdk.js"), &folder.join("frame-sdk.js"))?;
    let css = bundle::text_module("css.js", std::fs::read_to_string(&css)?.trim_end())?;
    let bytes = bundle::bytes_module("plugin-wasm.js", &bytes)?;
    let aliases: [(&str, &Path); 3] = [("cx-glue", &glue), ("cx-css", &css), ("cx-wasm-bytes", &bytes)];
    let constants = constants()?;
    bundle::script(&template.join("drop-in.js"), &folder.join("cx-speechstorm.js"), &aliases, &constants)?;
    let slim = [&constants[..], &[("CX_WASM_FILE", json!(wasm_name).to_string())]].concat();
    bundle::script(&template.join("slim.js"), &folder.join("cx-speechstorm.slim.js"), &aliases, &slim)
}

/// Builds the loader alone, for weighing.
pub fn loader(out: &Path) -> Result<()> {
    bundle::script(&shell::root().join("pkg-template/loader.js"), out, &[], &constants()?)
}

fn host(folder: &Path) -> Result<()> {
    let host = shell::root().join("www/host");
    let Built { glue, wasm } = wasm::build(wasm::HOST)?;
    let bytes = bundle::bytes_module("host-wasm.js", &std::fs::read(&wasm)?)?;
    let aliases: [(&str, &Path); 2] = [("cx-glue", &glue), ("cx-wasm-bytes", &bytes)];
    bundle::script(&host.join("entry.js"), &folder.join("cx-host.js"), &aliases, &[])?;
    bundle::minify(&host.join("cx-host.css"), &folder.join("cx-host.css"))
}

/// What the loader takes over from the Rust sources.
fn constants() -> Result<Vec<(&'static str, String)>> {
    let client = config::SENDERS.last().context("a client among the senders")?;
    let pattern = |pattern: pattern::Pattern| json!({ "source": pattern.source, "flags": pattern.flags });
    let build = json!({
        "plugin": "CXSpeechStorm",
        "version": version()?,
        "client": client,
        "commands": surface::COMMANDS,
        "hidden": pattern(pattern::HIDDEN),
        "status": pattern(pattern::STATUS),
        "request": sample_request().to_string(),
        "failed": status::EndReport::Failed("").text(),
    });
    Ok(vec![("CX_BUILD", build.to_string())])
}

/// A request as agents send it: the loader tries the filters of others on it.
fn sample_request() -> MicroAppRequest {
    MicroAppRequest {
        token: "T3NB68E-".into(),
        name: Some("Payment".into()),
        parameters: Vec::new(),
        warnings: Vec::new(),
    }
}

/// Writes the language files without their white space.
fn languages(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let texts: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&path)?).with_context(|| format!("{} is no JSON", path.display()))?;
        std::fs::write(to.join(path.file_name().unwrap_or_default()), texts.to_string())?;
    }
    Ok(())
}

/// Copies the TypeScript declarations.
fn types(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if name.to_string_lossy().ends_with(".d.ts") {
            std::fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

/// The plugin's version, which stands in Cargo.toml alone.
fn version() -> Result<String> {
    let id = shell::output(shell::command("cargo").args(["pkgid", "-p", wasm::PLUGIN.package]));
    let id = id.context("cargo pkgid gave no version")?;
    Ok(id.rsplit(['#', '@']).next().unwrap_or_default().to_owned())
}

fn remove_older_wasm(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Eight bytes of FNV-1a in hex: names a version of the file, proves nothing.
fn content_hash(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
