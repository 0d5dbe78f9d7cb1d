//! What of others is in the published files: crates that are linked into the WebAssembly, Rust's standard library, and the
//! few lines that tools add. Of each it is known in which files it is: the plugin, the host and the build for developers link
//! different things.

use crate::plugin::{DEBUG_LINES, DEBUG_WASM, DROP_IN, HOST, NOWASM, Plugin, SLIM};
use crate::toolchain::TARGET;
use crate::{library, manifest, setup, shell, wasm};
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
    pub uses: BTreeSet<String>,
    /// The published files that it is in.
    pub files: BTreeSet<String>,
}

/// A crate of ours as it is published.
struct Product {
    package: &'static str,
    features: &'static [&'static str],
    /// What is linked is in these.
    files: Vec<String>,
    /// What wasm-bindgen writes is in these.
    glue: Vec<String>,
}

/// What becomes WebAssembly and is published. The starter template is not: whoever copies it builds it.
fn products(plugin: &Plugin) -> [Product; 3] {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let debug = |name: &str| format!("{}{name}", manifest::DEBUG);
    [
        Product {
            package: wasm::PLUGIN.package,
            features: &[],
            files: names(&[DROP_IN, NOWASM, &plugin.wasm_file]),
            glue: names(&[SLIM, "index.js"]),
        },
        Product {
            package: wasm::PLUGIN.package,
            features: wasm::FOR_DEVELOPERS,
            files: vec![debug(DEBUG_WASM), debug(DEBUG_LINES)],
            glue: vec![debug(SLIM)],
        },
        Product { package: wasm::HOST.package, features: &[], files: names(&[HOST]), glue: Vec::new() },
    ]
}

/// All of them that are in `folder`, by name, and what our own crates use themselves.
pub fn all(folder: &Path, plugin: &Plugin) -> Result<(Vec<Component>, BTreeSet<String>)> {
    let (mut all, mut used, mut linked) = (Vec::<Component>::new(), BTreeSet::new(), BTreeSet::new());
    let there = |names: Vec<String>| names.into_iter().filter(|name| folder.join(name).is_file());
    for product in products(plugin) {
        let files: BTreeSet<_> = there(product.files).collect();
        if files.is_empty() {
            continue;
        }
        let (components, direct) = crates(product.package, product.features)?;
        used.extend(direct);
        for mut component in components {
            component.files.extend(files.iter().cloned());
            if component.name == "wasm-bindgen" {
                component.files.extend(there(product.glue.clone()));
            }
            match all.iter_mut().find(|known| known.purl == component.purl) {
                Some(known) => {
                    known.files.extend(component.files);
                    known.uses.extend(component.uses);
                }
                None => all.push(component),
            }
        }
        linked.extend(files);
    }
    for mut component in library::components()? {
        used.insert(component.purl.clone());
        component.files.extend(linked.iter().cloned());
        all.push(component);
    }
    if linked.contains(NOWASM) {
        let component = wasm2js()?;
        used.insert(component.purl.clone());
        all.push(component);
    }
    all.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok((all, used))
}

/// The crates that this one links with these features: neither build scripts nor macros nor what only tests use; and which of
/// them it uses itself.
fn crates(package: &str, features: &[&str]) -> Result<(Vec<Component>, BTreeSet<String>)> {
    let metadata = ["metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET];
    let mut cargo = shell::command("cargo");
    cargo.args(metadata).args(features.iter().map(|feature| format!("--features={package}/{feature}")));
    let metadata: Value = serde_json::from_str(&shell::output(&mut cargo).context("cargo metadata failed")?)?;
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
    let ours = packages.iter().find(|(_, described)| described["name"] == package);
    let (ours, _) = ours.with_context(|| format!("{package} is no package"))?;
    let mut linked = BTreeSet::new();
    let mut next = linked_by(ours);
    while let Some(id) = next.pop() {
        if linked.insert(id.clone()) {
            next.extend(linked_by(&id));
        }
    }
    let purl = |id: &str| format!("pkg:cargo/{}@{}", text(&packages[id]["name"]), text(&packages[id]["version"]));
    let purls = |ids: Vec<String>| ids.iter().map(|id| purl(id)).collect::<BTreeSet<_>>();
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
            files: BTreeSet::new(),
            name,
            version,
            licence,
            texts,
        });
    }
    Ok((all, purls(linked_by(ours))))
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
        uses: BTreeSet::new(),
        files: [NOWASM.to_owned()].into(),
    })
}

/// The files of a licence in a folder. Where there is a choice, we take MIT.
pub fn licence_texts(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.to_uppercase().starts_with("LICEN") && folder.join(&name).is_file() {
            names.push(name);
        }
    }
    names.sort();
    let mit = names.iter().any(|name| name.ends_with("-MIT"));
    names.retain(|name| !(mit && name.ends_with("-APACHE")));
    names.iter().map(|name| Ok(std::fs::read_to_string(folder.join(name))?.replace("\r\n", "\n"))).collect()
}

/// The licence MIT for a component that brings no text of its own: the words are those of ours.
pub fn mit(name: &str, licence: &str, authors: &str) -> Result<String> {
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
