//! The tables of docs/host.md have no empty cell, name tests that are there, and leave out no command, event or section.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod names;
mod tables;

use names::{is_test, quoted, read, sorted};

const DOCUMENT: &str = "docs/host.md";
const ON_PURPOSE: &str = "differs on purpose: ";

/// What is wrong with a row; `None` where it names only tests that are there, or says why there is none.
fn fault(cells: &[String], columns: usize) -> Option<String> {
    if cells.len() != columns || cells.iter().any(String::is_empty) {
        return Some("an empty cell".to_owned());
    }
    let last = cells.last()?;
    if last.strip_prefix(ON_PURPOSE).is_some_and(|why| why.len() > 10) {
        return None;
    }
    let tests = tables::links(last);
    if tests.is_empty() {
        return Some("no test".to_owned());
    }
    let missing = tests.into_iter().find(|(name, file)| !is_test(&read(file), name));
    missing.map(|(name, file)| format!("{file} has no test {name}"))
}

/// The names in the first cells below a heading, after each row has been looked at.
fn first_cells(heading: &str, columns: usize) -> Vec<String> {
    let rows = tables::rows(DOCUMENT, heading);
    for cells in &rows {
        if let Some(fault) = fault(cells, columns) {
            panic!("{heading}: {} has {fault}", cells.join(" | "));
        }
    }
    sorted(rows.into_iter().map(|cells| cells[0].trim_matches('`').to_owned()))
}

fn commands_source() -> String {
    read("www/host/src/web_chat_service/commands.rs")
}

#[test]
fn every_command_has_its_outcomes_with_tests() {
    let source = commands_source();
    let entries = source.lines().filter_map(|line| line.strip_prefix("    (\""));
    let registered = sorted(entries.map(|entry| entry.split('"').next().unwrap()));
    assert!(registered.len() > 20, "{registered:?}");
    assert_eq!(first_cells("Commands", 3), registered);
}

#[test]
fn every_event_has_its_data_with_tests() {
    let source = commands_source();
    let (_, list) = source.split_once("register_events(&[").unwrap();
    let registered = sorted(quoted(list.split(']').next().unwrap()));
    assert_eq!(first_cells("Events", 3), registered);
}

#[test]
fn every_section_of_the_bus_facts_has_tests() {
    let sections = first_cells("Bus facts", 3);
    let of_traps = (1..=15).map(|number| format!("0.{number}"));
    let others =
        ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2", "3", "4", "4.1", "5", "6.1", "6.2", "6.3", "6.4", "7", "8"]
            .map(str::to_owned);
    for section in of_traps.chain(others) {
        assert!(sections.contains(&section), "no fact of {section}");
    }
}

#[test]
fn every_section_of_the_transport_facts_has_tests() {
    let sections = first_cells("Transport facts", 3);
    for section in ["1", "1.1", "1.2", "1.3", "2.1", "2.4", "2.5", "2.7", "2.8", "2.9", "2.10"]
        .into_iter()
        .chain(["3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7"])
    {
        assert!(sections.iter().any(|one| one == section), "no fact of {section}");
    }
}

#[test]
fn every_option_of_the_document_has_a_test() {
    assert_eq!(first_cells("Options of the product's document", 3).len(), 7);
}

#[test]
fn every_version_has_its_differences_with_tests() {
    assert_eq!(first_cells("Other versions", 3).len(), 4);
}

#[test]
fn a_row_that_says_nothing_is_noticed() {
    let row = |cells: [&str; 3]| cells.map(str::to_owned);
    let here = "[`a_row_that_says_nothing_is_noticed`](../tests/host_tables.rs)";
    assert_eq!(fault(&row(["a", "b", here]), 3), None);
    assert_eq!(fault(&row(["a", "b", "differs on purpose: it cannot be otherwise"]), 3), None);
    for wrong in [["a", "", here], ["a", "b", ""], ["a", "b", "soon"], ["a", "b", ON_PURPOSE]] {
        assert!(fault(&row(wrong), 3).is_some(), "{wrong:?}");
    }
    assert!(fault(&row(["a", "b", "[`missing`](../tests/host_tables.rs)"]), 3).is_some());
}
