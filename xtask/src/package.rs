//! The npm package: `dist/` is its folder.

use crate::plugin::{self, CSS, DROP_IN, FRAME_SDK, NOWASM, Plugin, SLIM};
use crate::shell;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::Path;

/// What of the project's root goes along.
const DOCUMENTS: [&str; 3] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// What is in `dist/` and not in the package: the open chat host, the demo page, the debug build, what servers of static
/// files use.
const LEFT_OUT: [&str; 5] = ["!cx-host.*", "!demo", "!debug", "!**/*.br", "!**/*.gz"];

/// Whether the package has this file of `dist/`.
pub fn has(name: &str) -> bool {
    let is_meant = |pattern: &str| match (pattern.strip_suffix(".*"), pattern.strip_prefix("**/*")) {
        (Some(stem), _) => name.strip_prefix(stem).is_some_and(|ending| ending.starts_with('.')),
        (_, Some(ending)) => name.ends_with(ending),
        _ => name.strip_prefix(pattern).is_some_and(|below| below.starts_with('/')),
    };
    !LEFT_OUT.iter().any(|pattern| is_meant(pattern.trim_start_matches('!')))
}

/// Writes what makes the folder a package; its module is there already. `cargo` is what Cargo.toml says about the plugin.
pub fn describe(folder: &Path, plugin: &Plugin, cargo: &Value) -> Result<()> {
    for name in DOCUMENTS {
        std::fs::copy(shell::root().join(name), folder.join(name)).with_context(|| format!("copying {name}"))?;
    }
    std::fs::copy(plugin::template().join("README.md"), folder.join("README.md")).context("copying README.md")?;
    let text = serde_json::to_string_pretty(&package(cargo, plugin))?;
    Ok(std::fs::write(folder.join("package.json"), text + "\n")?)
}

/// What Cargo.toml says about the plugin.
pub fn cargo_package() -> Result<Value> {
    let metadata = shell::output(shell::command("cargo").args(["metadata", "--format-version", "1", "--no-deps"]));
    let mut metadata: Value = serde_json::from_str(&metadata.context("cargo metadata failed")?)?;
    let packages = metadata["packages"].as_array_mut().context("no packages")?;
    let ours = packages.iter_mut().find(|package| package["name"] == crate::wasm::PLUGIN.package);
    Ok(ours.context("the plugin is no package")?.take())
}

fn package(cargo: &Value, plugin: &Plugin) -> Value {
    let types = |types: &str, script: &str| json!({ "types": format!("./{types}"), "default": format!("./{script}") });
    let mut exports = serde_json::Map::new();
    exports.insert(".".into(), types("index.d.ts", "index.js"));
    exports.insert("./frame-sdk".into(), types("frame-sdk.d.ts", FRAME_SDK));
    // For bundlers and import maps that are told the WebAssembly's address: by a name that stays.
    exports.insert("./cx-speechstorm.wasm".into(), format!("./{}", plugin.wasm_file).into());
    for file in [CSS, DROP_IN, SLIM, NOWASM, "lang/*.json", "manifest.json", "package.json"] {
        exports.insert(format!("./{file}"), format!("./{file}").into());
    }
    let with_effects = [DROP_IN, SLIM, NOWASM, CSS].map(|file| format!("./{file}"));
    let files = [&["**"], &LEFT_OUT[..]].concat();
    json!({
        "name": cargo["name"],
        "version": cargo["version"],
        "description": cargo["description"],
        "license": cargo["license"],
        "keywords": ["genesys", "widgets", "webchat", "microapp", "webassembly"],
        "type": "module",
        "types": "./index.d.ts",
        "exports": exports,
        "sideEffects": with_effects,
        "files": files,
        "engines": { "node": ">=18" },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_of_the_package_is_known_by_its_name() {
        assert!(["cx-speechstorm.js", "lang/de.json", "cx-hostess.js"].into_iter().all(has));
        assert!(
            !["cx-host.js", "debug/x.wasm", "demo/de/index.html", "x.js.br", "lang/de.json.gz"].into_iter().any(has)
        );
    }

    #[test]
    fn the_package_says_what_cargo_says_and_nothing_of_it_stands_twice() {
        let cargo = json!({ "name": "x", "version": "1.2.3", "description": "d", "license": "MIT" });
        let plugin = Plugin { id: "0".into(), wasm_file: "x-0.wasm".into() };
        let package = package(&cargo, &plugin);
        assert_eq!(package["version"], "1.2.3");
        assert_eq!(package["license"], "MIT");
        assert_eq!(package["exports"]["./cx-speechstorm.wasm"], "./x-0.wasm");
        assert_eq!(package["exports"]["."]["types"], "./index.d.ts");
    }
}
