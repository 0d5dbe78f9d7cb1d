//! The documents say what the sources say: every test that they name is there, and every public name stands in them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The first cell and the linked tests of each row under a heading of docs/regressions.md.
fn rows(heading: &str) -> Vec<(String, Vec<(String, String)>)> {
    let text = read("docs/regressions.md");
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let section = section.split("\n## ").next().unwrap();
    let table = section.lines().filter(|line| line.starts_with('|')).skip(2);
    table
        .map(|row| {
            let (cell, _) = row.trim_start_matches('|').split_once('|').unwrap();
            (cell.trim().to_owned(), links(row))
        })
        .collect()
}

/// Name and file of each [`name`](../file).
fn links(row: &str) -> Vec<(String, String)> {
    let parts = row.split("[`").skip(1);
    parts
        .map(|part| {
            let (name, rest) = part.split_once("`](../").unwrap_or_else(|| panic!("no link to a test: {part}"));
            (name.to_owned(), rest.split(')').next().unwrap().to_owned())
        })
        .collect()
}

/// Whether `name` is a test there: a function below an attribute that says so, or an entry of the host's macro.
fn is_test(source: &str, name: &str) -> bool {
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    lines.iter().enumerate().any(|(at, line)| {
        if line.starts_with(&format!("{name} => r")) {
            return source.contains("browser_tests! {");
        }
        let declared = line.trim_start_matches("async ").starts_with(&format!("fn {name}("));
        let above = lines.iter().take(at).rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        declared && above.into_iter().any(|line| line.starts_with("#[") && line.contains("test"))
    })
}

fn assert_tested(heading: &str) -> Vec<String> {
    let rows = rows(heading);
    for (row, tests) in &rows {
        assert!(!tests.is_empty(), "row {row} of {heading} has no test");
        for (name, file) in tests {
            assert!(is_test(&read(file), name), "row {row} of {heading}: {file} has no test {name}");
        }
    }
    rows.into_iter().map(|(row, _)| row).collect()
}

fn assert_numbered(heading: &str, count: usize) {
    let expected: Vec<_> = (1..=count).map(|number| number.to_string()).collect();
    assert_eq!(assert_tested(heading), expected, "{heading}");
}

#[test]
fn every_fact_of_the_bus_that_breaks_a_naive_plugin_has_a_test() {
    assert_numbered("Facts of the bus that break a naive plugin", 15);
}

#[test]
fn every_defect_of_the_script_that_is_replaced_has_a_test() {
    assert_numbered("Defects of the script that this plugin replaces", 30);
}

#[test]
fn only_tests_count_as_tests() {
    let source = "fn helper() {}\n#[tokio::test]\n/// Why.\nasync fn real() {}\n#[inline]\nfn fast() {}";
    assert!(is_test(source, "real"));
    for other in ["helper", "fast", "rea", "missing"] {
        assert!(!is_test(source, other), "{other}");
    }
}
