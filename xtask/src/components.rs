//! What of others is in the published files: crates that are linked into the WebAssembly, Rust's standard library, and the
//! few lines that tools add.

use crate::toolchain::{self, TARGET};
use crate::{setup, shell, wasm};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

/// Somebody else's work.
pub struct Component {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, an SPDX expression.
    pub licence: String,
    /// The address by which tools know it.
    pub purl: String,
    /// SHA-256 of what the registry has, where it is from one.
    pub sha256: Option<String>,
    /// What is in it of this.
    pub what: &'static str,
    /// The texts of its licence.
    pub texts: Vec<String>,
    /// The `purl` of each that it uses.
    pub uses: Vec<String>,
}

/// All of them, by name, and what the plugin itself uses.
pub fn all() -> Result<(Vec<Component>, Vec<String>)> {
    let (mut all, mut used) = crates()?;
    for component in [standard_library()?, compiler_builtins()?, wasm2js()?] {
        used.push(component.purl.clone());
        all.push(component);
    }
    all.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    used.sort();
    Ok((all, used))
}

/// The crates that the plugin links: neither build scripts nor macros nor what only tests use.
fn crates() -> Result<(Vec<Component>, Vec<String>)> {
    let metadata = ["metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET];
    let metadata = shell::output(shell::command("cargo").args(metadata)).context("cargo metadata failed")?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: HashMap<_, _> = list(&metadata["packages"]).into_iter().map(|p| (text(&p["id"]), p)).collect();
    let nodes: HashMap<_, _> = list(&metadata["resolve"]["nodes"]).into_iter().map(|n| (text(&n["id"]), n)).collect();
    let is_macro = |id: &str| {
        list(&packages[id]["targets"]).iter().any(|target| list(&target["kind"]).contains(&"proc-macro".into()))
    };
    let linked_by = |id: &str| -> Vec<String> {
        let normal = |dep: &Value| list(&dep["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
        let deps = list(&nodes[id]["deps"]).into_iter().filter(normal).map(|dep| text(&dep["pkg"]));
        deps.filter(|id| !is_macro(id)).collect()
    };
    let plugin = packages.iter().find(|(_, package)| package["name"] == wasm::PLUGIN.package);
    let (plugin, _) = plugin.context("the plugin is no package")?;
    let mut linked = BTreeSet::new();
    let mut next = linked_by(plugin);
    while let Some(id) = next.pop() {
        if linked.insert(id.clone()) {
            next.extend(linked_by(&id));
        }
    }
    let purl = |id: &str| format!("pkg:cargo/{}@{}", text(&packages[id]["name"]), text(&packages[id]["version"]));
    let purls = |ids: Vec<String>| ids.iter().map(|id| purl(id)).collect::<Vec<_>>();
    let checksums = checksums(&std::fs::read_to_string(shell::root().join("Cargo.lock"))?);
    let mut all = Vec::new();
    for id in &linked {
        let package = &packages[id];
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        let licence = text(&package["license"]).replace('/', " OR ");
        let folder = text(&package["manifest_path"]);
        let mut texts = licence_texts(Path::new(&folder).parent().context("a crate without a folder")?)?;
        if texts.is_empty() {
            let authors: Vec<_> = list(&package["authors"]).iter().map(text).collect();
            texts.push(mit(&name, &licence, &authors.join(", "))?);
        }
        all.push(Component {
            purl: purl(id),
            sha256: checksums.get(&(name.clone(), version.clone())).cloned(),
            uses: purls(linked_by(id)),
            what: "linked into the WebAssembly",
            name,
            version,
            licence,
            texts,
        });
    }
    Ok((all, purls(linked_by(plugin))))
}

fn standard_library() -> Result<Component> {
    let toolchain =
        toolchain::Toolchain::find().context("no standard library for WebAssembly; run: cargo xtask setup")?;
    let version = toolchain.version().context("rustc has no version")?;
    let licence = "MIT OR Apache-2.0".to_owned();
    Ok(Component {
        texts: vec![mit("rust-std", &licence, "The Rust Project Contributors")?],
        purl: format!("pkg:generic/rust-std@{version}"),
        name: "rust-std".into(),
        version,
        licence,
        sha256: None,
        what: "Rust's standard library, linked into the WebAssembly",
        uses: Vec::new(),
    })
}

fn compiler_builtins() -> Result<Component> {
    let toolchain =
        toolchain::Toolchain::find().context("no standard library for WebAssembly; run: cargo xtask setup")?;
    let version = toolchain.version().context("rustc has no version")?;
    let source = toolchain.library_source().context("no source of Rust's standard library; run: cargo xtask setup")?;
    Ok(Component {
        name: "compiler_builtins".into(),
        purl: format!("pkg:generic/compiler_builtins@{version}"),
        version,
        licence: "MIT AND Apache-2.0 WITH LLVM-exception AND (MIT OR Apache-2.0)".into(),
        sha256: None,
        what: "the arithmetic that processors lack, linked into the WebAssembly",
        texts: licence_texts(&source.join("compiler-builtins"))?,
        uses: Vec::new(),
    })
}

fn wasm2js() -> Result<Component> {
    let package: Value = serde_json::from_slice(&std::fs::read(setup::node_tool("binaryen/package.json"))?)?;
    let version = package["version"].as_str().context("binaryen has no version")?.to_owned();
    Ok(Component {
        name: "binaryen".into(),
        purl: format!("pkg:npm/binaryen@{version}"),
        version,
        licence: "Apache-2.0".into(),
        sha256: None,
        what: "helpers of wasm2js in the script without WebAssembly",
        texts: licence_texts(&setup::node_tool("binaryen"))?,
        uses: Vec::new(),
    })
}

/// The files of a licence in a folder. Where there is a choice, we take MIT.
fn licence_texts(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.to_uppercase().starts_with("LICEN") && folder.join(&name).is_file() {
            names.push(name);
        }
    }
    if names.iter().any(|name| name.ends_with("-MIT")) {
        names.retain(|name| !name.ends_with("-APACHE"));
    }
    names.sort();
    names.iter().map(|name| Ok(std::fs::read_to_string(folder.join(name))?.replace("\r\n", "\n"))).collect()
}

/// The licence MIT for a component that brings no text of its own: the words are those of ours.
fn mit(name: &str, licence: &str, authors: &str) -> Result<String> {
    if !licence.split(" OR ").any(|choice| choice == "MIT") || authors.is_empty() {
        bail!("{name} brings no text of its licence, {licence}");
    }
    let ours = std::fs::read_to_string(shell::root().join("LICENSE-MIT"))?;
    let line = ours.lines().find(|line| line.starts_with("Copyright")).context("LICENSE-MIT names nobody")?;
    Ok(ours.replace(line, &format!("Copyright (c) {authors}")))
}

/// Name and version of each crate of a lock file, and its SHA-256.
fn checksums(lock: &str) -> HashMap<(String, String), String> {
    let value = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "))?;
        Some(line.trim_matches('"').to_owned())
    };
    let blocks = lock.split("[[package]]");
    blocks.filter_map(|b| Some(((value(b, "name")?, value(b, "version")?), value(b, "checksum")?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\nsource = \"registry\"\nchecksum = \"00ff\"\n";
        let checksums = checksums(lock);
        assert_eq!(checksums.len(), 1);
        assert_eq!(checksums[&("b".to_owned(), "2.0.0".to_owned())], "00ff");
    }

    #[test]
    fn a_component_without_a_licence_that_we_may_use_is_an_error() {
        assert!(mit("x", "Apache-2.0 OR MIT", "A. Uthor").is_ok_and(|text| text.contains("Copyright (c) A. Uthor")));
        assert!(mit("x", "MPL-2.0", "A. Uthor").is_err());
        assert!(mit("x", "MIT", "").is_err());
    }
}
