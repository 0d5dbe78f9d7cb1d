//! The file of the settings, changed in place: what is no setting stays as it is.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// Name of the setting that a line sets, and its value.
fn setting(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let (name, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
    Some((name.trim(), value.trim()))
}

/// What a file sets. One that cannot be read sets nothing.
pub(super) fn read(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(setting).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The file's text with these values: changed lines where they were, new ones at the end, the others taken out.
fn changed(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut left: BTreeMap<&str, &str> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match setting(line) {
            None => lines.push(line.to_owned()),
            Some((name, _)) => lines.extend(left.remove(name).map(|value| format!("{name}={value}"))),
        }
    }
    lines.extend(left.into_iter().map(|(name, value)| format!("{name}={value}")));
    lines.push(String::new());
    lines.join("\n")
}

/// Writes values into a file, at once or not at all.
///
/// # Errors
/// What the system said.
pub(super) fn write(path: &Path, values: &BTreeMap<String, String>) -> io::Result<()> {
    let text = changed(&std::fs::read_to_string(path)?, values);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Readable for its owner only, because there may be a password in it.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_order_stay() {
        let values = BTreeMap::from([("B".to_owned(), "2".to_owned()), ("C".to_owned(), "3".to_owned())]);
        assert_eq!(changed("# us\nA=1\n\n B = 1\n", &values), "# us\n\nB=2\nC=3\n");
        assert_eq!(changed("", &BTreeMap::new()), "");
    }
}
