//! The plugin's files, as a website serves them.

use crate::wasm::{self, Built};
use crate::{build_id, bundle, nowasm, shell};
use anyhow::{Context, Result};
use cx_speechstorm::core::{
    channel, config, pattern,
    request::{self, MicroAppRequest},
    status, surface,
};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// What is quick: for demo and development.
    Local,
    /// All that is published.
    Published,
}

/// The script that has all of it inside.
pub const DROP_IN: &str = "cx-speechstorm.js";
/// The script with WebAssembly and stylesheet beside it.
pub const SLIM: &str = "cx-speechstorm.slim.js";
/// The script without WebAssembly.
pub const NOWASM: &str = "cx-speechstorm.nowasm.js";
/// The stylesheet.
pub const CSS: &str = "cx-speechstorm.css";
/// What framed apps import.
pub const FRAME_SDK: &str = "frame-sdk.js";

/// The open chat host's script.
pub const HOST: &str = "cx-host.js";
/// The WebAssembly of the build for developers.
pub const DEBUG_WASM: &str = "cx-speechstorm.wasm";
/// The same with its debug information.
pub const DEBUG_LINES: &str = "cx-speechstorm.debug.wasm";

/// What has been built.
pub struct Plugin {
    /// What the scripts and the WebAssembly have in common.
    pub id: String,
    /// The name of the WebAssembly's file.
    pub wasm_file: String,
}

/// The hand-written half of the plugin.
pub fn template() -> PathBuf {
    shell::root().join("pkg-template")
}

/// Builds all of it into `folder`.
pub fn build(folder: &Path, scope: Scope) -> Result<Plugin> {
    let template = template();
    let published = scope == Scope::Published;
    let (built, without_wasm) = rayon::join(|| wasm::build(wasm::PLUGIN), || published.then(nowasm::build).transpose());
    let (Built { glue, wasm }, without_wasm) = (built?, without_wasm?);
    let id = id(&std::fs::read(&wasm)?, &std::fs::read(&glue)?)?;
    let wasm = build_id::stamp(&std::fs::read(&wasm)?, &id)?;
    let wasm_file = format!("cx-speechstorm-{id}.wasm");
    std::fs::write(folder.join(&wasm_file), &wasm)?;

    let languages = languages(&template.join("lang"), &folder.join("lang"))?;
    types(&template, folder)?;
    bundle::minify(&template.join(CSS), &folder.join(CSS))?;
    bundle::minify(&template.join(FRAME_SDK), &folder.join(FRAME_SDK))?;
    let css = bundle::text_module("css.js", std::fs::read_to_string(folder.join(CSS))?.trim_end())?;

    let mut defines = defines(&id, &wasm_file, &wasm)?;
    if let Some(core) = without_wasm {
        let script = bundle_without_wasm(core, &folder.join(NOWASM), &css, &defines)?;
        define_nowasm(&mut defines, json!(NOWASM), json!(build_id::integrity(&script)));
    } else {
        define_nowasm(&mut defines, json!(null), json!(null));
    }
    let aliases: [(&str, &Path); 2] = [("cx-glue", &glue), ("cx-css", &css)];
    let parts = bundle::Parts { aliases: &aliases, defines: &defines, ..bundle::Parts::default() };
    let all = bundle::Parts { wasm: Some(&wasm), ..parts };
    bundle::script(&template.join("drop-in.js"), &folder.join(DROP_IN), all)?;
    bundle::script(&template.join("slim.js"), &folder.join(SLIM), parts)?;
    let languages = language_modules(&languages, &folder.join("lang"))?;
    let aliases = [&aliases[..], &[("cx-languages", &languages)]].concat();
    let parts = bundle::Parts { aliases: &aliases, ..parts };
    bundle::module(&template.join("index.js"), &folder.join("index.js"), parts, &[NOWASM, "lang/*"])?;
    Ok(Plugin { id, wasm_file })
}

/// What the plugin's compiler has made for developers.
pub struct ForDevelopers {
    built: Built,
    lines: PathBuf,
}

