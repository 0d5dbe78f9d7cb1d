//! Which crate and which of our modules cost what in the WebAssembly: its functions by their names, its data as a whole.

use anyhow::{Result, ensure};
use std::collections::{BTreeMap, HashMap};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// What our own crate is called in names.
const OURS: &str = "cx_speechstorm";
/// Functions that have no path: what is exported, and what the linker and wasm-bindgen add.
const WITHOUT_PATH: &str = "exports and glue";

/// Bytes of code by crate and by our module, each the largest first; and of data.
pub struct Costs {
    /// By crate.
    pub crates: Vec<(String, usize)>,
    /// By module of ours.
    pub modules: Vec<(String, usize)>,
    /// Constants: texts, tables.
    pub data: usize,
}

/// What a WebAssembly with names costs.
pub fn of(wasm: &[u8]) -> Result<Costs> {
    let (mut bodies, mut names, mut imported, mut data) = (Vec::new(), HashMap::new(), 0, 0);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range().len()),
            Payload::DataSection(section) => data = section.range().len(),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(section) = section.as_known() else { continue };
                for part in section {
                    let Name::Function(functions) = part? else { continue };
                    for function in functions {
                        let function = function?;
                        names.insert(function.index as usize, function.name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    ensure!(!names.is_empty(), "the WebAssembly has no names");
    let mut crates = BTreeMap::<String, usize>::new();
    let mut modules = BTreeMap::<String, usize>::new();
    for (at, size) in bodies.iter().enumerate() {
        let name = names.get(&(imported + at)).map_or("", String::as_str);
        let path = path(&format!("{:#}", rustc_demangle::demangle(name)));
        let first = path.first().cloned().unwrap_or_else(|| WITHOUT_PATH.to_owned());
        if first == OURS {
            *modules.entry(module(&path)).or_default() += size;
        }
        *crates.entry(first).or_default() += size;
    }
    Ok(Costs { crates: largest_first(crates), modules: largest_first(modules), data })
}

fn largest_first(costs: BTreeMap<String, usize>) -> Vec<(String, usize)> {
    let mut costs: Vec<_> = costs.into_iter().collect();
    costs.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    costs
}

/// The first path in a name; what is dropped, and whose method it is, counts, not what drops or asks for it.
fn path(name: &str) -> Vec<String> {
    let name = name.strip_prefix("core::ptr::drop_in_place::<").unwrap_or(name);
    let name = name.strip_prefix("core::ptr::drop_in_place<").unwrap_or(name);
    let paths = name.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':')));
    let first = paths.into_iter().find(|path| path.trim_matches(':').contains("::")).unwrap_or_default();
    first.split("::").filter(|part| !part.is_empty()).map(String::from).collect()
}

/// The module of a path in our crate, at most two deep.
fn module(path: &[String]) -> String {
    let inner = path.get(1..path.len().saturating_sub(1)).unwrap_or_default();
    let modules = inner.iter().take_while(|part| part.starts_with(|c: char| c.is_lowercase())).take(2);
    let name = modules.cloned().collect::<Vec<_>>().join("::");
    if name.is_empty() { "lib".into() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose(name: &str) -> (String, String) {
        let path = path(name);
        (path.first().cloned().unwrap_or_default(), module(&path))
    }

    #[test]
    fn a_function_belongs_to_the_first_path_in_its_name() {
        for (name, crate_name, of_module) in [
            ("cx_speechstorm::core::machine::Machine::step", OURS, "core::machine"),
            ("cx_speechstorm::core::machine::opening::begin", OURS, "core::machine"),
            ("<cx_speechstorm::bridge::bus::Deferred as core::ops::drop::Drop>::drop", OURS, "bridge::bus"),
            ("core::ptr::drop_in_place<cx_speechstorm::plugin::Runtime>", OURS, "plugin"),
            ("<alloc::vec::Vec<T,A> as core::ops::Drop>::drop", "alloc", "vec"),
            ("<&T as core::fmt::Debug>::fmt", "core", "fmt"),
            ("core_lines", "", "lib"),
        ] {
            assert_eq!(whose(name), (crate_name.into(), of_module.into()), "{name}");
        }
    }

    #[test]
    fn without_names_it_is_an_error() {
        // One function that does nothing.
        let wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x04\x01\x02\0\x0b";
        assert!(of(wasm).is_err());
        assert!(of(b"").is_err());
    }
}
