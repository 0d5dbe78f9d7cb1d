//! The documents say what the sources say: every test that they name is there, and every public name stands in them. The
//! website's pages say everything in each of their languages.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod names;
mod tables;

use cx_speechstorm::core::surface::{COMMANDS, EVENTS, HOOKS};
use names::{is_test, read};

/// The first cell and the linked tests of each row under a heading of docs/regressions.md.
fn rows(heading: &str) -> Vec<(String, Vec<(String, String)>)> {
    let rows = tables::rows("docs/regressions.md", heading);
    rows.iter().map(|cells| (cells[0].clone(), tables::links(&cells.concat()))).collect()
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

/// The names in the first cells of the table below a heading of docs/extend.md.
fn explained(heading: &str) -> Vec<String> {
    let text = read("docs/extend.md");
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let table = section.split("\n## ").next().unwrap().lines().filter(|line| line.starts_with('|')).skip(2);
    table.flat_map(|row| code_words(row.trim_start_matches('|').split('|').next().unwrap())).collect()
}

fn code_words(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(String::from).collect()
}

fn assert_same_names(explained: Vec<String>, sources: impl IntoIterator<Item = impl Into<String>>) {
    assert_eq!(names::sorted(explained), names::sorted(sources));
}

#[test]
fn every_command_event_and_hook_is_explained() {
    assert_same_names(explained("Commands"), COMMANDS);
    assert_same_names(explained("Events"), EVENTS);
    assert_same_names(explained("Hooks"), HOOKS);
}

#[test]
fn every_promise_has_tests() {
    for (heading, promises) in
        [("Behaviour", 11), ("Look and access", 4), ("Security and privacy", 3), ("For developers who extend it", 1)]
    {
        assert_eq!(assert_tested(heading).len(), promises, "{heading}");
    }
}

#[test]
fn every_file_of_browser_tests_is_run() {
    let runner = read("xtask/src/browser_tests.rs");
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap();
    let files = folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let names: Vec<_> = files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let of_browser: Vec<_> = names.iter().filter(|name| name.ends_with("browser")).collect();
    assert!(of_browser.len() >= 2);
    for name in of_browser {
        assert!(runner.contains(&format!("\"{name}\"")), "xtask/src/browser_tests.rs does not run tests/{name}.rs");
    }
}

#[test]
fn only_tests_count_as_tests() {
    let source = "fn helper() {}\n#[tokio::test]\n/// Why.\nasync fn real() {}\n#[inline]\nfn fast() {}";
    assert!(is_test(source, "real"));
    for other in ["helper", "fast", "rea", "missing"] {
        assert!(!is_test(source, other), "{other}");
    }
}

#[test]
fn every_custom_property_for_the_page_is_explained() {
    let (style, text) = (read("pkg-template/cx-speechstorm.css"), read("docs/look.md"));
    let block = style.split(":where(.cx-speechstorm) {").nth(1).unwrap().split('}').next().unwrap();
    let properties: Vec<_> =
        block.lines().filter_map(|line| line.trim().split_once(':')).map(|(name, _)| name).collect();
    assert!(properties.len() >= 12, "{properties:?}");
    for property in properties {
        assert!(text.contains(&format!("| `{property}` |")), "docs/look.md does not explain {property}");
    }
}

/// What stands behind each of these, up to the next such character.
fn behind(text: &str, mark: &str, end: char) -> Vec<String> {
    text.split(mark).skip(1).map(|rest| rest.split(end).next().unwrap().to_owned()).collect()
}

/// Language and keys of each table in a script that gives `speak` a page's words.
fn tables_of_words(script: &str) -> Vec<(String, Vec<String>)> {
    let tables = script.split("\n  },").filter_map(|table| table.split_once(": {\n"));
    tables
        .map(|(before, words)| {
            let language = before.rsplit(' ').next().unwrap().to_owned();
            // Between the texts stand the keys.
            let between = words.split('\'').step_by(2).filter_map(|between| between.rsplit([',', '\n']).next());
            let keys = between.filter_map(|key| key.trim().strip_suffix(':'));
            (language, names::sorted(keys))
        })
        .collect()
}

#[test]
fn a_page_of_the_website_has_each_of_its_words_in_every_language() {
    for folder in ["www/site/chat-immediate", "www/site/placements"] {
        let everything = names::everything_in(folder);
        let marks = [("data-words=\"", '"'), ("data-label=\"", '"'), ("say('", '\'')];
        let said = names::sorted(marks.into_iter().flat_map(|(mark, end)| behind(&everything, mark, end)));
        assert!(said.len() > 20, "{said:?}");
        let tables = tables_of_words(&read(&format!("{folder}/words.js")));
        assert_eq!(tables.iter().map(|(language, _)| language.as_str()).collect::<Vec<_>>(), ["de", "ar"], "{folder}");
        for (language, keys) in tables {
            assert_eq!(keys, said, "{folder} in {language}");
        }
    }
    let pages = names::everything_in("www/site");
    assert_eq!(pages.matches("speak({").count(), 2, "a further page has words");
}

#[test]
fn script_and_stylesheet_agree_on_what_a_phone_is() {
    let (style, script) = (read("pkg-template/cx-speechstorm.css"), read("pkg-template/edge/place.js"));
    let width = script.split("const PHONE = ").nth(1).unwrap().split(';').next().unwrap();
    assert!(style.contains(&format!("@media (max-width: {width}px)")), "{width}");
}