/// Compiles the plugin for developers.
pub fn compile_for_developers() -> Result<ForDevelopers> {
    println!("Building the plugin for developers");
    let (built, lines) = wasm::build_for_developers(wasm::PLUGIN, DEBUG_LINES)?;
    Ok(ForDevelopers { built, lines })
}

/// Builds of it the slim script, its WebAssembly and what they need: with names, messages and maps to the sources.
pub fn build_for_developers(folder: &Path, id: &str, compiled: &ForDevelopers) -> Result<()> {
    let template = template();
    let ForDevelopers { built: Built { glue, wasm }, lines } = compiled;
    let wasm = build_id::stamp(&std::fs::read(wasm)?, id)?;
    std::fs::write(folder.join(DEBUG_WASM), &wasm)?;
    std::fs::copy(lines, folder.join(DEBUG_LINES)).context("copying the debug information")?;
    std::fs::copy(template.join(CSS), folder.join(CSS)).context("copying the stylesheet")?;
    languages(&template.join("lang"), &folder.join("lang"))?;
    let mut defines = defines(id, DEBUG_WASM, &wasm)?;
    define_nowasm(&mut defines, json!(null), json!(null));
    let parts = bundle::Parts { aliases: &[("cx-glue", glue)], defines: &defines, ..bundle::Parts::default() };
    bundle::readable_script(&template.join("slim.js"), &folder.join(SLIM), parts)
}

/// What every script takes over from the build.
fn defines(id: &str, wasm_file: &str, wasm: &[u8]) -> Result<Vec<(String, String)>> {
    let mut defines = constants()?;
    let mut define = |name: &str, value: serde_json::Value| defines.push((name.into(), value.to_string()));
    define("CX_BUILD_ID", json!(id));
    define("CX_WASM_FILE", json!(wasm_file));
    define("CX_WASM_INTEGRITY", json!(build_id::integrity(wasm)));
    // The core lives as long as the page or until `destroy`: the glue need not wait for the collector.
    for name in ["FinalizationRegistry", "Symbol.dispose"] {
        defines.push((name.into(), "undefined".into()));
    }
    Ok(defines)
}

/// Builds the loader alone, for weighing. Why as a module: of a script that calls it nowhere nothing would be left.
pub fn loader(out: &Path) -> Result<()> {
    let parts = bundle::Parts { defines: &constants()?, ..bundle::Parts::default() };
    bundle::module(&template().join("loader.js"), out, parts, &[])?;
    bundle::shorten(out)
}

/// Builds the edge by itself, for the tests of it.
pub fn edge_for_tests() -> Result<()> {
    let parts = bundle::Parts { defines: &constants()?, ..bundle::Parts::default() };
    bundle::script(&shell::root().join("tests/e2e/edge.js"), &shell::root().join("target/bundle/edge.test.js"), parts)
}

/// The plugin's version, which stands in Cargo.toml alone.
pub fn version() -> Result<String> {
    let id = shell::output(shell::command("cargo").args(["pkgid", "-p", wasm::PLUGIN.package]));
    let id = id.context("cargo pkgid gave no version")?;
    Ok(id.rsplit(['#', '@']).next().unwrap_or_default().to_owned())
}

fn define_nowasm(defines: &mut Vec<(String, String)>, file: serde_json::Value, integrity: serde_json::Value) {
    defines.push(("CX_NOWASM_FILE".into(), file.to_string()));
    defines.push(("CX_NOWASM_INTEGRITY".into(), integrity.to_string()));
}

/// Bundles the script without WebAssembly and gives its bytes.
fn bundle_without_wasm(core: nowasm::Core, out: &Path, css: &Path, defines: &[(String, String)]) -> Result<Vec<u8>> {
    let nowasm::Core { glue, core } = core;
    let aliases: [(&str, &Path); 3] = [("cx-glue", &glue), ("cx-css", css), ("cx-core", &core)];
    let shim = template().join("nowasm-shim.js");
    let parts = bundle::Parts { aliases: &aliases, defines, inject: Some(&shim), wasm: None };
    bundle::script(&template().join("nowasm.js"), out, parts)?;
    Ok(std::fs::read(out)?)
}

