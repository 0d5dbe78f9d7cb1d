//! docs/stack.md says what is tested: no empty cell, no row without a test, no test that is not there.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod host_facts;
#[allow(dead_code, reason = "other tests use the rest of it")]
mod names;
mod stack_names;
#[allow(dead_code, reason = "other tests use the rest of it")]
mod tables;

use names::{is_test, read};
use stack_names::{DOCUMENTS, NAMES};

/// Whether the first cell of a row has all parts of a name.
fn is_about(cell: &str, name: &str) -> bool {
    let code: Vec<_> = cell.split('`').skip(1).step_by(2).collect();
    name.split(" + ").all(|part| code.contains(&part) || cell == part || part.contains(' ') && cell.contains(part))
}

/// The lines below a heading and, if it is not empty, a smaller heading within them.
fn below<'a>(text: &'a str, document: &str, heading: &str) -> Vec<&'a str> {
    let of = |lines: Vec<&'a str>, mark: &str, name: &str| -> Vec<&'a str> {
        let rest = lines.into_iter().skip_while(|line| *line != format!("{mark}{name}")).skip(1);
        rest.take_while(|line| !line.starts_with(mark)).collect()
    };
    let lines = of(text.lines().collect(), "## ", document);
    if heading.is_empty() { lines } else { of(lines, "### ", heading) }
}

/// The names of the documents for which a text has no row where it should be.
fn missing(text: &str) -> Vec<&'static str> {
    let no_row = |(document, heading, names): &(&str, &str, &'static [&'static str])| {
        let lines = below(text, document, heading);
        let rows = rows(heading, &lines);
        names.iter().copied().filter(|name| !rows.iter().any(|row| is_about(row[0], name))).collect::<Vec<_>>()
    };
    NAMES.iter().flat_map(no_row).collect()
}

/// The rows of all tables below a heading of the document, each with its cells.
fn rows<'a>(section: &'a str, lines: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut rows = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with('|')) {
        let head = lines.get(at + 1).is_some_and(|next| next.starts_with("| ---"));
        if head || line.starts_with("| ---") {
            continue;
        }
        let inner = line.strip_prefix('|').and_then(|line| line.strip_suffix('|'));
        rows.push(inner.unwrap_or_else(|| panic!("{section}: {line}")).split('|').map(str::trim).collect());
    }
    rows
}

/// What is wrong with a row, if anything.
fn fault(row: &[&str]) -> Option<String> {
    if let Some(at) = row.iter().position(|cell| cell.is_empty()) {
        return Some(format!("cell {} is empty", at + 1));
    }
    let tests = tables::links(row.last()?);
    if tests.is_empty() {
        return Some("no test".into());
    }
    tests
        .into_iter()
        .find_map(|(name, file)| (!is_test(&read(&file), &name)).then(|| format!("{file} has no test {name}")))
}

#[test]
fn every_line_of_the_stack_has_a_test() {
    let text = read("docs/stack.md");
    let (mut count, mut sections) = (0, Vec::new());
    for section in text.split("\n## ").skip(1) {
        let lines: Vec<_> = section.lines().collect();
        let heading = lines[0];
        let rows = rows(heading, &lines);
        assert!(!rows.is_empty(), "{heading} has no rows");
        for row in &rows {
            if let Some(fault) = fault(row) {
                panic!("{heading}, {}: {fault}", row[0]);
            }
        }
        count += rows.len();
        sections.push(heading);
    }
    assert!(count > 60, "{count} rows");
    for document in DOCUMENTS {
        assert!(sections.contains(&document), "no section {document}");
    }
}

#[test]
fn every_name_of_the_documents_has_its_row() {
    let text = read("docs/stack.md");
    assert_eq!(missing(&text), Vec::<&str>::new());
    // Each has a row of its own: whichever is taken away is missed.
    for (document, heading, names) in NAMES {
        let lines = below(&text, document, heading);
        for name in names {
            let about = |line: &&str| line.split('|').nth(1).is_some_and(|cell| is_about(cell.trim(), name));
            let line = lines.iter().copied().find(about).unwrap();
            assert!(missing(&text.replace(line, "")).contains(name), "{document}, {name}: nobody misses {line}");
        }
    }
}

#[test]
fn what_is_missing_is_noticed() {
    let test = "[`every_line_of_the_stack_has_a_test`](../tests/stack_document.rs)";
    assert_eq!(fault(&["a", "b", test]), None);
    assert!(fault(&["a", "", test]).is_some_and(|fault| fault.contains("empty")));
    assert!(fault(&["a", "b", "soon"]).is_some_and(|fault| fault.contains("no test")));
    assert!(
        fault(&["a", "b", "[`fault`](../tests/stack_document.rs)"])
            .is_some_and(|fault| fault.contains("no test fault"))
    );
    let section = "Name\n\n| a | b |\n| --- | --- |\n| 1 |  |\n";
    let lines: Vec<_> = section.lines().collect();
    assert_eq!(rows("Name", &lines), [["1", ""]]);
}
