//! The tables of docs/host.md have no empty cell, name tests that are there, say why where the host is otherwise than the product,
//! and leave out no command, option, event or fact.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod host_facts;
#[allow(dead_code, reason = "other tests use the rest of it")]
mod names;
mod tables;

use host_facts::{BUS_FACTS, COMMAND_OPTIONS, OF_THE_HOST, OF_THE_WINDOW, OPTIONS, OUTCOMES, TRANSPORT_FACTS};
use names::{events_of_the_chat_service, is_test, quoted, read, sorted};

const DOCUMENT: &str = "docs/host.md";
const DIFFERS: &str = "on purpose";
const ON_PURPOSE: &str = "differs on purpose: ";

/// Rows that no test shows, because there is nothing to be seen of them. A further one is a decision, which is taken here.
const UNSEEN: [&str; 8] = ["emojis", "1.1/4e", "2/7", "2/12f", "3/7g", "8/1b", "2.1/5", "3.1/4"];

/// Whether it says that something is otherwise than in the product, and why, before it names its tests.
fn is_reason(text: &str) -> bool {
    let said = text.strip_prefix(ON_PURPOSE).and_then(|said| said.split("[`").next());
    let why = said.and_then(|said| [" because ", " so that "].iter().find_map(|word| said.split_once(word)));
    why.is_some_and(|(what, reason)| !what.trim().is_empty() && reason.split_whitespace().count() > 4)
}

/// What is wrong with a row; `None` where it names only tests that are there, or is one of [`UNSEEN`]. That one, and each that is
/// otherwise than the product, says why.
fn fault(cells: &[String], columns: usize) -> Option<String> {
    if cells.len() != columns || cells.iter().any(String::is_empty) {
        return Some("an empty cell".to_owned());
    }
    if cells.iter().any(|cell| cell.contains(DIFFERS) && !is_reason(cell)) {
        return Some("no reason to differ".to_owned());
    }
    let last = cells.last()?;
    let tests = tables::links(last);
    let unseen = cells.first().is_some_and(|cell| UNSEEN.contains(&cell.trim_matches('`')));
    if tests.is_empty() && !(unseen && last.starts_with(ON_PURPOSE)) {
        return Some("no test".to_owned());
    }
    let missing = tests.into_iter().find(|(name, file)| !is_test(&read(file), name));
    missing.map(|(name, file)| format!("{file} has no test {name}"))
}

/// What is wrong with the numbers of a table of facts: each of `1..=count` of each section stands there once, or in parts
/// `a`, `b` … from the first on, and nothing else does.
fn misnumbered(found: &[String], facts: &[(&str, usize)]) -> Option<String> {
    let expected =
        facts.iter().flat_map(|(section, count)| (1..=*count).map(move |number| format!("{section}/{number}")));
    let mut rest = found;
    for fact in expected {
        let letters: Vec<_> = rest.iter().map_while(|one| part_of(one, &fact)).collect();
        let in_parts = letters.iter().zip('a'..).all(|(part, letter)| *part == letter.to_string());
        if letters != [""] && !(letters.len() > 1 && in_parts) {
            return Some(format!("{fact} stands there as {letters:?}"));
        }
        rest = rest.get(letters.len()..).unwrap_or_default();
    }
    rest.first().map(|one| format!("{one} is too many, or in the wrong place"))
}

/// The letter of a part, empty for a whole fact; `None` for another fact.
fn part_of<'a>(one: &'a str, fact: &str) -> Option<&'a str> {
    one.strip_prefix(fact).filter(|letters| letters.chars().all(|letter| letter.is_ascii_lowercase()))
}

/// The rows below a heading, after each has been looked at.
fn rows(heading: &str, columns: usize) -> Vec<Vec<String>> {
    let rows = tables::rows(DOCUMENT, heading);
    for cells in &rows {
        if let Some(fault) = fault(cells, columns) {
            panic!("{heading}: {} has {fault}", cells.join(" | "));
        }
    }
    rows
}

/// The first cells, as they stand.
fn first_cells(heading: &str) -> Vec<String> {
    first_cells_of(heading, 3)
}

fn first_cells_of(heading: &str, columns: usize) -> Vec<String> {
    rows(heading, columns).into_iter().map(|cells| cells[0].trim_matches('`').to_owned()).collect()
}

