//! Tables of the documents whose rows name tests.

use crate::names::read;

/// The cells of each row of the first table below a heading of the second level.
pub fn rows(document: &str, heading: &str) -> Vec<Vec<String>> {
    let text = read(document);
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let section = section.split("\n#").next().unwrap();
    let table = section.lines().filter(|line| line.starts_with('|')).skip(2);
    table.map(|row| row.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// Name and file of each [`name`](../file).
pub fn links(cell: &str) -> Vec<(String, String)> {
    let parts = cell.split("[`").skip(1);
    parts
        .map(|part| {
            let (name, rest) = part.split_once("`](../").unwrap_or_else(|| panic!("no link to a test: {part}"));
            (name.to_owned(), rest.split(')').next().unwrap().to_owned())
        })
        .collect()
}
