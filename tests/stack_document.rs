//! docs/stack.md says what is tested: no empty cell, no row without a test, no test that is not there.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod names;

use names::{is_test, read};

/// The sections that follow a document of the vendor's, in the order of issue and documents: Chat Immediate, Chat Support,
/// ESP requests, WebIVR MicroApps, WebChatService.
const DOCUMENTS: [&str; 5] =
    ["GMS v1 and Chat Immediate", "GMS deployment", "ESP", "Messaging Server and MicroApps", "WebChatService"];

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
    let links: Vec<_> = row.last()?.split("[`").skip(1).collect();
    if links.is_empty() {
        return Some("no test".into());
    }
    links.into_iter().find_map(|link| {
        let Some((name, rest)) = link.split_once("`](../") else { return Some(format!("no link to a test: {link}")) };
        let file = rest.split(')').next().unwrap();
        (!is_test(&read(file), name)).then(|| format!("{file} has no test {name}"))
    })
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
