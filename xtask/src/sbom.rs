//! Bill of materials, CycloneDX 1.5, and the licences that go with it.

use crate::components::Component;
use crate::package;
use crate::plugin::Plugin;
use anyhow::Result;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;

/// The bill's file.
pub const SBOM: &str = "sbom.cdx.json";
/// The licences' file.
pub const LICENCES: &str = "THIRD-PARTY-LICENSES.txt";

/// The property of a component that names a file which it is in.
const FILE: &str = "cx-speechstorm:file";

/// Writes both. `cargo` is what Cargo.toml says about the plugin, `used` the addresses of what our own crates use themselves.
pub fn write(
    folder: &Path,
    plugin: &Plugin,
    cargo: &Value,
    components: &[Component],
    used: &BTreeSet<String>,
) -> Result<()> {
    let bill = serde_json::to_string_pretty(&bill(plugin, cargo, components, used))?;
    std::fs::write(folder.join(SBOM), bill + "\n")?;
    Ok(std::fs::write(folder.join(LICENCES), licences(components))?)
}

fn bill(plugin: &Plugin, cargo: &Value, components: &[Component], used: &BTreeSet<String>) -> Value {
    let text = |name: &str| cargo[name].as_str().unwrap_or_default();
    let ours = format!("pkg:npm/{}@{}", text("name"), text("version"));
    let mut dependencies = vec![json!({ "ref": ours, "dependsOn": used })];
    dependencies.extend(components.iter().map(|one| json!({ "ref": one.purl, "dependsOn": one.uses })));
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": format!("urn:uuid:{}", uuid(&plugin.id)),
        "version": 1,
        // No time of day: the same sources give the same bytes.
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": ours,
                "name": text("name"),
                "version": text("version"),
                "description": text("description"),
                "licenses": [{ "expression": text("license") }],
                "purl": ours,
                "properties": [{ "name": "cx-speechstorm:build", "value": plugin.id }],
            },
        },
        "components": components.iter().map(component).collect::<Vec<_>>(),
        "dependencies": dependencies,
    })
}

fn component(one: &Component) -> Value {
    let mut entry = json!({
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "description": one.what,
        // What is in the files for demo and developers alone is nothing that a website needs.
        "scope": if one.files.iter().any(|file| package::has(file)) { "required" } else { "optional" },
        "licenses": [{ "expression": one.licence }],
        "purl": one.purl,
        "properties": one.files.iter().map(|file| json!({ "name": FILE, "value": file })).collect::<Vec<_>>(),
    });
    if let Some(sha256) = &one.sha256 {
        entry["hashes"] = json!([{ "alg": "SHA-256", "content": sha256 }]);
    }
    entry
}

/// A UUID of version 8, which is for numbers made in one's own way.
fn uuid(id: &str) -> String {
    let mut bytes: Vec<u8> = Sha256::digest(format!("cx-speechstorm sbom {id}")).iter().take(16).copied().collect();
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// Each text once, below all to whom it applies.
fn licences(components: &[Component]) -> String {
    let mut texts: Vec<(&str, Vec<String>)> = Vec::new();
    for one in components {
        for text in &one.texts {
            let files = one.files.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            let name = format!("{} {} ({}): {}\n  in: {files}", one.name, one.version, one.licence, one.what);
            match texts.iter_mut().find(|(known, _)| *known == text.trim()) {
                Some((_, names)) => names.push(name),
                None => texts.push((text.trim(), vec![name])),
            }
        }
    }
    let rule = "=".repeat(80);
    let sections = texts.iter().map(|(text, names)| format!("{rule}\n{}\n{rule}\n\n{text}\n", names.join("\n")));
    let head = "What of others is in the files of cx-speechstorm, and its licences. Where there is a choice, MIT is taken.\n\n";
    head.to_owned() + &sections.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, text: &str) -> Component {
        Component {
            name: name.into(),
            version: "1.0.0".into(),
            licence: "MIT".into(),
            purl: format!("pkg:cargo/{name}@1.0.0"),
            sha256: None,
            what: "linked",
            texts: vec![text.into()],
            uses: BTreeSet::new(),
            files: [format!("{name}.js")].into(),
        }
    }

    #[test]
    fn a_text_that_two_share_stands_once() {
        let all = licences(&[one("a", "Words."), one("b", "Other words."), one("c", "Words.\n")]);
        assert_eq!(all.matches("\nWords.").count(), 1);
        assert!(all.contains("a 1.0.0 (MIT): linked\n  in: a.js\nc 1.0.0 (MIT): linked\n  in: c.js\n"));
    }

    #[test]
    fn the_bill_names_every_component_and_its_number_is_one_of_the_build() {
        let plugin = |id: &str| Plugin { id: id.into(), wasm_file: String::new() };
        let cargo = json!({ "name": "x", "version": "1.2.3", "license": "MIT" });
        let bill = |id| {
            bill(
                &plugin(id),
                &cargo,
                &[one("a", ""), one("cx-host", "")],
                &["pkg:cargo/a@1.0.0".to_owned()].into_iter().collect(),
            )
        };
        assert_eq!(bill("1")["components"][0]["purl"], "pkg:cargo/a@1.0.0");
        assert_eq!(bill("1")["dependencies"][0]["dependsOn"][0], "pkg:cargo/a@1.0.0");
        let place = json!([{ "name": "cx-speechstorm:file", "value": "cx-host.js" }]);
        assert_eq!(bill("1")["components"][1]["properties"], place);
        assert_eq!([0, 1].map(|at| bill("1")["components"][at]["scope"].clone()), ["required", "optional"]);
        assert_ne!(bill("1")["serialNumber"], bill("2")["serialNumber"]);
        let number = uuid("1");
        assert_eq!((number.len(), &number[14..15]), (36, "8"));
    }
}
