//! Short names for what WebAssembly and its glue call each other: wasm-bindgen's hold hashes and whole types, which no
//! compressor makes smaller.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::HashMap;

/// The flag that makes wasm-opt give short names, and print them.
pub const FLAG: &str = "--minify-imports-and-exports-and-modules";
/// What wasm-opt calls the one module that everything is imported from.
const MODULE: &str = "a";

/// The glue with the new names in it. `printed` is what wasm-opt said: `imports`, each with module, old name and new name,
/// and `exports`, each with old name and new name.
///
/// Why only where they are members: a new name such as `b` may be a variable elsewhere.
pub fn glue(glue: &str, printed: &str) -> Result<String> {
    let mut renamed: Value = serde_json::from_str(printed).context("wasm-opt printed no names")?;
    let imports: Vec<(String, String, String)> = serde_json::from_value(renamed["imports"].take())?;
    let exports: HashMap<String, String> =
        serde_json::from_value::<Vec<_>>(renamed["exports"].take())?.into_iter().collect();
    let (module, _, _) = imports.first().context("nothing is imported")?.clone();
    let imports: HashMap<String, String> = imports.into_iter().map(|(_, old, new)| (old, new)).collect();
    let mut short = String::new();
    let mut rest = glue;
    while let Some(start) = rest.find(is_part_of_a_name) {
        let (before, after) = rest.split_at(start);
        let (name, after) = after.split_at(after.find(|c| !is_part_of_a_name(c)).unwrap_or(after.len()));
        short.push_str(before);
        let new = match (short.ends_with("wasm."), after.starts_with(':')) {
            (true, _) => exports.get(name),
            (_, true) => imports.get(name),
            _ => None,
        };
        short.push_str(new.map_or(name, String::as_str));
        rest = after;
    }
    short.push_str(rest);
    Ok(short.replace(&format!("\"{module}\""), &format!("\"{MODULE}\"")))
}

/// Takes out how the glue makes a new decoder after two gigabytes, which Safari's needs: no page hands that much text to a plugin
/// of a chat. Glue that decodes in another way stays as it is.
pub fn decoder(glue: &str) -> String {
    let parts = glue.split_once("const MAX_SAFARI_DECODE_BYTES").and_then(|(before, rest)| {
        let (_, rest) = rest.split_once("return cachedTextDecoder.decode(")?;
        let (argument, after) = rest.split_once(')')?;
        Some(format!(
            "{before}function decodeText({argument}) {{\n    return cachedTextDecoder.decode({argument}){after}"
        ))
    });
    parts.unwrap_or_else(|| glue.to_owned())
}

fn is_part_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::{decoder, glue};

    const PRINTED: &str = r#"{
        "imports": [["./x_bg.js", "__wbg_fetch_df47", "b"], ["./x_bg.js", "__wbg_now_463a", "c"]],
        "exports": [["core_new", "d"], ["core_newer", "e"]]
    }"#;

    #[test]
    fn members_are_renamed_and_variables_are_not() {
        let long = r#"const core_new = () => wasm.core_new(b) + wasm.core_newer; return { "./x_bg.js": { __wbg_fetch_df47: (b) => b, other: 1 } };"#;
        let short = r#"const core_new = () => wasm.d(b) + wasm.e; return { "a": { b: (b) => b, other: 1 } };"#;
        assert_eq!(glue(long, PRINTED).ok().as_deref(), Some(short));
    }

    #[test]
    fn the_decoder_counts_no_gigabytes() {
        let long = "let a;
const MAX_SAFARI_DECODE_BYTES = 2146435072;
let numBytesDecoded = 0;
function decodeText(bytes) {
    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {
        numBytesDecoded = bytes.length;
    }
    return cachedTextDecoder.decode(bytes);
}
let b;";
        let short = "let a;\nfunction decodeText(bytes) {\n    return cachedTextDecoder.decode(bytes);\n}\nlet b;";
        assert_eq!(decoder(long), short);
        assert_eq!(decoder("let c;"), "let c;");
    }

    #[test]
    fn output_without_names_is_an_error() {
        assert!(glue("", "").is_err());
    }
}