/// The options that a function reads, which begins with `from`, by calls that begin as one of `readers`.
fn read_in(path: &str, from: &str, readers: &[&str]) -> Vec<String> {
    let source = read(path);
    let (_, body) = source.split_once(from).unwrap_or_else(|| panic!("{path} has no {from}"));
    let body = body.split("\n    }\n").next().unwrap();
    let calls = readers.iter().flat_map(|reader| body.split(reader).skip(1));
    sorted(calls.map(|call| call.split('"').next().unwrap()))
}

fn commands_source() -> String {
    read("www/host/src/web_chat_service/commands.rs")
}

#[test]
fn every_command_has_its_outcomes_with_tests() {
    let source = commands_source();
    let entries = source.lines().filter_map(|line| line.strip_prefix("    (\""));
    let registered = sorted(entries.map(|entry| entry.split('"').next().unwrap()));
    assert_eq!(sorted(OUTCOMES.map(|(command, _)| command)), registered);
    let named = first_cells("Commands");
    for (command, count) in OUTCOMES {
        assert_eq!(named.iter().filter(|one| *one == command).count(), count, "{command}");
    }
    assert_eq!(named.len(), OUTCOMES.iter().map(|(_, count)| count).sum::<usize>());
    let said = sorted(rows("Commands", 3).into_iter().map(|cells| cells[..2].join(": ")));
    assert_eq!(said.len(), named.len(), "an outcome stands there twice");
}

