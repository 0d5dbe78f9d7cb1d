//! The direction of dependencies: the core knows nothing of the web, nor of what is built on it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::Path;

#[test]
fn the_core_names_no_web_crate_and_no_outer_layer() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/core")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            let code: String = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for forbidden in
                ["wasm_bindgen", "js_sys", "web_sys", "gloo", "crate::bridge", "crate::plugin", "std::time", "println"]
            {
                assert!(!code.contains(forbidden), "{} names {forbidden}", path.display());
            }
            files += 1;
        }
    }
    assert!(files >= 18, "{files} files looked at");
}