/// From all that is put together: the WebAssembly, its glue, what is hand-written, what comes from the Rust sources,
/// and how it is bundled.
fn id(wasm: &[u8], glue: &[u8]) -> Result<String> {
    let mut parts = vec![("wasm".to_owned(), wasm.to_vec()), ("glue".to_owned(), glue.to_vec())];
    parts.extend(constants()?.into_iter().map(|(name, value)| (name, value.into_bytes())));
    // How they are put together counts as well: another bundler makes other bytes of the same sources.
    parts.push(("bundle.rs".into(), include_bytes!("bundle.rs").to_vec()));
    parts.push(("tools".into(), std::fs::read(shell::root().join("xtask/node/package-lock.json"))?));
    let template = template();
    for path in files_below(&template)? {
        let name = path.strip_prefix(&template)?.to_string_lossy().replace('\\', "/");
        parts.push((name, std::fs::read(&path)?));
    }
    let parts: Vec<_> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    Ok(build_id::of(&parts))
}

/// All files in a folder and its folders, always in the same order.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() { files.extend(files_below(&path)?) } else { files.push(path) }
    }
    files.sort();
    Ok(files)
}

/// What loader and edge take over from the Rust sources.
fn constants() -> Result<Vec<(String, String)>> {
    let client = config::SENDERS.last().context("a client among the senders")?;
    let pattern = |pattern: pattern::Pattern| json!({ "source": pattern.source, "flags": pattern.flags });
    let build = json!({
        "plugin": "CXSpeechStorm",
        "version": version()?,
        "client": client,
        "commands": surface::COMMANDS,
        "scheme": request::SCHEME,
        "hidden": pattern(pattern::HIDDEN),
        "status": pattern(pattern::STATUS),
        "request": sample_request().to_string(),
        "failed": status::EndReport::Failed("").text(),
    });
    let edge = json!({ "events": surface::EVENTS, "hooks": surface::HOOKS, "protocol": channel::VERSION });
    let mut constants = Vec::new();
    members("CX_BUILD", &build, &mut constants);
    members("CX_EDGE", &edge, &mut constants);
    Ok(constants)
}

/// The members of an object by their whole names, such as `CX_BUILD.hidden.flags`. Why each by itself: only then a script
/// holds just what it uses, where it uses it.
fn members(name: &str, value: &serde_json::Value, constants: &mut Vec<(String, String)>) {
    match value {
        serde_json::Value::Object(object) => {
            object.iter().for_each(|(member, value)| members(&format!("{name}.{member}"), value, constants));
        }
        value => constants.push((name.to_owned(), value.to_string())),
    }
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

/// Writes the language files without their white space; gives the codes of the languages.
fn languages(from: &Path, to: &Path) -> Result<Vec<String>> {
    std::fs::create_dir_all(to)?;
    let mut codes = Vec::new();
    for path in files_below(from)? {
        let texts: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&path)?).with_context(|| format!("{} is no JSON", path.display()))?;
        std::fs::write(to.join(path.file_name().unwrap_or_default()), texts.to_string())?;
        codes.push(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
    }
    Ok(codes)
}

/// Writes each language as a module, too, and one that finds them; but for English, which is inside the scripts.
fn language_modules(codes: &[String], folder: &Path) -> Result<PathBuf> {
    let mut all = String::from("export default {\n");
    for code in codes.iter().filter(|code| *code != "en") {
        let texts = std::fs::read_to_string(folder.join(format!("{code}.json")))?;
        std::fs::write(folder.join(format!("{code}.js")), format!("export default {texts};\n"))?;
        all += &format!("  '{code}': () => import('./lang/{code}.js'),\n");
    }
    bundle::source_module("languages.js", &(all + "};\n"))
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
