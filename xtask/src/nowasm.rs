//! The plugin's core as JavaScript, for browsers and pages that refuse WebAssembly.

use crate::wasm::{self, Built, Purpose};
use crate::{binaryen, bundle};
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;

/// Where wasm2js calls its function, and begins to export what that gives.
const INSTANCE: &str = "\nvar retasmFunc = asmFunc(";

/// Where its memory has grown: the bytes are in the new buffer, and the old one is forgotten.
const GROWN: &str = "   buffer = newBuffer;\n";
/// Why: growing detaches the old buffer in WebAssembly, by which the glue sees that its views of it are of no use any more.
const DETACHED: &str = "   structuredClone(buffer, { transfer: [buffer] });\n";

/// What is bundled.
pub struct Core {
    /// The JavaScript glue, an ES module.
    pub glue: PathBuf,
    /// An ES module whose default export is a function from imports to exports.
    pub core: PathBuf,
}

/// Builds it.
pub fn build() -> Result<Core> {
    let Built { glue, wasm } = wasm::build(wasm::PLUGIN.built_for(Purpose::WithoutWasm))?;
    let converted = wasm.with_file_name("converted.js");
    binaryen::make("wasm2js", &wasm, &converted, &["-Oz"])?;
    let converted = std::fs::read_to_string(&converted).context("reading what wasm2js has written")?;
    Ok(Core { glue, core: bundle::source_module("nowasm-core.js", &function(&converted)?)? })
}

/// The function that wasm2js has written, without the module around it, which would start at once; its memory grows as
/// that of WebAssembly.
fn function(converted: &str) -> Result<String> {
    let otherwise = "wasm2js wrote something else than it used to";
    let (function, _) = converted.split_once(INSTANCE).context(otherwise)?;
    let start = function.lines().take_while(|line| line.is_empty() || line.starts_with("import "));
    let function = function.get(start.map(|line| line.len() + 1).sum()..).context(otherwise)?;
    ensure!(function.matches(GROWN).count() == 1, "{otherwise}");
    Ok(format!("{}\nexport default asmFunc;\n", function.replace(GROWN, &[DETACHED, GROWN].concat())))
}

#[cfg(test)]
mod tests {
    use super::function;

    const CONVERTED: &str = "import * as a from 'a';\n\nfunction asmFunc(imports) {\n   buffer = newBuffer;\n}\n\nvar retasmFunc = asmFunc({\n});\nexport var b = retasmFunc.b;\n";

    #[test]
    fn the_function_is_left_and_nothing_runs() {
        let expected = "function asmFunc(imports) {\n   structuredClone(buffer, { transfer: [buffer] });\n   buffer = newBuffer;\n}\n\nexport default asmFunc;\n";
        assert_eq!(function(CONVERTED).ok().as_deref(), Some(expected));
    }

    #[test]
    fn another_form_of_output_is_an_error() {
        assert!(function(&CONVERTED.replace("retasmFunc", "instance")).is_err());
        assert!(function(&CONVERTED.replace("newBuffer", "grown")).is_err());
    }
}