#[test]
fn every_event_has_its_data_with_tests() {
    let published = events_of_the_chat_service();
    let named: Vec<_> = first_cells("Events")
        .iter()
        .flat_map(|cell| cell.split("`, `").map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert_eq!(sorted(named.clone()), published);
    assert_eq!(named.len(), sorted(named.clone()).len(), "an event stands there twice");
}

#[test]
fn every_command_and_event_of_the_other_plugins_has_its_row() {
    // That these are the names of the sources is what the test `types` looks at.
    let types = read("www/host/cx-host.d.ts");
    let declared = types.lines().filter_map(|line| line.strip_prefix("  \"")?.split_once("\": "));
    let declared = sorted(declared.map(|(name, _)| name).filter(|name| name.contains('.')));
    assert!(declared.len() > 50, "{declared:?}");
    let named = first_cells("Other plugins");
    assert_eq!(sorted(named.clone()), declared);
    assert_eq!(named.len(), declared.len(), "a name stands there twice");
}

#[test]
fn what_may_stand_in_markup_has_its_tests() {
    assert_eq!(rows("Markup", 3).len(), 6);
}

#[test]
fn every_bus_fact_has_its_row() {
    assert_eq!(misnumbered(&first_cells("Bus facts"), &BUS_FACTS), None);
}

#[test]
fn every_transport_fact_has_its_row() {
    assert_eq!(misnumbered(&first_cells("Transport facts"), &TRANSPORT_FACTS), None);
}

#[test]
fn every_option_of_the_document_has_its_row() {
    assert_eq!(first_cells("Options of the product's document"), OPTIONS);
}

#[test]
fn every_option_beyond_the_products_has_its_row() {
    assert_eq!(first_cells_of("Options beyond the product's", 4), OF_THE_HOST);
}

#[test]
fn every_option_of_comet_has_its_row() {
    const GMS: &str = "www/host/src/web_chat_service/transport/gms";
    let named = first_cells("CometD");
    let readers = ["get(&own, \"", "get_string(&own, \"", "function(\""];
    for (section, file, count) in [("cometD", "settings.rs", 5), ("async", "asynchronous.rs", 3)] {
        let read = read_in(&format!("{GMS}/{file}"), "fn new(section: &JsValue) -> Option<Self> {", &readers);
        assert_eq!(read.len(), count, "{read:?}");
        let own = named.iter().filter_map(|name| name.strip_prefix(section)?.strip_prefix('.'));
        assert_eq!(sorted(own), read, "{section}");
    }
}

#[test]
fn every_option_of_a_command_has_its_row() {
    let named = rows("Options of commands", 3);
    assert_eq!(named.len(), COMMAND_OPTIONS.len());
    for (cells, (command, option)) in named.iter().zip(COMMAND_OPTIONS) {
        assert!(cells[0].trim_matches('`') == command && cells[1].starts_with(option), "{cells:?}");
    }
}

#[test]
fn every_option_that_is_read_stands_in_the_document() {
    let document = read(DOCUMENT);
    let (_, of_window) = document.split_once("\n## Window\n").unwrap();
    let of_window = of_window.split("\n## ").next().unwrap();
    let sections = ["get(section, \"", "get_path(section, \"", "get_number(section, \"", "get_string(section, \""];
    let window = read_in("www/host/src/web_chat/mod.rs", "fn new(section: &JsValue, main: &JsValue)", &sections);
    assert!(window.len() > 6, "{window:?}");
    for option in window {
        assert!(of_window.contains(&format!("`{option}`")), "Window has no row for {option}");
    }
    let readers = [sections.as_slice(), &["number(\"", "flag(\""]].concat();
    let connection = read_in(
        "www/host/src/web_chat_service/transport/gms/settings.rs",
        "pub fn new(section: &JsValue) -> Self",
        &readers,
    );
    assert!(connection.len() > 15, "{connection:?}");
    for option in connection {
        let name = option.split('.').next().unwrap();
        let there = document.contains(&format!("`{name}")) || document.contains(&format!(".{name}`"));
        assert!(there, "no word about {option}");
    }
}

#[test]
fn what_the_window_does_by_itself_has_its_row() {
    let named = first_cells("Window");
    for behaviour in OF_THE_WINDOW {
        assert!(named.iter().any(|one| one == behaviour), "Window has no row for {behaviour}");
    }
}

#[test]
fn every_version_has_its_differences_with_tests() {
    assert_eq!(first_cells("Other versions"), ["9.0.018", "9.0.005", "8.5", "another"]);
}

#[test]
fn a_row_that_says_nothing_is_noticed() {
    let row = |cells: [&str; 3]| cells.map(str::to_owned);
    let here = "[`a_row_that_says_nothing_is_noticed`](../tests/host_tables.rs)";
    assert_eq!(fault(&row(["a", "b", here]), 3), None);
    let why = "differs on purpose: there is none, because nobody could see anything of it";
    assert_eq!(fault(&row([UNSEEN[0], "b", why]), 3), None);
    let vague = "differs on purpose: it cannot be otherwise than so";
    let hurried = "differs on purpose: because it is so";
    for wrong in [["a", "", here], ["a", "b", ""], ["a", "b", "soon"], ["a", "b", ON_PURPOSE], ["a", "b", why]] {
        assert!(fault(&row(wrong), 3).is_some(), "{wrong:?}");
    }
    let tested = |reason: &str| format!("{reason}: {here}");
    assert_eq!(fault(&row(["a", "b", &tested(why)]), 3), None);
    for wrong in [vague, hurried, ON_PURPOSE, "other on purpose, because nobody could see anything of it"] {
        assert!(fault(&row([UNSEEN[0], "b", wrong]), 3).is_some(), "{wrong}");
        assert!(fault(&row(["a", "b", &tested(wrong)]), 3).is_some(), "{wrong} is no reason because there is a test");
    }
    let nowhere = "[`missing`](../tests/host_tables.rs)";
    assert!(fault(&row(["a", "b", nowhere]), 3).is_some());
    assert!(fault(&row(["a", "b", &format!("{ON_PURPOSE}it cannot be otherwise than so: {nowhere}")]), 3).is_some());
}

#[test]
fn a_fact_that_is_missing_or_there_twice_is_noticed() {
    let facts = [("1", 2), ("1.1", 1)];
    let wrong = |found: &str| misnumbered(&found.split(' ').map(str::to_owned).collect::<Vec<_>>(), &facts).is_some();
    assert!(!wrong("1/1 1/2 1.1/1") && !wrong("1/1a 1/1b 1/2 1.1/1"));
    for found in [
        "1/1 1.1/1",
        "1/1 1/2",
        "1/1 1/1 1/2 1.1/1",
        "1/1 1/2 1.1/1 1.1/2",
        "1/1a 1/2 1.1/1",
        "1/1a 1/1c 1/2 1.1/1",
        "1/2 1/1 1.1/1",
        "1/1 1/1a 1/2 1.1/1",
        "1/11 1/2 1.1/1",
    ] {
        assert!(wrong(found), "{found}");
    }
}

#[test]
fn the_window_speaks_the_languages_of_the_plugin() {
    let files = std::fs::read_dir("pkg-template/lang").unwrap().map(|file| file.unwrap().file_name());
    // Both go by the first part of a code alone.
    let plugins = sorted(files.map(|name| name.to_str().unwrap()[..2].to_owned()));
    let source = read("www/host/src/web_chat/words/mod.rs");
    let tables = source.split_once("TABLES: ").unwrap().1.split_once("];").unwrap().0;
    assert_eq!(sorted(quoted(tables)), plugins);
}
